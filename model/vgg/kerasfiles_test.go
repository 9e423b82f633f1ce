package vgg

import (
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/format"
	_ "github.com/jimu-ml/jimu/format/keras"
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/tensor"
)

// kerasFile opens a file of testdata.
func kerasFile(t *testing.T, name string) format.File {
	t.Helper()
	r, err := os.Open("testdata/" + name + ".gz")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	z, err := gzip.NewReader(r)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, b, 0o644); err != nil {
		t.Fatal(err)
	}
	f, err := format.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// aged returns the tensors of a file under the names that the files of keras.applications have.
func aged(t *testing.T, f format.File) format.File {
	t.Helper()
	var list []format.Named
	for _, e := range f.Entries() {
		x, err := f.Tensor(e.Name)
		if err != nil {
			t.Fatal(err)
		}
		layer, kind, _ := strings.Cut(e.Name, "/")
		list = append(list, format.Named{Name: layer + "/" + layer + map[string]string{"kernel": "_W_1", "bias": "_b_1"}[kind], Tensor: x})
	}
	return format.Of(nil, list...)
}

// Narrow networks that Keras saved give Keras's logits, from each kind of file.
func TestLoadsFilesOfKeras(t *testing.T) {
	for _, c := range check.Cases(t, check.Golden(t, "testdata/kerasfiles.golden"), "") {
		for name, f := range map[string]format.File{
			"h5": kerasFile(t, c.Name+".h5"), "weights.h5": kerasFile(t, c.Name+".weights.h5"), "applications": aged(t, kerasFile(t, c.Name+".h5")),
		} {
			t.Run(c.Name+"/"+name, func(t *testing.T) {
				c = c.On(t)
				m, err := New(nil, 3, 10, Config{Layers: c.Int("layers"), Width: c.Int("width"), Hidden: c.Int("hidden")})
				if err != nil {
					t.Fatal(err)
				}
				if err := model.Load(m, f); err != nil {
					t.Fatal(err)
				}
				if l := model.LayoutOf(m, f); l.Preprocess == nil || !l.Preprocess.BGR {
					t.Errorf("the photographs are prepared by %v", l.Preprocess)
				}
				p := nn.NewPass(nn.PassConfig{})
				defer p.Close()
				got := m.Forward(p, p.Input(check.Formula(1000, 0, 1, 1, 3, 224, 224))).Floats()
				check.CloseScaled(t, "logits", got, c.Float32("logits"), 1e-5)
			})
		}
	}
}

// VGG16 of Keras with random weights, at its full size, gives Keras's logits: JIMU_REFERENCE says where
// _golden/keras_models.py --full has put VGG16.h5, VGG16.weights.h5 and VGG16.golden.
func TestFullSizeEqualsKeras(t *testing.T) {
	dir := os.Getenv("JIMU_REFERENCE")
	if dir == "" {
		t.Skip("JIMU_REFERENCE is not set: no full-size network of Keras's")
	}
	golden := filepath.Join(dir, "VGG16.golden")
	if _, err := os.Stat(golden); err != nil {
		t.Skip("there is no VGG16.golden in JIMU_REFERENCE")
	}
	c := check.Golden(t, golden)["vgg16"]
	for _, end := range []string{".h5", ".weights.h5", ".keras"} {
		path := filepath.Join(dir, "VGG16"+end)
		f, err := format.Open(path)
		if os.IsNotExist(err) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		m, err := New(nil, 3, 1000, Config{})
		if err != nil {
			t.Fatal(err)
		}
		err = model.Load(m, f)
		f.Close()
		if err != nil {
			t.Fatal(err)
		}
		p := nn.NewPass(nn.PassConfig{})
		x := tensor.Of(c.Float32("x0"), c.Shape("x0")...).Permute(0, 3, 1, 2).Contiguous()
		check.CloseScaled(t, end, m.Forward(p, p.Input(x)).Floats(), c.Float32("y0"), 1e-4)
		p.Close()
	}
}
