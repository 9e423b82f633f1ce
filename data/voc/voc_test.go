package voc

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"io/fs"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/jimu-ml/jimu/data"
)

const cells = `<annotation verified="yes">
	<folder>JPEGImages</folder>
	<filename>BloodImage_00007.jpg</filename>
	<size><width>640</width><height> 480 </height><depth>3</depth></size>
	<object><name>RBC</name><pose>Unspecified</pose><truncated>1</truncated><difficult>0</difficult>
		<bndbox><xmin>78</xmin><ymin>336</ymin><xmax>184</xmax><ymax>435</ymax></bndbox></object>
	<object><name> Platelets </name><difficult>1</difficult>
		<bndbox><xmax>12.5</xmax><xmin>1e0</xmin><ymin>0</ymin><ymax>0</ymax></bndbox></object>
</annotation>`

func TestDecode(t *testing.T) {
	got, err := Decode(strings.NewReader(cells))
	want := &Annotation{File: "BloodImage_00007.jpg", Width: 640, Height: 480, Objects: []Object{
		{Name: "RBC", Left: 78, Top: 336, Right: 184, Bottom: 435, Truncated: true},
		{Name: "Platelets", Left: 1, Right: 12.5, Difficult: true},
	}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v\nwant %+v", got, err, want)
	}
}

func TestDecodeSaysWhatIsWrong(t *testing.T) {
	for _, c := range []struct{ was, is, want string }{
		{"<annotation", "<html", "no annotation"},
		{"</annotation>", "", "no annotation"},
		{"<name>RBC</name>", "", "object 1 has no name or no bndbox"},
		{"<bndbox>", "<box>", "no annotation"},
		{"<xmin>78</xmin>", "", `object 1, RBC: an edge of its box is ""; want a number of pixels`},
		{"<xmin>78</xmin>", "<xmin>NaN</xmin>", `"NaN"`},
		{"<ymax>435</ymax>", "<ymax>1e300</ymax>", `"1e300"`},
		{"<xmin>78</xmin>", "<xmin>185</xmin>", "its box from 185,336 to 184,435 ends before it begins"},
		{"<width>640</width>", "<width>-1</width>", `a side of the picture is "-1"`},
		{"<width>640</width>", "<width>9999999999</width>", "a side of the picture"},
		{"<folder>JPEGImages</folder>", strings.Repeat(" ", maxText), "an annotation of more than"},
	} {
		if _, err := Decode(strings.NewReader(strings.Replace(cells, c.was, c.is, 1))); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s as %.40s: %v, want %q", c.was, c.is, err, c.want)
		}
	}
	for n := range len(cells) - 1 {
		if _, err := Decode(strings.NewReader(cells[:n])); err == nil {
			t.Errorf("the first %d bytes are taken for an annotation", n)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(cells))
	f.Add([]byte(`<!DOCTYPE a [<!ENTITY b "bbbb">]><annotation><filename>&b;</filename></annotation>`))
	f.Fuzz(func(t *testing.T, text []byte) {
		a, err := Decode(bytes.NewReader(text))
		if err != nil {
			return
		}
		for _, o := range a.Objects {
			if o.Name == "" || !(o.Left <= o.Right && o.Top <= o.Bottom) {
				t.Errorf("an object that cannot be: %+v", o)
			}
		}
	})
}

// packed returns an archive of files, by name and content in turn.
func packed(t testing.TB, files ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	for i := 0; i < len(files); i += 2 {
		if err := w.WriteHeader(&tar.Header{Name: files[i], Size: int64(len(files[i+1])), Mode: 0o644}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(files[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Close(), z.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestUnpackAndRead(t *testing.T) {
	b := packed(t, "./V/ImageSets/Main/train.txt", "one\n\ntwo  1\n", "V/Annotations/one.xml", cells, "V/JPEGImages/one.jpg", "photo", "V/Annotations/two.xml", cells)
	all, err := data.Unpack(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	files, err := fs.Sub(all, "V")
	if err != nil {
		t.Fatal(err)
	}
	names, err := Names(files, "train")
	if err != nil || !reflect.DeepEqual(names, []string{"one", "two"}) {
		t.Errorf("the names are %q, %v", names, err)
	}
	a, photo, err := Read(files, "one")
	if err != nil || len(a.Objects) != 2 || string(photo) != "photo" {
		t.Errorf("%+v, %q, %v", a, photo, err)
	}
	if _, _, err := Read(files, "two"); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "Annotations/two.xml has no picture") {
		t.Errorf("a picture that is not there: %v", err)
	}
	if _, err := Names(files, "test"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a split that is not there: %v", err)
	}
	for n := range len(b) - 1 {
		if _, err := data.Unpack(bytes.NewReader(b[:n])); err == nil {
			t.Errorf("the first %d of %d bytes are taken for an archive", n, len(b))
		}
	}
}

func TestNamesThatLeaveTheFolder(t *testing.T) {
	for text, want := range map[string]string{"../../secret\n": "is no name of a picture", "/etc/passwd": "is no name of a picture", "a/b": "is no name", "\n\n": "is empty"} {
		files := fstest.MapFS{"ImageSets/Main/train.txt": {Data: []byte(text)}}
		if _, err := Names(files, "train"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
	if _, err := data.Unpack(bytes.NewReader(packed(t, "../a", "x"))); err == nil || !strings.Contains(err.Error(), "is no name of a file within the archive") {
		t.Errorf("an archive that leaves its folder: %v", err)
	}
}
