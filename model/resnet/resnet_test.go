package resnet

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/model/modeltest"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

func TestLogitsEqualPyTorch(t *testing.T) {
	for _, c := range check.Cases(t, check.Golden(t, "testdata/resnet.golden"), "") {
		t.Run(c.Name, func(t *testing.T) {
			c = c.On(t)
			config := Config{Layers: c.Int("layers"), Width: c.Int("width")}
			if c.HasAttr("groups") {
				config.Groups, config.GroupWidth = c.Int("groups"), c.Int("group_width")
			}
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
			f, p := m.Folded(), nn.NewPass(nn.PassConfig{})
			defer p.Close()
			x, want := check.Formula(1000, 0, 1, 2, 3, c.Int("size"), c.Int("size")), c.Float32("evaluation")
			check.CloseScaled(t, "folded", f.Forward(p, p.Input(x)).Floats(), want, 10*c.Float("err32")+1e-5)
			if n := len(nn.Params(f)); 5*n != 2*len(nn.Params(m))+6 { // weight and bias, of weight and four of a norm
				t.Errorf("%d parameters are left of %d", n, len(nn.Params(m)))
			}
		})
	}
}

// It is built by name, after a run on the meta device, and what does not fit is said.
func TestBuiltByName(t *testing.T) {
	of := model.Examples{Input: []int{3, 64, 64}, Outputs: 5}
	if _, err := model.New("resnet", rng.New(1), of, json.RawMessage(`{"width": 4, "depths": [1, 1, 1, 1]}`)); err != nil {
		t.Error(err)
	}
	modeltest.Refuses(t, "resnet", of, `{"layers": 20}`, "no ResNet of 20 layers; there are 18, 34, 50, 101 and 152")
	modeltest.Refuses(t, "resnet", of, `{"depths": [1, 2]}`, "not those of 4 stages")
	modeltest.Refuses(t, "resnet", of, `{"depth": 1}`, "depth")
	modeltest.Refuses(t, "resnet", of, `{"layers": 18, "groups": 32}`, "no bottlenecks")
	modeltest.Refuses(t, "resnet", model.Examples{Input: []int{9}, Outputs: 5}, ``, "no pictures")
}

func TestOverfitsOneBatch(t *testing.T) {
	for _, layers := range []int{18, 50} {
		m, err := New(rng.New(1), 3, 4, Config{Layers: layers, Width: 8, Depths: []int{1, 1, 1, 1}})
		if err != nil {
			t.Fatal(err)
		}
		x, y := check.Formula(5, 0, 1, 4, 3, 64, 64), tensor.Of([]int64{0, 1, 2, 3}, 4)
		modeltest.Overfits(t, fmt.Sprintf("with blocks of %d layers", layers), m, 3e-3, 40, 0.05, func(p *nn.Pass) objective.Loss {
			return objective.CrossEntropy(m.Forward(p, x), y)
		})
	}
}
