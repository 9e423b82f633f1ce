package gpt

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/format"
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/model/modeltest"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

var tiny = Config{Layers: 2, Heads: 2, Width: 16, Context: 12}

func made(t *testing.T, c Config) *Model {
	t.Helper()
	m, err := New(rng.New(1), 20, c)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func logits(m *Model, ids ...int64) []float32 {
	p := nn.NewPass(nn.PassConfig{})
	defer p.Close()
	return m.Forward(p, p.Input(tensor.Of(ids, 1, len(ids)))).Floats()
}

// What comes behind a token changes nothing for it, and what comes before does.
func TestSeesOnlyWhatIsBefore(t *testing.T) {
	m := made(t, tiny)
	want := logits(m, 3, 1, 4, 1, 5)
	check.Close(t, "with another end", logits(m, 3, 1, 4, 9, 2, 6)[:3*20], want[:3*20], 1e-5)
	check.Close(t, "without an end", logits(m, 3, 1, 4), want[:3*20], 1e-5)
	other := logits(m, 2, 1, 4)
	most := 0.0
	for i, v := range other[2*20:] {
		most = max(most, math.Abs(float64(v-want[2*20+i])))
	}
	if most < 1e-4 {
		t.Errorf("another first token changes the last one by %v", most)
	}
}

// What is decoded token by token, or some at once, is what one look at all gives.
func TestDecodesAsItReads(t *testing.T) {
	for name, c := range map[string]Config{
		"tied": tiny, "untied": {Layers: 2, Heads: 4, Width: 16, Context: 8, Hidden: 24, Untied: true, NoBias: true, Activation: "relu"},
	} {
		m := made(t, c)
		ids := []int64{3, 1, 4, 1, 5, 9, 2}
		want, caches := logits(m, ids...), m.Caches(100)
		check.Close(t, name, decode(m, ids[:3], caches), want[2*20:3*20], 1e-5)
		for i := 3; i < len(ids); i++ {
			check.Close(t, name, decode(m, ids[i:i+1], caches), want[i*20:(i+1)*20], 1e-5)
		}
	}
}

func decode(m *Model, ids []int64, caches []*nn.KeyValueCache) []float32 {
	p := nn.NewPass(nn.PassConfig{})
	defer p.Close()
	return m.Decode(p, p.Input(tensor.Of(ids, 1, len(ids))), caches).Floats()
}

// It learns the token behind each of one batch by heart; tokens and logits share one table.
func TestOverfitsOneBatch(t *testing.T) {
	c := tiny
	c.Dropout = 0.01
	m := made(t, c)
	x := tensor.Of([]int64{3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8}, 2, 6)
	y := tensor.Of([]int64{1, 4, 1, 5, 9, 2, 5, 3, 5, 8, 9, 7}, 2, 6)
	modeltest.Overfits(t, "gpt", m, 1e-2, 80, 0.05, func(p *nn.Pass) objective.Loss {
		return objective.CrossEntropy(m.Forward(p, x), y)
	})
}

// nanoGPT's files have the same names, and the weights of the blocks the other way round.
func TestReadsWeightsThatLieTheOtherWay(t *testing.T) {
	c := tiny
	c.NoBias = true
	m, other := made(t, c), made(t, c)
	var tensors []format.Named
	for _, q := range nn.Params(m) {
		v := check.Formula(uint64(q.Param.Value.Len()), 0, 0.3, q.Param.Value.Shape()...)
		q.Param.Value = v
		if strings.Contains(q.Name, ".c_") {
			v = v.Transpose(0, 1).Contiguous()
		}
		tensors = append(tensors, format.Named{Name: q.Name, Tensor: v})
	}
	tensors = append(tensors, format.Named{Name: "lm_head.weight", Tensor: m.Decoder.Tokens.Weight.Value})
	if err := model.Load(other, format.Of(nil, tensors...), layouts...); err != nil {
		t.Fatal(err)
	}
	check.Close(t, "logits", logits(other, 1, 2, 3), logits(m, 1, 2, 3), 1e-6)
}

// What does not fit is said.
func TestBuiltByName(t *testing.T) {
	of := model.Examples{Input: []int{6}, Tokens: 20, Outputs: 20}
	if _, err := model.New("gpt", rng.New(1), of, json.RawMessage(`{"layers": 4, "heads": 4, "width": 128}`)); err != nil {
		t.Error(err)
	}
	modeltest.Refuses(t, "gpt", of, `{"heads": 5}`, "do not fit: width must be a multiple of heads")
	modeltest.Refuses(t, "gpt", of, `{"context": 5}`, "texts of 6 tokens, and a context of 5")
	modeltest.Refuses(t, "gpt", of, `{"activation": "step"}`, "no activation \"step\"")
	modeltest.Refuses(t, "gpt", of, `{"depth": 1}`, "depth")
	modeltest.Refuses(t, "gpt", model.Examples{Input: []int{6}, Tokens: 20, Outputs: 2}, ``, "not 2 of 20; choose a model that tells classes apart")
	modeltest.Refuses(t, "gpt", model.Examples{Input: []int{6}, Outputs: 2}, ``, "the inputs here are numbers of shape [6]")
	if _, _, err := published([]byte(`{"scale_attn_by_inverse_layer_idx": true}`)); err == nil {
		t.Error("attention scaled by layer is taken for GPT-2's")
	}
}

// What a file of transformers says of dropout comes back from it.
func TestDropoutIsPublished(t *testing.T) {
	for weights, want := range map[float64]float64{0: 0, -1: -1, 0.2: 0.2, 0.1: 0} {
		c := tiny
		c.Dropout, c.AttentionDropout = 0.1, weights
		m := made(t, c)
		said, _, err := publish(m, model.Examples{Tokens: 20, Outputs: 20}, nil)
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(said)
		if err != nil {
			t.Fatal(err)
		}
		text, _, err = published(text)
		var got Config
		if err == nil {
			err = json.Unmarshal(text, &got)
		}
		if err != nil || got.Dropout != 0.1 || got.AttentionDropout != want {
			t.Errorf("%v comes back as %v and %v (%v)", weights, got.Dropout, got.AttentionDropout, err)
		}
	}
}
