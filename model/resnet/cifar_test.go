package resnet

import (
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/model/modeltest"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

func TestSmallLogitsEqualPyTorch(t *testing.T) {
	for _, c := range check.Cases(t, check.Golden(t, "testdata/cifar.golden"), "") {
		t.Run(c.Name, func(t *testing.T) {
			c = c.On(t)
			m, err := NewSmall(rng.New(1), 3, 10, SmallConfig{Layers: c.Int("layers"), Width: c.Int("width")})
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

func TestSmallRefuses(t *testing.T) {
	for _, layers := range []int{2, 18, 21, -4} {
		if _, err := NewSmall(nil, 3, 10, SmallConfig{Layers: layers}); err == nil || !strings.Contains(err.Error(), "6n + 2") {
			t.Errorf("%d layers: %v", layers, err)
		}
	}
}

func TestSmallOverfitsOneBatch(t *testing.T) {
	m, err := NewSmall(rng.New(1), 3, 4, SmallConfig{Layers: 8, Width: 8})
	if err != nil {
		t.Fatal(err)
	}
	x, y := check.Formula(5, 0, 1, 4, 3, 32, 32), tensor.Of([]int64{0, 1, 2, 3}, 4)
	modeltest.Overfits(t, "resnet", m, 3e-3, 40, 0.05, func(p *nn.Pass) objective.Loss {
		return objective.CrossEntropy(m.Forward(p, x), y)
	})
}
