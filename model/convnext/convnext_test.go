package convnext

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
	modeltest.Pictures(t, "testdata/convnext.golden", "", 10, New)
}

// What does not fit is said.
func TestRefused(t *testing.T) {
	of := model.Photos(64)
	modeltest.Refuses(t, "convnext", of, `{"size": "huge"}`, "no ConvNeXt of size \"huge\"; there are tiny, small, base and large")
	modeltest.Refuses(t, "convnext", of, `{"depths": [1, 2]}`, "not those of 4 stages")
	modeltest.Refuses(t, "convnext", model.Photos(31), ``, "31×31 are too small")
}

func TestOverfitsOneBatch(t *testing.T) {
	m, err := New(rng.New(1), 3, 4, Config{Width: 8, Depths: []int{1, 1, 2, 1}, Drop: -1, Scale: 0.1})
	if err != nil {
		t.Fatal(err)
	}
	x, y := check.Formula(5, 0, 1, 4, 3, 32, 32), tensor.Of([]int64{0, 1, 2, 3}, 4)
	modeltest.Overfits(t, "convnext", m, 1e-2, 40, 0.05, func(p *nn.Pass) objective.Loss {
		return objective.CrossEntropy(m.Forward(p, x), y)
	})
}
