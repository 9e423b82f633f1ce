package squeezenet

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
	modeltest.Pictures(t, "testdata/squeezenet.golden", "", 10, New)
}

// What does not fit is said.
func TestRefused(t *testing.T) {
	of := model.Photos(64)
	modeltest.Refuses(t, "squeezenet", of, `{"version": "2"}`, "no SqueezeNet of version \"2\"; there are 1.0 and 1.1")
	modeltest.Refuses(t, "squeezenet", model.Photos(20), ``, "20×20 are too small")
}

func TestOverfitsOneBatch(t *testing.T) {
	m, err := New(rng.New(3), 3, 4, Config{Version: "1.1", Dropout: -1})
	if err != nil {
		t.Fatal(err)
	}
	x, y := check.Formula(5, 0, 1, 4, 3, 32, 32), tensor.Of([]int64{0, 1, 2, 3}, 4)
	modeltest.Overfits(t, "squeezenet", m, 1e-3, 60, 0.05, func(p *nn.Pass) objective.Loss {
		return objective.CrossEntropy(m.Forward(p, x), y)
	})
}
