package regnet

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/format"
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/optim"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
	"github.com/jimu-ml/jimu/train"
)

func TestLogitsEqualTorchvision(t *testing.T) {
	for _, c := range check.Cases(t, check.Golden(t, "testdata/regnet.golden"), "") {
		t.Run(c.Name, func(t *testing.T) {
			c = c.On(t)
			var config Config
			c.Attr("config", &config)
			m, err := New(rng.New(1), 3, 10, config)
			if err != nil {
				t.Fatal(err)
			}
			check.Fill(t, nn.Params(m), c.Names())
			check.Logits(t, c, func(training bool, x *tensor.Tensor) []float32 {
				p := nn.NewPass(nn.PassConfig{Training: training})
				defer p.Close()
				return m.Forward(p, p.Input(x)).Floats()
			})
		})
	}
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
	for _, c := range []struct {
		name       string
		of         model.Examples
		text, want string
	}{
		{"regnet", of, `{"first": 12}`, "make no RegNet"},
		{"regnet", of, `{"step": 0.5}`, "make no RegNet"},
		{"regnet", model.Examples{Input: []int{9}, Outputs: 5}, ``, "no pictures"},
	} {
		if _, err := model.New(c.name, nil, c.of, json.RawMessage(c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %s: %v, want %s", c.name, c.text, err, c.want)
		}
	}
}

func TestOverfitsOneBatch(t *testing.T) {
	m, err := New(rng.New(1), 3, 4, Config{Depth: 4, First: 8, Slope: 8, Step: 2, GroupWidth: 8, Excite: 0.25})
	if err != nil {
		t.Fatal(err)
	}
	x, y := check.Formula(5, 0, 1, 4, 3, 32, 32), tensor.Of([]int64{0, 1, 2, 3}, 4)
	opt, loss := optim.New(optim.Adam{LR: 3e-3}, nn.Params(m)), 0.0
	for range 40 {
		if loss, err = train.Step(context.Background(), opt, func(p *nn.Pass) objective.Loss {
			return objective.CrossEntropy(m.Forward(p, x), y)
		}); err != nil {
			t.Fatal(err)
		}
	}
	if loss > 0.05 {
		t.Errorf("after 40 steps on one batch the loss is %v", loss)
	}
}
