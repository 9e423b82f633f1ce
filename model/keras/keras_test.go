package keras

import (
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/jimu-ml/jimu/format"
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/tensor"
)

// unzipped returns the path of a file of testdata, unpacked.
func unzipped(t testing.TB, name string) string {
	t.Helper()
	f, err := os.Open("testdata/" + name + ".gz")
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
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, b, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// inputs returns the inputs of a case.
func inputs(c *check.Case) (in []*tensor.Tensor) {
	for i := 0; c.Has(fmt.Sprint("x", i)); i++ {
		a := c.Array(fmt.Sprint("x", i))
		if a.DType == "int64" {
			in = append(in, tensor.Of(a.Int64, a.Shape...))
		} else {
			in = append(in, tensor.Of(a.Float32, a.Shape...))
		}
	}
	return in
}

// answers compares a model with Keras, relative to the largest number of each output.
func answers(t *testing.T, m *Model, c *check.Case, tolerance float64) {
	t.Helper()
	p := nn.NewPass(nn.PassConfig{})
	defer p.Close()
	in := inputs(c)
	for i := range in {
		in[i] = p.Input(in[i])
	}
	out := m.Run(p, in)
	if n := len(m.Outputs()); len(out) != n || !c.Has(fmt.Sprint("y", n-1)) || c.Has(fmt.Sprint("y", n)) {
		t.Errorf("%d outputs, called %v", len(out), m.Outputs())
	}
	for i, y := range out {
		name := fmt.Sprint("y", i)
		check.CloseScaled(t, fmt.Sprintf("%s, output %d", c.Name, i), y.Floats(), c.Float32(name), tolerance)
	}
}

// The models that Keras saved, of every layer, answer as Keras does, from either kind of file.
func TestAnswersEqualKeras(t *testing.T) {
	for _, c := range check.Cases(t, check.Golden(t, "testdata/models.golden"), "") {
		for _, end := range []string{".keras", ".h5"} {
			t.Run(c.Name+end, func(t *testing.T) {
				c = c.On(t)
				m, err := Open(unzipped(t, c.Name+end))
				if err != nil {
					t.Fatal(err)
				}
				if n := nn.Count(nn.Params(m)); n != c.Int("parameters") {
					t.Errorf("%d parameters, want %d", n, c.Int("parameters"))
				}
				answers(t, m, c, 1e-5)
			})
		}
	}
}

// opened opens a file of testdata.
func opened(t testing.TB, name string) format.File {
	t.Helper()
	f, err := format.Open(unzipped(t, name))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}
