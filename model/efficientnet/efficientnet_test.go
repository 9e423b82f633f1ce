package efficientnet

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
	modeltest.Pictures(t, "testdata/efficientnet.golden", "", 10, New)
}

// What does not fit is said.
func TestRefused(t *testing.T) {
	of := model.Photos(64)
	modeltest.Refuses(t, "efficientnet", of, `{"version": "b8"}`, "no EfficientNet \"b8\"; there are b0 to b7, v2_s, v2_m and v2_l")
	modeltest.Refuses(t, "efficientnet", of, `{"stages": [{"expand": 1}]}`, "stage 0")
	modeltest.Refuses(t, "efficientnet", model.Examples{Input: []int{9}, Outputs: 5}, ``, "no pictures")
}

func TestOverfitsOneBatch(t *testing.T) {
	m, err := New(rng.New(1), 3, 4, Config{First: 16, Last: 64, Stages: []Stage{{true, 2, 3, 2, 16, 2}, {false, 4, 3, 2, 24, 2}}, Dropout: -1, Drop: -1})
	if err != nil {
		t.Fatal(err)
	}
	x, y := check.Formula(5, 0, 1, 4, 3, 32, 32), tensor.Of([]int64{0, 1, 2, 3}, 4)
	modeltest.Overfits(t, "efficientnet", m, 3e-3, 40, 0.05, func(p *nn.Pass) objective.Loss {
		return objective.CrossEntropy(m.Forward(p, x), y)
	})
}
