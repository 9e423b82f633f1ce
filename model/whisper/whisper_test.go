package whisper

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
	tiny  = Config{Layers: 2, DecoderLayers: 1, Width: 16, Heads: 2, Context: 12}
	sound = model.Examples{Input: []int{4, 10}, Outputs: 20}
)

func made(t *testing.T, c Config) *Model {
	t.Helper()
	m, err := New(rng.New(1), sound, c)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func run(m *Model, features *tensor.Tensor, ids ...int64) []float32 {
	p := nn.NewPass(nn.PassConfig{})
	defer p.Close()
	return m.Run(p, []*tensor.Tensor{p.Input(features), p.Input(tensor.Of(ids, 1, len(ids)))})[0].Floats()
}

// The features are those that transformers makes: of sounds shorter and longer than what is heard, in 80 and in 128 bands.
func TestFeaturesEqualTransformers(t *testing.T) {
	for _, c := range check.Cases(t, check.Golden(t, "testdata/features.golden"), "") {
		got := Features(check.Formula(1000, 0, 1, c.Int("samples")).Floats(), c.Int("bands"), 100)
		var some []float32
		for i, v := range got.Floats() {
			if i%100%c.Int("every") == 0 {
				some = append(some, v)
			}
		}
		check.Close(t, c.Name, some, c.Float32("features"), 1e-5)
	}
	if s := Features([]float32{1}, 80, 3000).Shape(); s[0] != 1 || s[1] != 80 || s[2] != 3000 {
		t.Errorf("features are %v", s)
	}
}

// What comes behind a token changes nothing for it; the sound, and what comes before, do.
func TestSeesWhatItShould(t *testing.T) {
	m, x := made(t, tiny), check.Formula(3, 0, 1, 1, 4, 10)
	want := run(m, x, 3, 1, 4)
	check.Close(t, "with another end", run(m, x, 3, 1, 9, 2)[:40], want[:40], 1e-5)
	for what, other := range map[string][]float32{"the sound": run(m, x.Scale(0.5), 3, 1, 4), "a token before": run(m, x, 2, 1, 4)} {
		most := 0.0
		for i, v := range other[40:] {
			most = max(most, math.Abs(float64(v-want[40+i])))
		}
		if most < 1e-5 {
			t.Errorf("%s changes the last logits by %v", what, most)
		}
	}
}

// What is written token by token, in a batch of any size, has the logits of the whole.
func TestHearingDecodesAsItReads(t *testing.T) {
	m, x := made(t, tiny), check.Formula(3, 0, 1, 1, 4, 10)
	ids := []int64{3, 1, 4, 1, 5}
	want, h := run(m, x, ids...), m.Hear(x)
	p := nn.NewPass(nn.PassConfig{})
	check.Close(t, "whole", h.Forward(p, p.Input(tensor.Of(ids, 1, 5))).Floats(), want, 1e-5)
	p.Close()
	caches, from := h.Caches(5), 0
	for _, to := range []int{3, 4, 5} {
		p := nn.NewPass(nn.PassConfig{})
		part := tensor.Of(ids[from:to], 1, to-from)
		got := h.Decode(p, p.Input(tensor.Concat(0, part, part)), caches).Floats()
		check.Close(t, "decoded", got[20:], want[(to-1)*20:to*20], 1e-5)
		p.Close()
		from = to
	}
}

func TestOverfitsOneBatch(t *testing.T) {
	c := tiny
	c.Dropout = 0.01
	m := made(t, c)
	x := check.Formula(5, 0, 1, 2, 4, 10)
	ids, next := tensor.Of([]int64{0, 3, 4, 9, 0, 5, 6, 2}, 2, 4), tensor.Of([]int64{3, 4, 9, 1, 5, 6, 2, 1}, 2, 4)
	modeltest.Overfits(t, "whisper", m, 1e-2, 80, 0.05, func(p *nn.Pass) objective.Loss {
		return objective.CrossEntropy(m.Run(p, []*tensor.Tensor{p.Input(x), ids})[0], next)
	})
}

// What does not fit is said.
func TestBuiltByName(t *testing.T) {
	if _, err := model.NewProgram("whisper", nil, sound, json.RawMessage(`{"layers": 1}`)); err != nil {
		t.Error(err)
	}
	modeltest.Refuses(t, "whisper", sound, `{"heads": 5}`, "do not fit")
	modeltest.Refuses(t, "whisper", sound, `{"activation": "step"}`, "no activation \"step\"")
	modeltest.Refuses(t, "whisper", sound, `{"depth": 1}`, "depth")
	modeltest.Refuses(t, "whisper", model.Examples{Input: []int{4, 9}, Outputs: 5}, ``, "no features [bands frames]")
	if _, _, err := published([]byte(`{"scale_embedding": true}`)); err == nil {
		t.Error("scaled embeddings are taken for Whisper's")
	}
}
