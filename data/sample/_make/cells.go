package main

import (
	"archive/tar"
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"io/fs"
	"strings"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/data/picture"
	"github.com/jimu-ml/jimu/data/sample"
	"github.com/jimu-ml/jimu/data/voc"
)

// How many pictures of each split of BCCD are kept: the first ones.
var cellsKept = map[string]int{"train": 40, "val": 10, "test": 10}

// A fourth of the height and width is left.
const cellsHeight, cellsWidth = 120, 160

// cells keeps some pictures of blood cells, small, in an archive of the published form.
func cells(dir string) error {
	packed, err := sample.Published(dir, sample.BCCDFile, sample.BCCDSum, sample.BCCDFrom)
	if err != nil {
		return err
	}
	all, err := data.Unpack(bytes.NewReader(packed))
	if err != nil {
		return err
	}
	files, err := fs.Sub(all, "BCCD")
	if err != nil {
		return err
	}
	var out bytes.Buffer
	t := tar.NewWriter(&out)
	put := func(name string, b []byte) error {
		if err := t.WriteHeader(&tar.Header{Name: "BCCD/" + name, Mode: 0o644, Size: int64(len(b))}); err != nil {
			return err
		}
		_, err := t.Write(b)
		return err
	}
	for _, split := range []string{"train", "val", "test"} {
		names, err := voc.Names(files, split)
		if err != nil {
			return err
		}
		names = names[:cellsKept[split]]
		if err := put("ImageSets/Main/"+split+".txt", []byte(strings.Join(names, "\n")+"\n")); err != nil {
			return err
		}
		for _, name := range names {
			text, photo, err := smaller(files, name)
			if err != nil {
				return err
			}
			if err := put("Annotations/"+name+".xml", text); err != nil {
				return err
			}
			if err := put("JPEGImages/"+name+".jpg", photo); err != nil {
				return err
			}
		}
	}
	if err := t.Close(); err != nil {
		return err
	}
	return write("bccd-voc.tar.gz", out.Bytes())
}

// smaller returns the annotation and the picture of that name, made smaller.
func smaller(files fs.FS, name string) (text, photo []byte, err error) {
	a, b, err := voc.Read(files, name)
	if err != nil {
		return nil, nil, err
	}
	p, err := picture.Decode(bytes.NewReader(b), name, picture.Options{})
	if err != nil {
		return nil, nil, err
	}
	across, down := float64(cellsWidth)/float64(p.Width), float64(cellsHeight)/float64(p.Height)
	var x bytes.Buffer
	fmt.Fprintf(&x, "<annotation><filename>%s.jpg</filename><size><width>%d</width><height>%d</height></size>\n", name, cellsWidth, cellsHeight)
	for _, o := range a.Objects {
		fmt.Fprintf(&x, "<object><name>%s</name><bndbox><xmin>%g</xmin><ymin>%g</ymin><xmax>%g</xmax><ymax>%g</ymax></bndbox></object>\n",
			o.Name, o.Left*across, o.Top*down, o.Right*across, o.Bottom*down)
	}
	x.WriteString("</annotation>\n")
	q := p.Resize(cellsHeight, cellsWidth)
	m := image.NewRGBA(image.Rect(0, 0, q.Width, q.Height))
	for i := range q.Width * q.Height {
		copy(m.Pix[4*i:], q.Pix[3*i:3*i+3])
		m.Pix[4*i+3] = 255
	}
	var y bytes.Buffer
	err = jpeg.Encode(&y, m, &jpeg.Options{Quality: 80})
	return x.Bytes(), y.Bytes(), err
}
