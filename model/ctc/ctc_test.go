package ctc

import (
	"encoding/json"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/model"
	_ "github.com/jimu-ml/jimu/model/conformer"
	"github.com/jimu-ml/jimu/model/modeltest"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// Built by name and filled by formula, it answers what the reference does, of whole batches and of spectra of their own lengths.
func TestAnswersEqualTheReference(t *testing.T) {
	modeltest.Spectra(t, "testdata/ctc.golden", "ctc_rnn")
}

func TestOverfitsOneBatch(t *testing.T) {
	layer, err := model.New("ctc_rnn", rng.New(1), model.Examples{Input: []int{23, 11}, Outputs: 4}, json.RawMessage(`{"channels":4,"layers":1,"hidden":16}`))
	if err != nil {
		t.Fatal(err)
	}
	m := layer.(*Model)
	x := check.Formula(5, 0, 1, 2, 23, 11)
	said, steps, letters := tensor.Of([]int64{1, 2, 3, 3, 1, 0}, 2, 3), int64(m.Length(23)), tensor.Of([]int64{3, 2}, 2)
	modeltest.Overfits(t, "ctc", m, 1e-2, 120, 0.1, func(p *nn.Pass) objective.Loss {
		return objective.CTCLoss{}.Loss(m.Forward(p, p.Input(x)), said, tensor.Of([]int64{steps, steps}, 2), letters)
	})
}

func TestWhatDoesNotFitIsSaid(t *testing.T) {
	of := model.Examples{Input: []int{23, 11}, Outputs: 4}
	modeltest.Refuses(t, "ctc_rnn", of, `{"cell": "rnn"}`, `no cell "rnn"`)
	modeltest.Refuses(t, "ctc_rnn", model.Examples{Input: []int{9}, Outputs: 2}, ``, "no spectra")
	modeltest.Refuses(t, "ctc_rnn", of, `{"depth": 1}`, "depth")
}

// Before it has learned anything it hears nothing: with few classes, runs that begin with all of them alike hang on their seed.
func TestBeginsWithTheBlank(t *testing.T) {
	for _, name := range []string{"ctc_rnn", "conformer"} {
		l, err := model.New(name, rng.New(1), model.Examples{Input: []int{60, 40}, Outputs: 3}, nil)
		if err != nil {
			t.Fatal(err)
		}
		p := nn.NewPass(nn.PassConfig{Params: nn.Params(l)})
		defer p.Close()
		y := op.Softmax(l.Forward(p, p.Input(check.Formula(5, 0, 1, 1, 60, 40))), -1)
		for i, v := range y.Floats() {
			if i%3 == 0 && v < 0.6 {
				t.Errorf("%s: at step %d the blank has probability %.2f", name, i/3, v)
			}
		}
	}
}
