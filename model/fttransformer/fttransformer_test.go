package fttransformer

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
	modeltest.Rows(t, "testdata/fttransformer.golden", "ft_transformer")
}

func TestOverfitsOneBatch(t *testing.T) {
	m, err := model.New("ft_transformer", rng.New(1), model.Examples{Input: []int{4}, Outputs: 2}, json.RawMessage(`{"blocks":2,"width":16,"heads":2,"attention_dropout":-1,"dropout":-1}`))
	if err != nil {
		t.Fatal(err)
	}
	x, y := check.Formula(5, 0, 1, 6, 4), tensor.Of([]int64{0, 1, 1, 0, 1, 0}, 6)
	modeltest.Overfits(t, "fttransformer", m, 1e-2, 150, 0.05, func(p *nn.Pass) objective.Loss {
		return objective.CrossEntropy(m.Forward(p, x), y)
	})
}

func TestWhatDoesNotFitIsSaid(t *testing.T) {
	modeltest.Refuses(t, "ft_transformer", model.Examples{Input: []int{4}, Outputs: 2}, `{"heads": 5}`, "width 192 with 5 heads")
	modeltest.Refuses(t, "ft_transformer", model.Examples{Input: []int{1}, Outputs: 2}, `{"categories": [2, 3]}`, "1 features with 2 categories")
	modeltest.Refuses(t, "ft_transformer", model.Examples{Input: []int{4}, Outputs: 2}, `{"blocks": 9}`, "no width for 9 blocks")
	modeltest.Refuses(t, "ft_transformer", model.Examples{Input: []int{4, 4}, Outputs: 2}, ``, "no rows of a table")
	modeltest.Refuses(t, "ft_transformer", model.Examples{Input: []int{4}, Outputs: 2}, `{"depth": 1}`, "depth")
}
