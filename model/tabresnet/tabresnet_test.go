package tabresnet

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
	modeltest.Rows(t, "testdata/tabresnet.golden", "tab_resnet")
}

func TestOverfitsOneBatch(t *testing.T) {
	m, err := model.New("tab_resnet", rng.New(1), model.Examples{Input: []int{4}, Outputs: 2}, json.RawMessage(`{"width":16,"dropout":-1}`))
	if err != nil {
		t.Fatal(err)
	}
	x, y := check.Formula(5, 0, 1, 6, 4), tensor.Of([]int64{0, 1, 1, 0, 1, 0}, 6)
	modeltest.Overfits(t, "tabresnet", m, 1e-2, 150, 0.05, func(p *nn.Pass) objective.Loss {
		return objective.CrossEntropy(m.Forward(p, x), y)
	})
}

func TestWhatDoesNotFitIsSaid(t *testing.T) {
	modeltest.Refuses(t, "tab_resnet", model.Examples{Input: []int{4, 4}, Outputs: 2}, ``, "no rows of a table")
	modeltest.Refuses(t, "tab_resnet", model.Examples{Input: []int{4}, Outputs: 2}, `{"depth": 1}`, "depth")
}
