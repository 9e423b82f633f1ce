package hdf5

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// unzipped returns what is in a file of testdata.
func unzipped(t testing.TB, name string) []byte {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func open(b []byte) (*File, error) { return Open(bytes.NewReader(b), int64(len(b))) }

// content is an array or an attribute, as h5py and we say it.
type content struct {
	Shape  []int64
	Values []any
}

// numbers decodes elements as they are in a file.
func numbers(t Type, b []byte) []any {
	var order binary.ByteOrder = binary.LittleEndian
	if t.BigEndian {
		order = binary.BigEndian
	}
	list := []any{}
	for ; len(b) > 0; b = b[t.Size:] {
		var u uint64
		switch t.Size {
		case 1:
			u = uint64(b[0])
		case 2:
			u = uint64(order.Uint16(b))
		case 4:
			u = uint64(order.Uint32(b))
		case 8:
			u = order.Uint64(b)
		}
		v := float64(u)
		switch {
		case t.Class == Float && t.Size == 2:
			v = math.Ldexp(float64(u&0x3ff|0x400), int(u>>10&31)-25)
			if u>>10&31 == 0 {
				v = math.Ldexp(float64(u&0x3ff), -24)
			}
			if u>>15 != 0 {
				v = -v
			}
		case t.Class == Float && t.Size == 4:
			v = float64(math.Float32frombits(uint32(u)))
		case t.Class == Float:
			v = math.Float64frombits(u)
		case t.Signed:
			v = float64(int64(u<<(64-8*t.Size)) >> (64 - 8*t.Size))
		}
		list = append(list, v)
	}
	return list
}

func texts(s []string, err error) ([]any, error) {
	list := []any{}
	for _, v := range s {
		list = append(list, v)
	}
	return list, err
}

// everything returns all that is in a file; attributes behind an @.
func everything(f *File) (map[string]content, error) {
	all := map[string]content{}
	err := f.Walk(func(o *Object) error {
		attributes, err := o.Attributes()
		if err != nil {
			return err
		}
		for _, a := range attributes {
			c := content{Shape: a.Shape}
			if a.Type.Class == String || a.Type.Class == VarString {
				c.Values, err = texts(a.Strings())
			} else {
				c.Values = numbers(a.Type, a.Data)
			}
			if err != nil {
				return err
			}
			all[o.Path+"@"+a.Name] = c
		}
		if !o.IsDataset() {
			return nil
		}
		d, err := o.Dataset()
		if err != nil {
			return err
		}
		c := content{Shape: d.Shape}
		if d.Type.Class == String || d.Type.Class == VarString {
			c.Values, err = texts(d.Strings())
		} else if err = d.Check(); err == nil {
			b := make([]byte, d.Bytes())
			err = d.Read(b)
			c.Values = numbers(d.Type, b)
		}
		all[o.Path] = c
		return err
	})
	return all, err
}

// What h5py wrote is read as h5py reads it.
func TestReadsWhatH5pyWrote(t *testing.T) {
	files, err := filepath.Glob("testdata/*.h5.gz")
	if err != nil || len(files) != 7 {
		t.Fatal(files, err)
	}
	for _, name := range files {
		t.Run(filepath.Base(name), func(t *testing.T) {
			f, err := open(unzipped(t, name))
			if err != nil {
				t.Fatal(err)
			}
			got, err := everything(f)
			if err != nil {
				t.Fatal(err)
			}
			var want struct{ Objects map[string]content }
			if err := json.Unmarshal(unzipped(t, strings.TrimSuffix(name, ".h5.gz")+".json.gz"), &want); err != nil {
				t.Fatal(err)
			}
			if len(got) != len(want.Objects) {
				t.Errorf("%d arrays and attributes, want %d", len(got), len(want.Objects))
			}
			for path, w := range want.Objects {
				if g := got[path]; !slices.Equal(g.Shape, w.Shape) || fmt.Sprint(g.Values) != fmt.Sprint(w.Values) {
					t.Errorf("%s is %.300v, want %.300v", path, g, w)
				}
			}
		})
	}
}

// Of a file that was cut anywhere nothing comes that is not in the whole.
func TestTruncated(t *testing.T) {
	for _, name := range []string{"types_latest", "types_earliest"} {
		b := unzipped(t, "testdata/"+name+".h5.gz")
		for n := range b {
			f, err := open(b[:n])
			if err == nil {
				_, err = everything(f)
			}
			if !errors.Is(err, ErrFormat) {
				t.Fatalf("%s cut at byte %d of %d: %v", name, n, len(b), err)
			}
		}
	}
}
