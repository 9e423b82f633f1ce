package lenet

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
	modeltest.Pictures(t, "testdata/lenet.golden", "", 10, New)
}

// Without the paper's table of which map sees which, the network has the 61,706 parameters that later versions have.
func TestParameterCount(t *testing.T) {
	m, err := model.New("lenet", nil, model.Examples{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if n := nn.Count(nn.Params(m)); n != 61_706 {
		t.Errorf("LeNet-5 has %d parameters, want 61706", n)
	}
}

// What does not fit is said.
func TestRefused(t *testing.T) {
	of := model.Examples{Input: []int{1, 28, 28}, Outputs: 10}
	modeltest.Refuses(t, "lenet", of, `{"pool": "min"}`, "no pool \"min\"; there are average and max")
	modeltest.Refuses(t, "lenet", of, `{"hidden": 3}`, "hidden")
	modeltest.Refuses(t, "lenet", model.Photos(30), ``, "32×32, or of 28×28 with a margin; got 30×30")
	modeltest.Refuses(t, "lenet", model.Photos(27), ``, "27×27 are too small")
}

func TestOverfitsOneBatch(t *testing.T) {
	m, err := New(rng.New(1), 1, 4, Config{})
	if err != nil {
		t.Fatal(err)
	}
	x, y := check.Formula(5, 0, 1, 4, 1, 28, 28), tensor.Of([]int64{0, 1, 2, 3}, 4)
	modeltest.Overfits(t, "lenet", m, 3e-3, 40, 0.05, func(p *nn.Pass) objective.Loss {
		return objective.CrossEntropy(m.Forward(p, x), y)
	})
}
