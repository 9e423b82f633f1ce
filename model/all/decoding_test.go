package all

import (
	"context"
	"slices"
	"testing"

	"github.com/jimu-ml/jimu/generate"
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/model/gpt"
	"github.com/jimu-ml/jimu/model/t5"
	"github.com/jimu-ml/jimu/model/transformer"
	"github.com/jimu-ml/jimu/model/whisper"
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
