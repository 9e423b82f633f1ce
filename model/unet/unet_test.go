package unet

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

func TestLogitsEqualPyTorch(t *testing.T) {
	modeltest.Pictures(t, "testdata/unet.golden", "", 2, New)
}

// What does not fit is said.
func TestRefused(t *testing.T) {
	of := model.Photos(64)
	modeltest.Refuses(t, "unet", model.Photos(1024), `{"depth": 9}`, "9 steps down; want 1 to 8")
	modeltest.Refuses(t, "unet", of, `{"width": "a"}`, "width")
	modeltest.Refuses(t, "unet", model.Photos(15), ``, "15×15 are too small")
}

// halves is the class of each pixel of four pictures: 1 in a corner, another one for each picture.
func halves() *tensor.Tensor {
	var y []int64
	for i := range 4 * 16 * 16 {
		picture, row, column := i/256, i/16%16, i%16
		corner := int64(0)
		if (row < 8) == (picture%2 == 0) && (column < 8) == (picture/2 == 0) {
			corner = 1
		}
		y = append(y, corner)
	}
	return tensor.Of(y, len(y))
}

func TestOverfitsOneBatch(t *testing.T) {
	m, err := New(rng.New(1), 3, 2, Config{Width: 8, Depth: 2})
	if err != nil {
		t.Fatal(err)
	}
	x, y := check.Formula(5, 0, 1, 4, 3, 16, 16), halves()
	modeltest.Overfits(t, "unet", m, 1e-2, 60, 0.05, func(p *nn.Pass) objective.Loss {
		return objective.CrossEntropy(m.Forward(p, x).Permute(0, 2, 3, 1).Reshape(-1, 2), y)
	})
}
