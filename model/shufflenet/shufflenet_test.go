package shufflenet

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
	modeltest.Pictures(t, "testdata/shufflenet.golden", "", 10, New)
}

// What does not fit is said.
func TestRefused(t *testing.T) {
	of := model.Photos(64)
	modeltest.Refuses(t, "shufflenet_v2", of, `{"depths": [1]}`, "not those of 3 stages")
	modeltest.Refuses(t, "shufflenet_v2", of, `{"channels": [1]}`, "channels [1] are not")
	modeltest.Refuses(t, "shufflenet_v2", of, `{"channels": [8, 15, 16, 16, 16]}`, "15 channels of a stage have no halves")
	modeltest.Refuses(t, "shufflenet_v2", model.Examples{Input: []int{9}, Outputs: 5}, ``, "no pictures")
}

func TestOverfitsOneBatch(t *testing.T) {
	m, err := New(rng.New(1), 3, 4, Config{Channels: []int{8, 16, 24, 32, 32}, Depths: []int{1, 2, 1}})
	if err != nil {
		t.Fatal(err)
	}
	x, y := check.Formula(5, 0, 1, 4, 3, 32, 32), tensor.Of([]int64{0, 1, 2, 3}, 4)
	modeltest.Overfits(t, "shufflenet", m, 1e-2, 40, 0.05, func(p *nn.Pass) objective.Loss {
		return objective.CrossEntropy(m.Forward(p, x), y)
	})
}
