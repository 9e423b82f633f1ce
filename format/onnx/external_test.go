package onnx

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/tensor"
)

// outside writes a model whose one initializer lies in another file, and returns what reading it says.
func outside(t *testing.T, dir, location string, offset, length int) error {
	t.Helper()
	w := &Tensor{Name: "w", Type: Float, Dims: []int64{2}, Location: 1, External: []*Property{{Key: "location", Value: location}, {Key: "offset", Value: strconv.Itoa(offset)}}}
	if length >= 0 {
		w.External = append(w.External, &Property{Key: "length", Value: strconv.Itoa(length)})
	}
	path := filepath.Join(dir, "m.onnx")
	var m Model
	m.IRVersion, m.Graph = 8, &Graph{Initializers: []*Tensor{{Name: "v", Type: Float, Dims: []int64{1}, Floats: []float32{1}}}}
	if err := Write(path, &m, WriteConfig{}); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	f, err := Unmarshal(b)
	if err != nil {
		t.Fatal(err)
	}
	f.Graph.Initializers[0] = w
	w.folder = dir
	x, err := w.Tensor()
	if err == nil && tensor.Values[float64](x)[1] != 2 {
		t.Errorf("%s: %v", location, x)
	}
	return err
}

// Data of other files are read where they are said to lie below the model's folder, and nowhere else: each case is one
// that readers of this format fell for.
func TestExternal(t *testing.T) {
	base := t.TempDir()
	dir := filepath.Join(base, "model")
	two := []byte{9, 9, 9, 9, 0, 0, 128, 63, 0, 0, 0, 64, 9}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(os.MkdirAll(filepath.Join(dir, "sub"), 0o700))
	for _, name := range []string{"secret", "model/w.bin", "model/sub/w.bin", "model/once"} {
		must(os.WriteFile(filepath.Join(base, name), two, 0o600))
	}
	must(os.Symlink("../secret", filepath.Join(dir, "link")))
	must(os.Symlink("w.bin", filepath.Join(dir, "inner")))
	must(os.Link(filepath.Join(base, "secret"), filepath.Join(dir, "hard")))
	must(os.Symlink("..", filepath.Join(dir, "up")))
	for _, c := range []struct {
		location       string
		offset, length int
		want           string
	}{
		{"w.bin", 4, 8, ""},
		{"w.bin", 4, -1, ""},
		{"sub/w.bin", 4, 8, ""},
		{"./w.bin", 4, 8, ""},
		{"", 0, 8, "no path below"},
		{".", 0, 8, "no path below"},
		{"../secret", 4, 8, "no path below"},
		{"sub/../../secret", 4, 8, "no path below"},
		{"sub/../w.bin", 4, 8, "no path below"},
		{"/etc/hostname", 0, 8, "no path below"},
		{filepath.Join(base, "secret"), 4, 8, "no path below"},
		{`..\secret`, 4, 8, "no path below"},
		{"w.bin\x00", 4, 8, "no path below"},
		{"link", 4, 8, "no regular file"},
		{"inner", 4, 8, "no regular file"},
		{"hard", 4, 8, "second name"},
		{"up/secret", 4, 8, "a link"},
		{"sub", 0, 8, "no regular file"},
		{"none", 0, 8, "cannot be opened"},
		{"w.bin", 4, 4, "takes 8 bytes, and 4 are there"},
		{"w.bin", 4, 10, "which has 13"},
		{"w.bin", 9, -1, "takes 8 bytes, and 4 are there"},
		{"w.bin", 20, -1, "which has 13"},
		{"w.bin", -1, 8, `the offset "-1"`},
	} {
		err := outside(t, dir, c.location, c.offset, c.length)
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%q from %d, %d long: %v, want %q", c.location, c.offset, c.length, err, c.want)
		}
	}
	m := &Tensor{Name: "w", Type: Float, Dims: []int64{2}, Location: 1, External: []*Property{{Key: "location", Value: "w.bin"}}}
	if _, err := m.Tensor(); err == nil || !strings.Contains(err.Error(), "not read from a folder") {
		t.Errorf("a model from memory: %v", err)
	}
}

// A shape that no file could fill is refused although its data lie elsewhere.
func TestExternalBomb(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "w.bin"), make([]byte, 100), 0o600); err != nil {
		t.Fatal(err)
	}
	w := &Tensor{Name: "w", Type: Float, Dims: []int64{1 << 40}, Location: 1, External: []*Property{{Key: "location", Value: "w.bin"}}, folder: dir}
	if _, err := w.Tensor(); err == nil || !strings.Contains(err.Error(), "100 are there") {
		t.Error(err)
	}
	if _, err := MarshalTensor(w); err == nil {
		t.Error("it was gathered")
	}
}
