package all

import (
	"context"
	"math"
	"slices"
	"testing"

	"github.com/jimu-ml/jimu/generate"
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/model/gpt"
	"github.com/jimu-ml/jimu/model/t5"
	"github.com/jimu-ml/jimu/model/transformer"
	"github.com/jimu-ml/jimu/model/whisper"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// What writes token by token does so for package generate, with caches.
var _ = []generate.Decoder{(*gpt.Model)(nil), (*t5.Reading)(nil), (*transformer.Reading)(nil), (*whisper.Hearing)(nil)}

// A model of transformers writes the same text here, taking the likeliest token each time and searching with four beams.
func TestWritesAsTransformersDoes(t *testing.T) {
	for _, c := range check.Cases(t, check.Golden(t, "testdata/decoding.golden"), "") {
		t.Run(c.Name, func(t *testing.T) {
			c = c.On(t)
			a, m := fromConfig(t, c)
			if err := model.Load(m, byFormula(c), a.Layouts...); err != nil {
				t.Fatal(err)
			}
			text := c.Int64("input_ids")
			ids, prompt := tensor.Of(text, 1, len(text)), []int64{0}
			var decoder generate.Decoder
			switch m := m.(type) {
			case *gpt.Model:
				decoder, prompt = m, text
			case *t5.Model:
				decoder = m.Read(ids, nil)
			case *transformer.Model:
				decoder = m.Read(ids, nil)
			}
			var greedy []int64
			for token, err := range generate.Tokens(context.Background(), decoder, prompt, generate.Config{Most: 9, Stop: []int64{3}}) {
				if err != nil {
					t.Fatal(err)
				}
				greedy = append(greedy, token.ID)
			}
			if want := c.Int64("greedy"); !slices.Equal(greedy, want) {
				t.Errorf("the likeliest tokens are %v, want %v", greedy, want)
			}
			beams, err := generate.Beams(context.Background(), decoder, prompt, generate.BeamConfig{Most: 9, Stop: []int64{3}, Penalty: 1})
			if err != nil {
				t.Fatal(err)
			}
			if want := c.Int64("beams"); !slices.Equal(beams[0].Tokens, want) {
				t.Errorf("the best of the beams is %v, want %v", beams[0].Tokens, want)
			}
		})
	}
}

// Several texts that are translated in one batch become what each becomes alone.
func TestTranslatesTogetherAsAlone(t *testing.T) {
	m, err := transformer.New(rng.New(3), model.Examples{Input: []int{6}, Tokens: 40, Outputs: 40}, transformer.Config{Layers: 2, Width: 16, Heads: 2})
	if err != nil {
		t.Fatal(err)
	}
	texts := [][]int64{{5, 7, 9, 11, 3}, {30, 2}, {8, 8, 21}}
	config := generate.BeamConfig{Beams: 3, Most: 8, Stop: []int64{1, 2, 4, 6, 10}, Penalty: 1, Early: true}
	ids, seen, prompts := make([]int64, 15), make([]bool, 15), make([][]int64, 3)
	for i, text := range texts {
		copy(ids[5*i:], text)
		for k := range text {
			seen[5*i+k] = true
		}
		prompts[i] = []int64{0}
	}
	got, err := generate.BeamsEach(context.Background(), m.Read(tensor.Of(ids, 3, 5), tensor.Of(seen, 3, 5)), prompts, config)
	if err != nil {
		t.Fatal(err)
	}
	for i, text := range texts {
		want, err := generate.Beams(context.Background(), m.Read(tensor.Of(text, 1, len(text)), nil), []int64{0}, config)
		if err != nil {
			t.Fatal(err)
		}
		for k := range want {
			if !slices.Equal(got[i][k].Tokens, want[k].Tokens) || math.Abs(got[i][k].Score-want[k].Score) > 1e-5 {
				t.Errorf("text %d, beam %d: %v, want %v", i, k, got[i][k], want[k])
			}
		}
	}
	if slices.Equal(got[0][0].Tokens, got[1][0].Tokens) {
		t.Error("the texts are not told apart")
	}
}
