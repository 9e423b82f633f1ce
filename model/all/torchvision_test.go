package all

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/jimu-ml/jimu/format"
	_ "github.com/jimu-ml/jimu/format/all"
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
)

// A network of its published size, with random weights that the reference itself wrote, gives the reference's logits. The
// files are large: _golden/torchvision_full.py writes them, and JIMU_REFERENCE says where.
func TestTorchvision(t *testing.T) {
	dir := os.Getenv("JIMU_REFERENCE")
	if dir == "" {
		t.Skip("JIMU_REFERENCE is not set: see _golden/torchvision_full.py")
	}
	if _, err := os.Stat(filepath.Join(dir, "reference.golden")); err == nil {
		t.Skip("JIMU_REFERENCE holds a model of transformers: see TestReference")
	}
	cases, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil || len(cases) == 0 {
		t.Fatalf("no reference in %s: %v", dir, err)
	}
	for _, path := range cases {
		var c sized
		text, err := os.ReadFile(path)
		if err == nil {
			err = json.Unmarshal(text, &c)
		}
		if err != nil || c.MadeBy == "" {
			t.Errorf("%s: %v", path, err)
			continue
		}
		for _, file := range c.Files {
			t.Run(file, func(t *testing.T) { c.check(t, filepath.Join(dir, file)) })
		}
	}
}

// sized is what the script writes about one network.
type sized struct {
	Name       string
	Size       int
	Parameters int
	Files      []string
	Logits     []float32
	MadeBy     string `json:"made_by"`
}

func (c *sized) check(t *testing.T, file string) {
	a, v, _ := model.Find(c.Name)
	m, err := model.New(c.Name, nil, v.Of, nil)
	if err != nil {
		t.Fatal(err)
	}
	f, err := format.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := model.Load(m, f, a.Layouts...); err != nil {
		t.Fatal(err)
	}
	n := nn.Count(nn.Params(m))
	if n != c.Parameters {
		t.Errorf("%d parameters, %d in the reference", n, c.Parameters)
	}
	x := check.Formula(1000, 0, 1, 2, 3, c.Size, c.Size)
	run, err := nn.Compile(m, x)
	if err != nil {
		t.Fatal(err)
	}
	got := run.Run(x).Floats()
	off := check.Off(got, c.Logits)
	t.Logf("%s: %d parameters, off by %.1e; %d MB of parameters, %d MB between the layers", c.Name, n, off, n*4>>20, run.Memory().Arena>>20)
	if !(off <= 1e-4) || math.IsNaN(float64(got[0])) {
		t.Errorf("the logits are off by %g; want 1e-4 or less", off)
	}
}
