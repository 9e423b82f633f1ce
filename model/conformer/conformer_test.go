package conformer

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

// Built by name and filled by formula, it answers what the reference does, of whole batches and of spectra of their own lengths.
func TestAnswersEqualTheReference(t *testing.T) {
	modeltest.Spectra(t, "testdata/conformer.golden", "conformer")
}

func TestOverfitsOneBatch(t *testing.T) {
	layer, err := model.New("conformer", rng.New(1), model.Examples{Input: []int{23, 11}, Outputs: 4}, json.RawMessage(`{"layers":1,"width":16,"heads":2,"window":3,"dropout":-1}`))
	if err != nil {
		t.Fatal(err)
	}
	m := layer.(*Model)
	x := check.Formula(5, 0, 1, 2, 23, 11)
	said, steps, letters := tensor.Of([]int64{1, 2, 3, 3, 1, 0}, 2, 3), int64(m.Length(23)), tensor.Of([]int64{3, 2}, 2)
	modeltest.Overfits(t, "conformer", m, 1e-2, 120, 0.1, func(p *nn.Pass) objective.Loss {
		return objective.CTCLoss{}.Loss(m.Forward(p, p.Input(x)), said, tensor.Of([]int64{steps, steps}, 2), letters)
	})
}

func TestWhatDoesNotFitIsSaid(t *testing.T) {
	of := model.Examples{Input: []int{23, 11}, Outputs: 4}
	modeltest.Refuses(t, "conformer", of, `{"heads": 5}`, "144 with 5 heads")
	modeltest.Refuses(t, "conformer", of, `{"window": 4}`, "windows of 4")
	modeltest.Refuses(t, "conformer", model.Examples{Input: []int{5, 80}}, ``, "7 × 7")
	modeltest.Refuses(t, "conformer", model.Examples{Input: []int{9}, Outputs: 2}, ``, "no spectra")
	modeltest.Refuses(t, "conformer", of, `{"depth": 1}`, "depth")
}
