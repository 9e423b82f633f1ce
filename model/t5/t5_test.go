package t5

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

var (
	tiny  = Config{Layers: 2, Width: 16, Heads: 2, Head: 8, Hidden: 24, Buckets: 8, Most: 12}
	texts = model.Examples{Input: []int{6}, Tokens: 20, Outputs: 20}
)

func made(t *testing.T, c Config) *Model {
	t.Helper()
	m, err := New(rng.New(1), texts, c)
	if err != nil {
		t.Fatal(err)
	}
	return m
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
	m := made(t, tiny)
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
	for name, c := range map[string]Config{"relu": tiny, "gated": {Layers: 2, DecoderLayers: 1, Width: 16, Heads: 4, Head: 6, Hidden: 24, Gated: true, Activation: "gelu_tanh", Untied: true}} {
		m := made(t, c)
		target := []int64{0, 3, 4, 9, 1, 12, 13, 2, 5, 6}
		want := run(m, []int64{5, 7, 9, 11}, []int64{1, 1, 1, 0}, target)
		r := m.Read(tensor.Of([]int64{5, 7, 9, 11}, 1, 4), tensor.Of([]bool{true, true, true, false}, 1, 4))
		p := nn.NewPass(nn.PassConfig{})
		check.Close(t, name, r.Forward(p, p.Input(tensor.Of(target, 1, len(target)))).Floats(), want, 1e-5)
		p.Close()
		caches := r.Caches(len(target))
		for from := 0; from < len(target); {
			to := from + 1 + 2*min(1, max(0, 1-from)) // three tokens, then one by one
			p := nn.NewPass(nn.PassConfig{})
			part := tensor.Concat(0, tensor.Of(target[from:to], 1, to-from), tensor.Of(target[from:to], 1, to-from))
			got := r.Decode(p, p.Input(part), caches).Floats()
			check.Close(t, name, got[20:], want[(to-1)*20:to*20], 1e-5)
			p.Close()
			from = to
		}
	}
}

func TestOverfitsOneBatch(t *testing.T) {
	for name, c := range map[string]Config{"relu": tiny, "gated": {Layers: 2, Width: 16, Heads: 2, Head: 8, Hidden: 24, Gated: true, Activation: "gelu_tanh", Untied: true, Dropout: 0.01}} {
		m := made(t, c)
		source, seen := tensor.Of([]int64{5, 7, 9, 11, 3, 3, 8, 2, 4, 0, 0, 0}, 2, 6), tensor.Of([]int64{1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0}, 2, 6)
		target, next := tensor.Of([]int64{0, 3, 4, 9, 0, 5, 6, 2}, 2, 4), tensor.Of([]int64{3, 4, 9, 1, 5, 6, 2, 1}, 2, 4)
		modeltest.Overfits(t, name, m, 1e-2, 80, 0.05, func(p *nn.Pass) objective.Loss {
			return objective.CrossEntropy(m.Run(p, []*tensor.Tensor{source, seen, target})[0], next)
		})
	}
}

// What does not fit is said.
func TestBuiltByName(t *testing.T) {
	if _, err := model.NewProgram("t5", nil, texts, json.RawMessage(`{"layers": 1, "encoder_only": true}`)); err != nil {
		t.Error(err)
	}
	modeltest.Refuses(t, "t5", texts, `{"buckets": 5}`, "5 buckets")
	modeltest.Refuses(t, "t5", texts, `{"layers": -1}`, "do not fit")
	modeltest.Refuses(t, "t5", texts, `{"activation": "step"}`, "no activation \"step\"")
	modeltest.Refuses(t, "t5", texts, `{"depth": 1}`, "depth")
	modeltest.Refuses(t, "t5", model.Examples{Input: []int{3, 8, 8}, Outputs: 5}, ``, "no texts")
	if _, err := model.New("t5", nil, texts, nil); err == nil {
		t.Error("an encoder and a decoder are a layer")
	}
	if _, _, err := published([]byte(`{"d_model": "wide"}`)); err == nil {
		t.Error("a width in letters is taken")
	}
}
