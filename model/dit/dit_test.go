package dit

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

// Built by name and filled by formula, it answers what a PyTorch module of the structure of the authors does.
func TestAnswersEqualPyTorch(t *testing.T) {
	modeltest.Program(t, "testdata/dit.golden", "dit", 20, "noise")
}

func TestOverfitsOneBatch(t *testing.T) {
	m, err := model.NewProgram("dit", rng.New(1), model.Examples{Input: []int{1, 8, 8}}, json.RawMessage(`{"patch":2,"width":32,"depth":2,"heads":4,"classes":3,"fixed_variance":true}`))
	if err != nil {
		t.Fatal(err)
	}
	in := []*tensor.Tensor{check.Formula(5, 0, 1, 4, 1, 8, 8), tensor.Of([]int64{1, 20, 300, 900}, 4), tensor.Of([]int64{0, 1, 2, 1}, 4)}
	noise := check.Formula(6, 0, 1, 4, 1, 8, 8)
	// the noise itself has 1/3
	modeltest.Overfits(t, "dit", m, 5e-3, 150, 0.05, func(p *nn.Pass) objective.Loss {
		return objective.MeanSquaredError(m.Run(p, in[:len(m.Inputs())])[0], noise)
	})
}

func TestWhatDoesNotFitIsSaid(t *testing.T) {
	modeltest.Refuses(t, "dit", model.Examples{Input: []int{3, 31, 31}}, ``, "patches of 2 in pictures of 31")
	modeltest.Refuses(t, "dit", model.Examples{Input: []int{3, 32, 32}}, `{"heads": 5}`, "1152 with 5 heads")
	modeltest.Refuses(t, "dit", model.Examples{Input: []int{9}}, ``, "pictures")
	modeltest.Refuses(t, "dit", model.Examples{Input: []int{3, 32, 32}}, `{"deep": 1}`, "deep")
}
