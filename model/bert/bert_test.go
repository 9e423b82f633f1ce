package bert

import (
	"encoding/json"
	"fmt"
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
	small = Config{Layers: 2, Width: 16, Heads: 2, Positions: 12}
	texts = model.Examples{Input: []int{6}, Tokens: 20, Outputs: 3}
)

func made(t *testing.T, family string, c Config) *Model {
	t.Helper()
	m, err := New(rng.New(1), family, texts, c)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// run returns the first output for tokens and what is to be seen of them, as long as both are.
func run(m *Model, ids, mask []int64) []float32 {
	p := nn.NewPass(nn.PassConfig{})
	defer p.Close()
	in := []*tensor.Tensor{p.Input(tensor.Of(ids, 1, len(ids))), p.Input(tensor.Of(mask, 1, len(ids))), p.Input(tensor.Of(make([]int64, len(ids)), 1, len(ids)))}
	return m.Run(p, in[:len(m.Inputs())])[0].Floats()
}

// What is hidden changes nothing: neither how much of it there is, nor what it is; a layer takes the padding for hidden.
func TestHiddenTokensChangeNothing(t *testing.T) {
	for _, k := range kinds {
		for _, head := range []string{"classification", "embedding", "masked"} {
			c := small
			c.Head = head
			m := made(t, k.name, c)
			padding := int64(m.Config.Padding)
			want := run(m, []int64{5, 7, 9}, []int64{1, 1, 1})
			got := run(m, []int64{5, 7, 9, 11, 4}, []int64{1, 1, 1, 0, 0})
			check.Close(t, k.name+" "+head, got[:len(want)], want, 1e-5)
			p := nn.NewPass(nn.PassConfig{})
			y := m.Forward(p, p.Input(tensor.Of([]int64{5, 7, 9, padding, padding, padding}, 1, 6))).Floats()
			p.Close()
			check.Close(t, k.name+" "+head+", padded", y[:len(want)], want, 1e-5)
			other := run(m, []int64{5, 7, 9, 11, 4}, []int64{1, 1, 1, 1, 0})
			if d := off(other[:len(want)], want); d < 1e-6 {
				t.Errorf("%s %s: a token more that is seen changes the result by %v", k.name, head, d)
			}
		}
	}
}

func off(a, b []float32) float64 {
	most := float32(0)
	for i := range b {
		most = max(most, a[i]-b[i], b[i]-a[i])
	}
	return float64(most)
}

func TestOverfitsOneBatch(t *testing.T) {
	ids := tensor.Of([]int64{5, 7, 9, 0, 0, 0, 8, 7, 3, 2, 0, 0, 19, 2, 3, 4, 5, 6}, 3, 6)
	for _, k := range kinds {
		for head, target := range map[string]*tensor.Tensor{"classification": tensor.Of([]int64{0, 1, 2}, 3), "tokens": tensor.Of([]int64{0, 1, 2, 0, 0, 0, 1, 1, 2, 0, 0, 0, 2, 1, 0, 2, 1, 0}, 3, 6)} {
			c := small
			c.Head, c.Dropout = head, 0.01
			m := made(t, k.name, c)
			modeltest.Overfits(t, fmt.Sprintf("%s %s", k.name, head), m, 1e-2, 60, 0.05, func(p *nn.Pass) objective.Loss {
				return objective.CrossEntropy(m.Forward(p, ids), target)
			})
		}
	}
}

// Sentence embeddings are the mean, the largest or the first of what the tokens have become, of length 1 if asked.
func TestEmbeddings(t *testing.T) {
	c := small
	c.Head = "none"
	hidden := run(made(t, "bert", c), []int64{5, 7, 9}, []int64{1, 1, 0}) // [3 16]
	for _, pool := range []string{"mean", "max", "first"} {
		c.Head, c.Pool, c.Normal = "embedding", pool, false
		want := make([]float32, 16)
		for i := range want {
			a, b := hidden[i], hidden[16+i]
			want[i] = map[string]float32{"mean": (a + b) / 2, "max": max(a, b), "first": a}[pool]
		}
		check.Close(t, pool, run(made(t, "bert", c), []int64{5, 7, 9}, []int64{1, 1, 0}), want, 1e-5)
	}
	c.Normal = true
	square := float32(0)
	for _, v := range run(made(t, "bert", c), []int64{5, 7, 9}, []int64{1, 1, 0}) {
		square += v * v
	}
	check.Close(t, "square of the length", []float32{square}, []float32{1}, 1e-5)
}

// The first files of BERT name what norms learn as TensorFlow does, and files of an encoder alone leave out the prefix.
func TestLayouts(t *testing.T) {
	layouts := layouts("bert")
	for i, want := range []string{"bert.embeddings.LayerNorm.weight", "embeddings.LayerNorm.weight", "bert.embeddings.LayerNorm.gamma", "embeddings.LayerNorm.gamma"} {
		if got := layouts[i].Source("bert.embeddings.LayerNorm.weight").Names[0]; got != want || layouts[i].Marks[0] != want {
			t.Errorf("%s: the norm is %s, marked by %v, want %s", layouts[i].Name, got, layouts[i].Marks, want)
		}
	}
	if surplus("bert.embeddings.word_embeddings.weight") || !surplus("cls.predictions.decoder.weight") || !surplus("bert.pooler.dense.bias") {
		t.Error("what is surplus is not told apart")
	}
}

// What does not fit is said.
func TestBuiltByName(t *testing.T) {
	if _, err := model.New("bert", rng.New(1), texts, json.RawMessage(`{"layers": 1, "width": 8, "heads": 2}`)); err != nil {
		t.Error(err)
	}
	modeltest.Refuses(t, "bert", texts, `{"head": "discriminator"}`, "bert has no head \"discriminator\"; there are classification")
	modeltest.Refuses(t, "electra", texts, `{"head": "next_sentence"}`, "electra has no head")
	modeltest.Refuses(t, "bert", texts, `{"heads": 5}`, "do not fit")
	modeltest.Refuses(t, "bert", texts, `{"positions": 4}`, "texts of 6 tokens, and positions for 4")
	modeltest.Refuses(t, "bert", texts, `{"activation": "step"}`, "no activation \"step\"")
	modeltest.Refuses(t, "bert", texts, `{"head": "embedding", "pool": "last"}`, "no pooling \"last\"")
	modeltest.Refuses(t, "roberta", texts, `{"padding": 20}`, "padding 20 is none of 20 tokens")
	modeltest.Refuses(t, "bert", texts, `{"dropout": 1}`, "dropout 1")
	modeltest.Refuses(t, "bert", texts, `{"depth": 1}`, "depth")
	modeltest.Refuses(t, "distilbert", model.Examples{Input: []int{3, 8, 8}, Outputs: 3}, ``, "no texts")
	modeltest.Refuses(t, "bert", model.Examples{Input: []int{6}, Tokens: 20}, ``, "0 classes")
	a, _, _ := model.Find("bert")
	for text, want := range map[string]string{
		`{"is_decoder": true}`:                        "decoder",
		`{"position_embedding_type": "relative_key"}`: "relative_key",
		`{"architectures": 3}`:                        "architectures",
	} {
		if _, _, err := a.Published([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}
