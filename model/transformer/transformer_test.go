package transformer

import (
	"encoding/json"
	"math"
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

var (
	tiny  = Config{Layers: 2, Width: 16, Heads: 2, Hidden: 24}
	texts = model.Examples{Input: []int{6}, Tokens: 20, Outputs: 20}
)

func made(t *testing.T, of model.Examples, c Config) *Model {
	t.Helper()
	m, err := New(rng.New(1), of, c)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// PyTorch's layers, with the paper's embeddings around them, have the same parameters and give the same logits.
func TestLogitsEqualPyTorch(t *testing.T) {
	for _, c := range check.Cases(t, check.Golden(t, "testdata/torch.golden"), "") {
		t.Run(c.Name, func(t *testing.T) {
			c = c.On(t)
			config, of := tiny, model.Examples{Input: []int{9}, Tokens: 40, Outputs: 40}
			config.DecoderLayers, config.Apart, config.PreNorm, config.FinalNorm = 3, c.Bool("apart"), c.Bool("pre_norm"), c.Bool("norms")
			if config.Apart {
				of.Tokens = 30
			}
			m := made(t, of, config)
			check.Fill(t, nn.Params(m), c.Names())
			p := nn.NewPass(nn.PassConfig{})
			defer p.Close()
			var in []*tensor.Tensor
			for _, port := range m.Inputs() {
				in = append(in, p.Input(tensor.Of(c.Int64(port.Name), c.Shape(port.Name)...)))
			}
			check.CloseScaled(t, "logits", m.Run(p, in)[0].Floats(), c.Float32("logits"), 10*c.Float("err32")+1e-5)
		})
	}
}

func run(m *Model, source, seen, target []int64) []float32 {
	p := nn.NewPass(nn.PassConfig{})
	defer p.Close()
	return m.Run(p, []*tensor.Tensor{
		p.Input(tensor.Of(source, 1, len(source))), p.Input(tensor.Of(seen, 1, len(seen))), p.Input(tensor.Of(target, 1, len(target))),
	})[0].Floats()
}

// What is hidden of the source changes nothing, what comes behind in the target neither, and what is seen does.
func TestSeesWhatItShould(t *testing.T) {
	m := made(t, texts, tiny)
	want := run(m, []int64{5, 7, 9}, []int64{1, 1, 1}, []int64{0, 3, 4})
	check.Close(t, "padded", run(m, []int64{5, 7, 9, 2, 2}, []int64{1, 1, 1, 0, 0}, []int64{0, 3, 4}), want, 1e-5)
	check.Close(t, "with another end", run(m, []int64{5, 7, 9}, []int64{1, 1, 1}, []int64{0, 3, 8, 6})[:40], want[:40], 1e-5)
	for what, other := range map[string][]float32{
		"a token of the source": run(m, []int64{5, 7, 8}, []int64{1, 1, 1}, []int64{0, 3, 4}),
		"a token before":        run(m, []int64{5, 7, 9}, []int64{1, 1, 1}, []int64{0, 2, 4}),
	} {
		most := 0.0
		for i, v := range other[40:] {
			most = max(most, math.Abs(float64(v-want[40+i])))
		}
		if most < 1e-4 {
			t.Errorf("%s changes the last logits by %v", what, most)
		}
	}
}

// What is written token by token, in a batch of any size, has the logits of the whole.
func TestReadingDecodesAsItReads(t *testing.T) {
	for name, c := range map[string]Config{
		"paper": tiny, "marian": {Layers: 1, DecoderLayers: 2, Width: 16, Heads: 4, Halves: true, Biased: true, Activation: "silu"},
		"bart": {Layers: 1, Width: 16, Heads: 2, Learned: 8, FirstNorm: true, Unscaled: true}, "pre": {Layers: 1, Width: 16, Heads: 2, PreNorm: true, Apart: true},
	} {
		m := made(t, texts, c)
		target := []int64{0, 3, 4, 9, 1, 12}
		want := run(m, []int64{5, 7, 9, 11}, []int64{1, 1, 1, 0}, target)
		r := m.Read(tensor.Of([]int64{5, 7, 9, 11}, 1, 4), tensor.Of([]bool{true, true, true, false}, 1, 4))
		p := nn.NewPass(nn.PassConfig{})
		check.Close(t, name, r.Forward(p, p.Input(tensor.Of(target, 1, len(target)))).Floats(), want, 1e-5)
		p.Close()
		caches, from := r.Caches(len(target)), 0
		for _, to := range []int{3, 4, 5, 6} {
			p := nn.NewPass(nn.PassConfig{})
			part := tensor.Of(target[from:to], 1, to-from)
			got := r.Decode(p, p.Input(tensor.Concat(0, part, part)), caches).Floats()
			check.Close(t, name, got[20:], want[(to-1)*20:to*20], 1e-5)
			p.Close()
			from = to
		}
	}
}

func TestOverfitsOneBatch(t *testing.T) {
	c := tiny
	c.Dropout = 0.01
	m := made(t, texts, c)
	source, seen := tensor.Of([]int64{5, 7, 9, 11, 3, 3, 8, 2, 4, 0, 0, 0}, 2, 6), tensor.Of([]int64{1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0}, 2, 6)
	target, next := tensor.Of([]int64{0, 3, 4, 9, 0, 5, 6, 2}, 2, 4), tensor.Of([]int64{3, 4, 9, 1, 5, 6, 2, 1}, 2, 4)
	modeltest.Overfits(t, "transformer", m, 5e-3, 90, 0.05, func(p *nn.Pass) objective.Loss {
		return objective.CrossEntropy(m.Run(p, []*tensor.Tensor{source, seen, target})[0], next)
	})
}

// What does not fit is said.
func TestBuiltByName(t *testing.T) {
	if _, err := model.NewProgram("transformer", nil, texts, json.RawMessage(`{"layers": 1}`)); err != nil {
		t.Error(err)
	}
	modeltest.Refuses(t, "transformer", texts, `{"heads": 5}`, "do not fit: width must be a multiple of heads")
	modeltest.Refuses(t, "transformer", texts, `{"learned": 4}`, "texts of 6 tokens, and 4 learned positions")
	modeltest.Refuses(t, "transformer", texts, `{"activation": "step"}`, "no activation \"step\"")
	modeltest.Refuses(t, "transformer", texts, `{"depth": 1}`, "depth")
	modeltest.Refuses(t, "transformer", texts, `{"attention_dropout": 1}`, "dropout 0, of attention 1, inside 0")
	modeltest.Refuses(t, "transformer", model.Examples{Input: []int{6}, Tokens: 20, Outputs: 30}, ``, "the tables apart")
	modeltest.Refuses(t, "transformer", model.Examples{Input: []int{3, 8, 8}, Outputs: 5}, ``, "no texts")
	for text, want := range map[string]string{
		`{"share_encoder_decoder_embeddings": false}`:     "apart",
		`{"architectures": ["BartForQuestionAnswering"]}`: "BartForQuestionAnswering",
		`{"encoder_ffn_dim": 3, "decoder_ffn_dim": 4}`:    "different widths",
	} {
		if _, _, err := published([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}

// Marian's folder says what is dropped where, and so it comes back.
func TestDropoutIsPublished(t *testing.T) {
	for _, want := range []Config{{Dropout: 0.1}, {Dropout: 0.1, AttentionDropout: -1, ActivationDropout: 0.2}, {AttentionDropout: 0.3}} {
		c := tiny
		c.Dropout, c.AttentionDropout, c.ActivationDropout = want.Dropout, want.AttentionDropout, want.ActivationDropout
		c.Biased, c.Halves = true, true
		said, _, err := publish(made(t, texts, c), texts, nil)
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(said)
		if err != nil {
			t.Fatal(err)
		}
		var got Config
		if text, _, err = published(text); err == nil {
			err = json.Unmarshal(text, &got)
		}
		if err != nil || got.Dropout != c.Dropout || got.AttentionDropout != c.AttentionDropout || got.ActivationDropout != c.ActivationDropout {
			t.Errorf("%+v comes back as %+v (%v)", c, got, err)
		}
	}
}
