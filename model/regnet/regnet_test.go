package regnet

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/jimu-ml/jimu/format"
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/model/modeltest"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

func TestLogitsEqualTorchvision(t *testing.T) {
	modeltest.Pictures(t, "testdata/regnet.golden", "", 10, New)
}

// A file with torchvision's names goes into a network by its layout.
func TestTorchvisionsNames(t *testing.T) {
	a, _, _ := model.Find("regnet")
	small := json.RawMessage(`{"depth": 4, "first": 8, "slope": 8, "step": 2, "group_width": 8}`)
	m, err := model.New("regnet", rng.New(1), model.Photos(32), small)
	if err != nil {
		t.Fatal(err)
	}
	var file []format.Named
	for _, q := range nn.Params(m) {
		file = append(file, format.Named{Name: a.Layouts[0].Source(q.Name).Names[0], Tensor: q.Param.Value})
	}
	if i := slices.IndexFunc(file, func(n format.Named) bool { return n.Name == "trunk_output.block3.block3-1.f.b.1.running_var" }); i < 0 {
		t.Errorf("no name of a second block among %d", len(file))
	}
	empty, err := model.New("regnet", nil, model.Photos(32), small)
	if err != nil {
		t.Fatal(err)
	}
	if err := model.Load(empty, format.Of(nil, file...), a.Layouts...); err != nil {
		t.Error(err)
	}
}

// What does not fit is said.
func TestRefused(t *testing.T) {
	of := model.Photos(64)
	modeltest.Refuses(t, "regnet", of, `{"first": 12}`, "make no RegNet")
	modeltest.Refuses(t, "regnet", of, `{"step": 0.5}`, "make no RegNet")
	modeltest.Refuses(t, "regnet", model.Examples{Input: []int{9}, Outputs: 5}, ``, "no pictures")
}

func TestOverfitsOneBatch(t *testing.T) {
	m, err := New(rng.New(1), 3, 4, Config{Depth: 4, First: 8, Slope: 8, Step: 2, GroupWidth: 8, Excite: 0.25})
	if err != nil {
		t.Fatal(err)
	}
	x, y := check.Formula(5, 0, 1, 4, 3, 32, 32), tensor.Of([]int64{0, 1, 2, 3}, 4)
	modeltest.Overfits(t, "regnet", m, 3e-3, 40, 0.05, func(p *nn.Pass) objective.Loss {
		return objective.CrossEntropy(m.Forward(p, x), y)
	})
}
