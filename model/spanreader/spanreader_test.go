package spanreader

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/model/modeltest"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// Filled by formula, a reader says of each token of a passage, and its encoder of each of a question and a passage, what PyTorch's do.
func TestAnswersEqualPyTorch(t *testing.T) {
	for _, c := range check.Cases(t, check.Golden(t, "testdata/spanreader.golden"), "") {
		c = c.On(t)
		var config json.RawMessage
		c.Attr("config", &config)
		l, err := model.New("span_reader", nil, model.Examples{Input: c.Shape("ids")[1:], Tokens: c.Int("tokens"), Outputs: c.Int("outputs")}, config)
		if err != nil {
			t.Fatal(err)
		}
		m := l.(*Model)
		check.Fill(t, nn.Params(m), c.Names())
		p := nn.NewPass(nn.PassConfig{})
		defer p.Close()
		ids := p.Input(tensor.Of(c.Int64("ids"), c.Shape("ids")...))
		within := 10*c.Float("err32") + 1e-5
		there, states, logits := there(ids).Cast(m.Head.Weight.Value.DType()).Floats(), m.Encoder.Forward(p, ids).Floats(), m.Forward(p, ids).Floats()
		check.CloseScaled(t, "encoded", real(there, 0, 12, states), real(there, 0, 12, c.Float32("encoded")), within)
		check.CloseScaled(t, "logits", real(there, 3, 12, logits), real(there, 3, 12, c.Float32("logits")), within)
		for i, z := range logits {
			if k := i / 2; there[12*(k/9)+3+k%9] == 0 && z != absent {
				t.Errorf("the logit of a token that is not there is %v", z)
			}
		}
	}
}

// real returns the numbers of tokens that are there, of those from lo to hi of each row.
func real(there []float32, lo, hi int, x []float32) (kept []float32) {
	rows := len(there) / hi
	each := len(x) / (rows * (hi - lo))
	for r := range rows {
		for i := lo; i < hi; i++ {
			at := (r*(hi-lo) + i - lo) * each
			if there[r*hi+i] != 0 {
				kept = append(kept, x[at:at+each]...)
			}
		}
	}
	return kept
}

var example = model.Examples{Input: []int{8, 2}, Tokens: 20, Outputs: 2}

// ids is two questions of two tokens with passages of six, the second shorter.
var ids = tensor.Of([]int64{
	3, 11, 4, 12, 5, 13, 6, 11, 3, 14, 7, 12, 8, 13, 9, 14,
	5, 12, 0, 0, 9, 11, 5, 14, 8, 12, 4, 13, 0, 0, 0, 0,
}, 2, 8, 2)

func reader(t *testing.T) *Model {
	t.Helper()
	m, err := model.New("span_reader", rng.New(1), example, json.RawMessage(`{"width": 16, "question": 2, "above": 2, "below": 1}`))
	if err != nil {
		t.Fatal(err)
	}
	return m.(*Model)
}

// A reader learns by heart where two answers begin and end; its encoder, which words are hidden.
func TestOverfitsOneBatch(t *testing.T) {
	m := reader(t)
	y := tensor.Of([]int64{2, 4, 1, 1}, 4)
	modeltest.Overfits(t, "span_reader", m, 1e-2, 60, 0.05, func(p *nn.Pass) objective.Loss {
		return objective.CrossEntropy(m.Forward(p, p.Input(ids)).Transpose(1, 2).Reshape(4, 6), y)
	})
	h := NewMasked(rng.New(2), reader(t), 10)
	at, words := tensor.Of([]int64{1, 4, 12}, 3), tensor.Of([]int64{4, 3, 8}, 3)
	modeltest.Overfits(t, "hidden words", h, 1e-2, 60, 0.05, func(p *nn.Pass) objective.Loss {
		return objective.CrossEntropy(h.Logits(p, p.Input(ids), at), words)
	})
}

// Padding behind a passage, or behind a question, changes nothing.
func TestPaddingSaysNothing(t *testing.T) {
	m := reader(t)
	p := nn.NewPass(nn.PassConfig{})
	defer p.Close()
	both := m.Forward(p, p.Input(ids)).Floats()[12:20]
	alone := m.Forward(p, p.Input(ids.Slice(0, 1, 2).Slice(1, 0, 6))).Floats()
	for i, z := range alone {
		if math.Abs(float64(z-both[i])) > 1e-5 {
			t.Errorf("logit %d is %v alone, %v beside a longer passage", i, z, both[i])
		}
	}
}

func TestWhatDoesNotFitIsSaid(t *testing.T) {
	modeltest.Refuses(t, "span_reader", example, `{"size": 4, "question": 2}`, "odd size")
	modeltest.Refuses(t, "span_reader", example, `{"question": 8}`, "takes all of an input")
	modeltest.Refuses(t, "span_reader", example, `{"width": -1, "question": 2}`, "1 or more")
	modeltest.Refuses(t, "span_reader", model.Examples{Input: []int{8}, Tokens: 20, Outputs: 2}, "", "tokens [t c]")
}
