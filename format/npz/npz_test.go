package npz

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/format"
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/tensor"
)

// Every file that NumPy wrote gives its arrays.
func TestFilesOfNumPy(t *testing.T) {
	for _, c := range check.Cases(t, check.Golden(t, "testdata/npz.golden"), "") {
		f, err := format.Open(filepath.Join("testdata", c.Name))
		if err != nil {
			t.Fatal(err)
		}
		c = c.On(t)
		for _, e := range f.Entries() {
			x, err := f.Tensor(e.Name)
			if err != nil {
				t.Errorf("%s: %v", c.Name, err)
				continue
			}
			if x.DType() != e.DType || !slices.Equal(x.Shape(), e.Shape) || !slices.Equal(x.Shape(), c.Shape(e.Name)) {
				t.Errorf("%s: %s is %v, the entry %+v, want shape %v", c.Name, e.Name, x, e, c.Shape(e.Name))
			}
			if got, want := tensor.Values[float64](x), c.Float64(e.Name); !slices.Equal(got, want) {
				t.Errorf("%s: %s is %v, want %v", c.Name, e.Name, got, want)
			}
		}
		if len(f.Entries()) != len(c.Arrays()) {
			t.Errorf("%s has %d arrays, want %v", c.Name, len(f.Entries()), c.Arrays())
		}
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}
}

// What is no array of numbers is refused by name: above all pickles.
func TestRefused(t *testing.T) {
	for file, want := range map[string]string{
		"objects.npz": "Python objects", "records.npy": "records", "texts.npy": `"<U2" are no numbers`,
	} {
		if _, err := format.Open(filepath.Join("testdata", file)); !errors.Is(err, format.ErrFormat) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", file, err, want)
		}
	}
	f, err := Open("testdata/complex.npy")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.Tensor("complex"); err == nil || !strings.Contains(err.Error(), "<c16") {
		t.Errorf("complex numbers: %v", err)
	}
}

func tensors() []format.Named {
	x := tensor.Of([]float64{0, 1, -2.5, 3, 4, 5}, 2, 3)
	all := []format.Named{{Name: "scalar", Tensor: tensor.Scalar(7)}, {Name: "empty", Tensor: tensor.Zeros(0, 3)}, {Name: "a.b/权重", Tensor: x.T()}}
	for d := range device.DType(device.DTypes) {
		if d != device.BFloat16 {
			all = append(all, format.Named{Name: d.String(), Tensor: x.Cast(d)})
		}
	}
	return all
}

func TestRoundTrip(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.npz")
	if err := format.Write(path, format.Of(nil, tensors()...), format.WriteConfig{}); err != nil {
		t.Fatal(err)
	}
	f, err := format.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for i, want := range tensors() {
		x, err := f.Tensor(want.Name)
		if err != nil || f.Entries()[i].Name != want.Name || x.DType() != want.Tensor.DType() || !slices.Equal(x.Shape(), want.Tensor.Shape()) ||
			!slices.Equal(x.Floats(), want.Tensor.Floats()) {
			t.Errorf("%s: %v, %v", want.Name, x, err)
		}
	}
	one := filepath.Join(dir, "one.npy")
	if err := format.Write(one, format.Of(nil, tensors()[2]), format.WriteConfig{Type: "f32"}); err != nil {
		t.Fatal(err)
	}
	g, err := Open(one)
	if err != nil {
		t.Fatal(err)
	}
	defer g.Close()
	if x, err := g.Tensor("one"); err != nil || x.DType() != device.Float32 || !slices.Equal(x.Floats(), []float32{0, 3, 1, 4, -2.5, 5}) {
		t.Errorf("%v, %v", x, err)
	}
	for _, c := range []struct {
		path, kind, want string
		all              []format.Named
	}{
		{one, "", "one array, and there are 10", tensors()},
		{path, "bf16", "bfloat16, which NumPy does not have", tensors()},
		{path, "", "twice", []format.Named{tensors()[0], tensors()[0]}},
	} {
		if err := format.Write(c.path, format.Of(nil, c.all...), format.WriteConfig{Type: c.kind}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %s", err, c.want)
		}
	}
}

func opened(b []byte) (*File, error) { return NewFile(bytes.NewReader(b), int64(len(b)), "a") }

// npy returns an array with that header and so many bytes of elements.
func npy(header string, data int) []byte {
	b := append([]byte(magic+"\x01\x00"), binary.LittleEndian.AppendUint16(nil, uint16(len(header)))...)
	return append(append(b, header...), make([]byte, data)...)
}

func TestTruncated(t *testing.T) {
	for _, name := range []string{"version1.npy", "version2.npy", "version3.npy", "stored.npz", "deflated.npz"} {
		b, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		for n := range b {
			if f, err := opened(b[:n]); !errors.Is(err, format.ErrFormat) {
				t.Fatalf("%s cut at byte %d of %d: %v, %v", name, n, len(b), f, err)
			}
		}
	}
}

func TestHostileHeaders(t *testing.T) {
	for _, c := range []struct{ header, want string }{
		{``, "no dictionary"},
		{`[]`, "no dictionary"},
		{`{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }`, "takes 12 bytes"},
		{`{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }`, "takes 4 bytes, and there are 8"},
		{`{'descr': '<f4', 'fortran_order': False, 'shape': (-2,), }`, "broken"},
		{`{'descr': '<f4', 'fortran_order': False, 'shape': (2), }`, ""},
		{`{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }`, "broken"},
		{`{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296), }`, "shape"},
		{`{'descr': '<f4', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,2), }`, "axes"},
		{`{'descr': '<f4', 'fortran_order': False, 'shape': (2L,), }`, ""},
		{`{"shape": (2,), "fortran_order": True, "descr": "<f4"}`, ""},
		{`{'descr': '<f4', 'fortran_order': False}`, "lacks something"},
		{`{'descr': '<f4', 'fortran_order': False, 'shape': (2,), 'more': 1}`, "broken"},
		{`{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2,)}`, "broken"},
		{`{'descr': '<f4', 'fortran_order': False, 'shape': (2,), } + exit()`, "something behind"},
		{`{'descr': '<f4', 'fortran_order': __import__('os'), 'shape': (2,), }`, "broken"},
		{`{'descr': '|O', 'fortran_order': False, 'shape': (1,), }`, "Python objects"},
		{`{'descr': '<V8', 'fortran_order': False, 'shape': (1,), }`, "no numbers"},
		{`{'descr': 'zu8', 'fortran_order': False, 'shape': (1,), }`, "no numbers"},
		{`{'descr': 'f4', 'fortran_order': False, 'shape': (1,), }`, "no numbers"},
		{`{'descr': '<f4`, "broken"},
		{strings.Repeat("{", 60000), "broken"},
	} {
		_, err := opened(npy(c.header, 8))
		if c.want == "" && err != nil || c.want != "" && (!errors.Is(err, format.ErrFormat) || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%.80s: %v, want %q", c.header, err, c.want)
		}
	}
	for text, want := range map[string]string{"": "too short", magic + "\x09\x00\x00\x00": "version 9", magic + "\x02\x00\xff\xff\xff\xff": "a header of 4294967295 bytes"} {
		if _, err := opened([]byte(text)); !errors.Is(err, format.ErrFormat) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

// archive returns an archive with one file.
func archive(t testing.TB, method uint16, name string, content []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: method})
	if err == nil {
		_, err = w.Write(content)
	}
	if err = errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// An archive cannot say that few bytes become many more than deflate can make, and what is damaged has another checksum.
func TestHostileArchives(t *testing.T) {
	good := npy(`{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }`, 8)
	if _, err := opened(archive(t, zip.Store, "a.npy", good)); err != nil {
		t.Fatal(err)
	}
	bomb := archive(t, zip.Deflate, "a.npy", npy(`{'descr': '|u1', 'fortran_order': False, 'shape': (1099511627776,), }`, 100))
	size := bytes.LastIndex(bomb, []byte("a.npy")) - 46 + 24
	copy(bomb[size:], []byte{0xff, 0xff, 0xff, 0x7f})
	damaged := archive(t, zip.Store, "a.npy", good)
	damaged[bytes.Index(damaged, []byte("(2,)"))+8]++
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"bomb":   {bomb, "bytes become 2147483647"},
		"other":  {archive(t, zip.Store, "a.txt", good), "is no array"},
		"broken": {archive(t, zip.Store, "a.npy", []byte("?")), "does not begin"},
	} {
		if _, err := opened(c.file); !errors.Is(err, format.ErrFormat) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
	f, err := opened(damaged)
	if err == nil {
		_, err = f.Tensor("a")
	}
	if !errors.Is(err, format.ErrFormat) || !strings.Contains(err.Error(), "checksum") {
		t.Errorf("damaged: %v", err)
	}
}

func FuzzNewFile(f *testing.F) {
	files, err := filepath.Glob("testdata/*.np?")
	if err != nil || len(files) < 5 {
		f.Fatalf("%v, %v", files, err)
	}
	for _, path := range files {
		b, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		file, err := opened(b)
		if err != nil {
			return
		}
		for _, e := range file.Entries() {
			if e.Bytes > 4<<20 {
				continue
			}
			x, err := file.Tensor(e.Name)
			if err == nil && (x.DType() != e.DType || fmt.Sprint(x.Shape()) != fmt.Sprint(e.Shape)) {
				t.Errorf("%+v is %v", e, x)
			}
		}
	})
}
