package seq2seq

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

// Built by name and filled by formula, both decoders answer what PyTorch does with packed sequences.
func TestAnswersEqualPyTorch(t *testing.T) {
	for _, c := range check.Cases(t, check.Golden(t, "testdata/seq2seq.golden"), "") {
		t.Run(c.Name, func(t *testing.T) {
			c = c.On(t)
			var config json.RawMessage
			c.Attr("config", &config)
			m, err := model.NewProgram("seq2seq", nil, model.Examples{Input: c.Shape("source")[1:], Tokens: c.Int("tokens")}, config)
			if err != nil {
				t.Fatal(err)
			}
			check.Fill(t, nn.Params(m), c.Names())
			p := nn.NewPass(nn.PassConfig{})
			defer p.Close()
			var in []*tensor.Tensor
			for _, name := range []string{"source", "target"} {
				in = append(in, p.Input(tensor.Of(c.Int64(name), c.Shape(name)...)))
			}
			check.CloseScaled(t, "logits", m.Run(p, in)[0].Floats(), c.Float32("logits"), 10*c.Float("err32")+1e-5)
		})
	}
}

// Both decoders learn to write texts backwards, those of a batch; and what has read one text says the same of it alone.
func TestOverfitsOneBatch(t *testing.T) {
	source := tensor.Of([]int64{3, 4, 5, 6, 5, 3, 4, 0, 6, 3, 0, 0}, 3, 4)
	target := tensor.Of([]int64{1, 6, 5, 4, 1, 4, 3, 5, 1, 3, 6, 2}, 3, 4)
	next := tensor.Of([]int64{6, 5, 4, 3, 4, 3, 5, 2, 3, 6, 2, 2}, 3, 4)
	for _, attention := range []string{"bahdanau", "luong"} {
		m, err := New(rng.New(1), 8, 4, Config{Attention: attention, Width: 8, Hidden: 12})
		if err != nil {
			t.Fatal(err)
		}
		modeltest.Overfits(t, attention, m, 1e-2, 120, 0.1, func(p *nn.Pass) objective.Loss {
			return objective.CrossEntropy(m.Run(p, []*tensor.Tensor{source, target})[0], next)
		})
		p := nn.NewPass(nn.PassConfig{})
		together := m.Run(p, []*tensor.Tensor{source, target})[0].Slice(0, 1, 2).Floats()
		alone := m.Read(source.Slice(0, 1, 2).Slice(1, 0, 3)).Forward(p, target.Slice(0, 1, 2))
		check.Close(t, attention+", read alone and without padding", alone.Floats(), together, 1e-5)
		p.Close()
	}
}

func TestWhatDoesNotFitIsSaid(t *testing.T) {
	of := model.Examples{Input: []int{4}, Tokens: 10}
	modeltest.Refuses(t, "seq2seq", of, `{"attention": "self"}`, `no attention "self"`)
	modeltest.Refuses(t, "seq2seq", of, `{"attention": "luong", "score": "dot"}`, "general")
	modeltest.Refuses(t, "seq2seq", model.Examples{Input: []int{4}}, ``, "no texts")
	modeltest.Refuses(t, "seq2seq", of, `{"depth": 1}`, "depth")
}
