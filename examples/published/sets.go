package main

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"fmt"
	"image/jpeg"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/jimu-ml/jimu/data/idx"
	"github.com/jimu-ml/jimu/data/picture"
	"github.com/jimu-ml/jimu/tensor"
)

// A set is pictures as bytes [n c h w], and the class of each.
type set struct {
	bytes  []uint8
	shape  [3]int // of one: c, h, w
	labels []int
}

var sets = map[string]func(data string) (*set, error){
	"mnist": mnist, "cifar lossless": lossless,
	"cifar jpeg":       func(data string) (*set, error) { return jpegs(data, decoded) },
	"cifar jpeg plain": func(data string) (*set, error) { return jpegs(data, plain) },
}

// classes are those of CIFAR-10, in their order.
var classes = strings.Fields("airplane automobile bird cat deer dog frog horse ship truck")

// batch returns count pictures from the first on, as numbers [count c h w].
func (s *set) batch(first, count int, c scale) *tensor.Tensor {
	plane := s.shape[1] * s.shape[2]
	size := s.shape[0] * plane
	x := make([]float32, count*size)
	for i, b := range s.bytes[first*size : (first+count)*size] {
		k := i / plane % s.shape[0]
		x[i] = (float32(b)/255 - c.mean[k]) / c.std[k]
	}
	return tensor.Of(x, count, s.shape[0], s.shape[1], s.shape[2])
}

func mnist(data string) (*set, error) {
	pictures, err := idx.Open(filepath.Join(data, "mnist", "t10k-images-idx3-ubyte.gz"))
	if err != nil {
		return nil, err
	}
	labels, err := idx.Open(filepath.Join(data, "mnist", "t10k-labels-idx1-ubyte.gz"))
	if err != nil {
		return nil, err
	}
	s := &set{bytes: pictures.Raw, shape: [3]int{1, 28, 28}}
	for _, y := range labels.Raw {
		s.labels = append(s.labels, int(y))
	}
	if len(s.bytes) != len(s.labels)*28*28 {
		return nil, fmt.Errorf("MNIST has pictures %v for %d labels", pictures.Shape, len(s.labels))
	}
	return s, nil
}

// lossless reads the first thousand pictures of CIFAR-10, a row of one large picture each.
func lossless(data string) (*set, error) {
	dir := filepath.Join(data, "cifar10-jpeg", "lossless")
	p, err := picture.Open(filepath.Join(dir, "cifar10_batch_0.png"), picture.Options{})
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(filepath.Join(dir, "labels_batch_0.txt"))
	if err != nil {
		return nil, err
	}
	s := &set{shape: [3]int{3, 32, 32}}
	for _, word := range strings.Fields(string(text)) {
		s.labels = append(s.labels, int(word[0]-'0'))
	}
	if p.Width != 32*32 || p.Height != len(s.labels) {
		return nil, fmt.Errorf("%d × %d pixels are not %d pictures", p.Width, p.Height, len(s.labels))
	}
	row := p.Width * p.Channels
	for i := range p.Height {
		one := picture.Picture{Pix: p.Pix[i*row : (i+1)*row], Height: 32, Width: 32, Channels: 3}
		s.bytes = append(s.bytes, one.Planes()...)
	}
	return s, nil
}

// decoded returns the pixels as Jimu and Pillow decode them: colours, of which there are half as many across and down, are
// interpolated.
func decoded(r io.Reader, name string) ([]uint8, error) {
	p, err := picture.Decode(r, name, picture.Options{})
	if err != nil {
		return nil, err
	}
	return p.Planes(), nil
}

// plain returns the pixels as package image/jpeg decodes them: four pixels get the same colour.
func plain(r io.Reader, _ string) ([]uint8, error) {
	m, err := jpeg.Decode(r)
	if err != nil {
		return nil, err
	}
	b := m.Bounds()
	p := picture.Picture{Height: b.Dy(), Width: b.Dx(), Channels: 3}
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			r, g, b, _ := m.At(x, y).RGBA()
			p.Pix = append(p.Pix, uint8(r>>8), uint8(g>>8), uint8(b>>8))
		}
	}
	return p.Planes(), nil
}

// jpegs reads the test pictures of CIFAR-10, each of which was saved as a JPEG file.
func jpegs(data string, decode func(r io.Reader, name string) ([]uint8, error)) (*set, error) {
	f, err := os.Open(filepath.Join(data, "cifar10-jpeg", "cifar10-test.tar.gz"))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	s := &set{shape: [3]int{3, 32, 32}}
	for t := tar.NewReader(z); ; {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			return s, nil
		}
		if err != nil {
			return nil, err
		}
		if path.Ext(h.Name) != ".jpg" {
			continue
		}
		planes, err := decode(t, h.Name)
		if err != nil {
			return nil, err
		}
		s.bytes = append(s.bytes, planes...)
		s.labels = append(s.labels, slices.Index(classes, path.Base(path.Dir(h.Name))))
	}
}
