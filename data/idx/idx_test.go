package idx

import (
	"bytes"
	"compress/gzip"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

func packed(b []byte) []byte {
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	w.Write(b)
	w.Close()
	return z.Bytes()
}

var (
	labels   = []byte{0, 0, 8, 1, 0, 0, 0, 3, 7, 2, 255}
	pictures = []byte{0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6}
)

func TestRead(t *testing.T) {
	for _, c := range []struct {
		name  string
		file  []byte
		shape []int
		want  []float32
	}{
		{"labels", labels, []int{3}, []float32{7, 2, 255}},
		{"pictures", pictures, []int{2, 1, 3}, []float32{1, 2, 3, 4, 5, 6}},
		{"a single number", []byte{0, 0, 9, 0, 0xff}, []int{}, []float32{-1}},
		{"nothing", []byte{0, 0, 8, 2, 0, 0, 0, 0, 0x3f, 0xff, 0xff, 0xff}, []int{0, 1<<30 - 1}, nil},
		{"int16", []byte{0, 0, 0xb, 1, 0, 0, 0, 2, 0xff, 0xfe, 1, 0}, []int{2}, []float32{-2, 256}},
		{"int32", []byte{0, 0, 0xc, 1, 0, 0, 0, 1, 0xff, 0xff, 0xff, 0xfd}, []int{1}, []float32{-3}},
		{"float32", []byte{0, 0, 0xd, 1, 0, 0, 0, 1, 0x3f, 0xc0, 0, 0}, []int{1}, []float32{1.5}},
		{"float64", []byte{0, 0, 0xe, 1, 0, 0, 0, 1, 0xc0, 0x04, 0, 0, 0, 0, 0, 0}, []int{1}, []float32{-2.5}},
	} {
		for _, file := range [][]byte{c.file, packed(c.file)} {
			a, err := Read(iotest.OneByteReader(bytes.NewReader(file)), c.name)
			if err != nil {
				t.Errorf("%s: %v", c.name, err)
				continue
			}
			if !slices.Equal(a.Shape, c.shape) || !slices.Equal(a.Float32s(), c.want) {
				t.Errorf("%s: got %v %v, want %v %v", c.name, a.Shape, a.Float32s(), c.shape, c.want)
			}
			integers, err := a.Int64s()
			if float := a.Type >= Float32; (err != nil) != float || !float && len(integers) != len(c.want) {
				t.Errorf("%s: Int64s gives %v, %v", c.name, integers, err)
			}
			if _, err := a.Uint8s(); (err != nil) != (a.Type != Uint8) {
				t.Errorf("%s: Uint8s gives %v", c.name, err)
			}
			var again bytes.Buffer
			if err := a.Write(&again); err != nil || !bytes.Equal(again.Bytes(), c.file) {
				t.Errorf("%s: written as % x, %v", c.name, again.Bytes(), err)
			}
		}
	}
}

func TestTruncatedAtEveryLength(t *testing.T) {
	for _, file := range [][]byte{labels, pictures, packed(pictures)} {
		for n := range file {
			_, err := Read(bytes.NewReader(file[:n]), "train.idx")
			if !errors.Is(err, ErrFormat) || !strings.HasPrefix(err.Error(), "reading train.idx: not a valid IDX file: it ends within ") {
				t.Errorf("%d of %d bytes: %v", n, len(file), err)
			}
		}
	}
}

func TestDamagedFilesAreRefused(t *testing.T) {
	sum := packed(pictures)
	sum[len(sum)-6] ^= 1
	deflate := packed(pictures)
	deflate[10] = 0xff
	for want, file := range map[string][]byte{
		"it begins with 89 50 4e 47":                   []byte("\x89PNG\r\n"),
		"it begins with 00 00 0a 01":                   {0, 0, 10, 1, 0, 0, 0, 1, 1},
		"it begins with 01 00 08 01":                   {1, 0, 8, 1, 0, 0, 0, 1, 1},
		"it goes on after the 3 bytes":                 append(slices.Clone(labels), 0),
		"axis 0 is 4294967295 long":                    {0, 0, 8, 1, 0xff, 0xff, 0xff, 0xff, 1},
		"shape [65536 65536] takes more than":          {0, 0, 8, 2, 0, 1, 0, 0, 0, 1, 0, 0, 1},
		"shape [1073741824] takes more than":           {0, 0, 0xe, 1, 0x40, 0, 0, 0, 1},
		"checksum":                                     sum,
		"flate: corrupt":                               deflate,
		"it ends within 1 of 1000000000 bytes":         {0, 0, 8, 2, 0, 0, 0x27, 0x10, 0, 1, 0x86, 0xa0, 1},
		"it begins with 1f 8b 08":                      packed(packed(labels)),
		"it ends within the header's 255 axes":         {0, 0, 8, 255, 0, 0, 0, 1},
		"shape [1048576 1048576 1048576 1048576] take": {0, 0, 8, 4, 0, 16, 0, 0, 0, 16, 0, 0, 0, 16, 0, 0, 0, 16, 0, 0, 1},
	} {
		if _, err := Read(bytes.NewReader(file), "x"); !errors.Is(err, ErrFormat) || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestALyingHeaderCostsNoMemory(t *testing.T) {
	lie := []byte{0, 0, 8, 1, 0x3f, 0xff, 0xff, 0xff, 1, 2, 3}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if _, err := Read(bytes.NewReader(lie), "lie"); err == nil {
		t.Error("no error")
	}
	runtime.ReadMemStats(&after)
	if n := after.TotalAlloc - before.TotalAlloc; n > 2<<20 {
		t.Errorf("allocated %d bytes", n)
	}
}

func TestErrorsOfTheReaderPass(t *testing.T) {
	if _, err := Read(iotest.ErrReader(os.ErrPermission), "x"); !errors.Is(err, os.ErrPermission) || errors.Is(err, ErrFormat) {
		t.Errorf("got %v", err)
	}
	if _, err := Open(filepath.Join(t.TempDir(), "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

func TestWriteRefuses(t *testing.T) {
	for _, a := range []Array{{Uint8, []int{3}, []byte{1}}, {7, []int{1}, []byte{1}}, {Int16, []int{1}, []byte{1}}, {Uint8, []int{-1, -1}, []byte{1}}} {
		if err := a.Write(new(bytes.Buffer)); err == nil {
			t.Errorf("%v is written", a)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, b := range [][]byte{labels, pictures, packed(pictures), {0, 0, 0xe, 1, 0, 0, 0, 0}} {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		a, err := Read(bytes.NewReader(file), "fuzz")
		if err != nil {
			return
		}
		if a.Float32s(); !bytes.HasPrefix(file, []byte{0x1f, 0x8b}) {
			var again bytes.Buffer
			if err := a.Write(&again); err != nil || !bytes.Equal(again.Bytes(), file) {
				t.Errorf("% x is written as % x, %v", file, again.Bytes(), err)
			}
		}
	})
}
