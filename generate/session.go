package generate

import (
	"context"
	"fmt"
	"slices"

	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/tensor"
)

// A Decoder is a model that reads each token once: it keeps what it needs of those before in caches.
type Decoder interface {
	nn.Layer

	// Caches returns empty caches with room for so many tokens.
	Caches(room int) []*nn.KeyValueCache

	// Decode reads tokens [b t] that follow those in the caches, and returns the logits behind the last, [b v].
	Decode(p *nn.Pass, x *tensor.Tensor, caches []*nn.KeyValueCache) *tensor.Tensor
}

// Limited is a model that has only so many positions for tokens, such as GPT-2 with its learned ones.
type Limited interface{ Positions() int }

// A session is a batch of texts of one length that a model is reading.
type session struct {
	model   nn.Layer
	decoder Decoder // nil: all is read again for every token
	caches  []*nn.KeyValueCache
	text    [][]int64
	prompts []int64 // the number of each text's prompt
	read    int     // tokens of each text that are in the caches
}

// newSession begins with prompts that will grow by so many tokens.
func newSession(m nn.Layer, prompts [][]int64, most int) *session {
	s := &session{model: m}
	for i, p := range prompts {
		s.text, s.prompts = append(s.text, slices.Clone(p)), append(s.prompts, int64(i))
	}
	if d, ok := m.(Decoder); ok {
		s.decoder, s.caches = d, d.Caches(len(prompts[0])+most)
	}
	return s
}

// logits returns the logits behind the last token of each text.
func (s *session) logits(ctx context.Context) ([][]float32, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	b, t := len(s.text), len(s.text[0])
	var ids []int64
	for _, text := range s.text {
		ids = append(ids, text[s.read:]...)
	}
	var logits []float32
	err := tensor.Catch(func() {
		p := nn.NewPass(nn.PassConfig{})
		defer p.Close()
		x := p.Input(tensor.Of(ids, b, t-s.read))
		y := s.run(p, x)
		if y.Rank() != 2 || y.Dim(0) != b || y.Dim(1) == 0 {
			panic(tensor.Errorf("generate", "the model made %v of tokens %v, no logits", y, x))
		}
		logits = y.Floats()
	})
	if err != nil {
		return nil, fmt.Errorf("generate: %w", err)
	}
	return slices.Collect(slices.Chunk(logits, len(logits)/b)), nil
}

func (s *session) run(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	if s.decoder != nil {
		s.read = len(s.text[0])
		return s.decoder.Decode(p, x, s.caches)
	}
	y := s.model.Forward(p, x)
	if y.Rank() != 3 || y.Dim(1) != x.Dim(1) {
		panic(tensor.Errorf("generate", "the model made %v of tokens %v, not logits for each", y, x))
	}
	return y.Select(1, -1)
}

// add appends a token to each text.
func (s *session) add(ids ...int64) {
	for i, id := range ids {
		s.text[i] = append(s.text[i], id)
	}
}

// reorder goes on with the texts of those numbers, one of which may come twice.
func (s *session) reorder(rows []int64) {
	text, prompts := make([][]int64, len(rows)), make([]int64, len(rows))
	for i, r := range rows {
		text[i], prompts[i] = slices.Clone(s.text[r]), s.prompts[r]
	}
	if m, ok := s.model.(Reorderer); ok && !slices.Equal(prompts, s.prompts) { // which are mostly as they were
		m.Reorder(rows)
	}
	s.text, s.prompts = text, prompts
	for _, c := range s.caches {
		c.Reorder(rows)
	}
}
