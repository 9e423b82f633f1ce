package mixer

import (
	"encoding/json"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/model/modeltest"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// Built by name and filled by formula, it answers what the reference does, in evaluation and in training.
func TestAnswersEqualTheReference(t *testing.T) {
	modeltest.Rows(t, "testdata/mixer.golden", "mixer")
}

func TestOverfitsOneBatch(t *testing.T) {
	m, err := model.New("mixer", rng.New(1), model.Examples{Input: []int{3, 8, 8}, Outputs: 2}, json.RawMessage(`{"patch":4,"width":16,"blocks":2}`))
	if err != nil {
		t.Fatal(err)
	}
	x, y := check.Formula(5, 0, 1, 6, 3, 8, 8), tensor.Of([]int64{0, 1, 1, 0, 1, 0}, 6)
	modeltest.Overfits(t, "mixer", m, 1e-2, 150, 0.05, func(p *nn.Pass) objective.Loss {
		return objective.CrossEntropy(m.Forward(p, x), y)
	})
}

func TestWhatDoesNotFitIsSaid(t *testing.T) {
	modeltest.Refuses(t, "mixer", model.Examples{Input: []int{3, 10, 8}, Outputs: 2}, `{"patch": 4}`, "patches of 4 do not divide pictures of 10×8")
	modeltest.Refuses(t, "mixer", model.Examples{Input: []int{9}, Outputs: 2}, ``, "no pictures")
	modeltest.Refuses(t, "mixer", model.Examples{Input: []int{3, 8, 8}, Outputs: 2}, `{"depth": 1}`, "depth")
}
