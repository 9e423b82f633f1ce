package alexnet

import (
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/model/modeltest"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

func TestLogitsEqualTorchvision(t *testing.T) {
	modeltest.Pictures(t, "testdata/alexnet.golden", "", 10, New)
}

// What does not fit is said.
func TestRefused(t *testing.T) {
	of := model.Photos(64)
	modeltest.Refuses(t, "alexnet", of, `{"depth": 1}`, "depth")
	modeltest.Refuses(t, "alexnet", model.Examples{Input: []int{9}, Outputs: 5}, ``, "no pictures")
	modeltest.Refuses(t, "alexnet", model.Photos(62), ``, "62×62 are too small; want 63×63 or more")
}

func TestOverfitsOneBatch(t *testing.T) {
	m, err := New(rng.New(1), 3, 4, Config{Width: 8, Hidden: 32, Dropout: -1})
	if err != nil {
		t.Fatal(err)
	}
	x, y := check.Formula(5, 0, 1, 4, 3, 64, 64), tensor.Of([]int64{0, 1, 2, 3}, 4)
	modeltest.Overfits(t, "alexnet", m, 3e-3, 40, 0.05, func(p *nn.Pass) objective.Loss {
		return objective.CrossEntropy(m.Forward(p, x), y)
	})
}
