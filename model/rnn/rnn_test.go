package rnn

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/model/modeltest"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// Built by name and filled by formula, the networks answer what PyTorch's do with packed sequences.
func TestAnswersEqualPyTorch(t *testing.T) {
	for _, c := range check.Cases(t, check.Golden(t, "testdata/rnn.golden"), "") {
		t.Run(c.Name, func(t *testing.T) {
			c = c.On(t)
			var config json.RawMessage
			c.Attr("config", &config)
			kind, _, _ := strings.Cut(c.Name, "/")
			m, err := model.New("rnn_"+kind, nil, model.Examples{Input: c.Shape("ids")[1:], Tokens: c.Int("tokens"), Outputs: c.Int("outputs")}, config)
			if err != nil {
				t.Fatal(err)
			}
			// A tied head has one name in PyTorch, that of the embeddings.
			check.Fill(t, nn.Params(m), c.Names())
			p := nn.NewPass(nn.PassConfig{})
			defer p.Close()
			ids := tensor.Of(c.Int64("ids"), c.Shape("ids")...)
			got, want := m.Forward(p, p.Input(ids)).Floats(), c.Float32("logits")
			if kind == "tagger" { // what it says of padding means nothing
				got, want = inside(ids, got), inside(ids, want)
			}
			check.CloseScaled(t, "logits", got, want, 10*c.Float("err32")+1e-5)
		})
	}
}

func inside(ids *tensor.Tensor, x []float32) (kept []float32) {
	each := len(x) / ids.Len()
	for i, id := range tensor.Values[int64](ids) {
		if id != Padding {
			kept = append(kept, x[i*each:(i+1)*each]...)
		}
	}
	return kept
}

// A classifier and a language model learn a batch by heart.
func TestOverfitsOneBatch(t *testing.T) {
	ids := tensor.Of([]int64{3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8}, 3, 4)
	for name, y := range map[string]*tensor.Tensor{"rnn_classifier": tensor.Of([]int64{0, 1, 2}, 3), "rnn_lm": tensor.Of([]int64{1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 0}, 3, 4)} {
		for _, cell := range []string{"lstm", "gru", "elman"} {
			m, err := model.New(name, rng.New(1), model.Examples{Input: []int{4}, Tokens: 10, Outputs: 3}, json.RawMessage(`{"width":8,"hidden":16,"cell":"`+cell+`"}`))
			if err != nil {
				t.Fatal(err)
			}
			// what follows on the first 5 is 9 or 3: 2/12 ln 2 are left
			modeltest.Overfits(t, fmt.Sprintf("%s of %s", name, cell), m, 2e-2, 100, 0.13, func(p *nn.Pass) objective.Loss {
				return objective.CrossEntropy(m.Forward(p, ids), y)
			})
		}
	}
}

// A language model that goes on from a state says what it says of the whole text.
func TestContinues(t *testing.T) {
	m, err := model.New("rnn_lm", rng.New(1), model.Examples{Input: []int{4}, Tokens: 10}, json.RawMessage(`{"width":4,"hidden":4,"layers":2}`))
	if err != nil {
		t.Fatal(err)
	}
	lm := m.(*LanguageModel)
	p := nn.NewPass(nn.PassConfig{})
	defer p.Close()
	ids := p.Input(tensor.Of([]int64{3, 1, 4, 1, 5}, 1, 5))
	whole := lm.Forward(p, ids).Slice(1, 3, 5).Floats()
	_, state := lm.Continue(p, ids.Slice(1, 0, 3), nn.RecurrentState{})
	rest, _ := lm.Continue(p, ids.Slice(1, 3, 5), state)
	if !slices.Equal(whole, rest.Floats()) {
		t.Errorf("%v\nwant %v", rest.Floats(), whole)
	}
}

func TestWhatDoesNotFitIsSaid(t *testing.T) {
	of := model.Examples{Input: []int{4}, Tokens: 10, Outputs: 3}
	modeltest.Refuses(t, "rnn_classifier", of, `{"cell": "ltsm"}`, `no cell "ltsm"`)
	modeltest.Refuses(t, "rnn_classifier", of, `{"pool": "first"}`, `no pool "first"`)
	modeltest.Refuses(t, "rnn_classifier", model.Examples{Input: []int{4}, Outputs: 3}, ``, "no texts")
	modeltest.Refuses(t, "rnn_lm", of, `{"bidirectional": true}`, "both ways")
	modeltest.Refuses(t, "rnn_lm", of, `{"tie": true, "width": 4, "hidden": 5}`, "5 hidden units")
	modeltest.Refuses(t, "rnn_tagger", of, `{"depth": 1}`, "depth")
}
