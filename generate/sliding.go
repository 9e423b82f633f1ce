package generate

import (
	"context"
	"iter"
	"slices"

	"github.com/jimu-ml/jimu/nn"
)

// Sliding is [Tokens] for texts that may outgrow what the model can see at once: whenever that is full, the model reads the later
// half of it again, and goes on. A prompt that leaves no room is read from as far back as there is. Without a limit, of Config
// or of the model, it is Tokens.
func Sliding(ctx context.Context, m nn.Layer, prompt []int64, c Config) iter.Seq2[Token, error] {
	limit := limited(c.Context, m)
	if limit < 2 || c.Most < 0 {
		return Tokens(ctx, m, prompt, c)
	}
	return func(yield func(Token, error) bool) {
		text, left := slices.Clone(prompt), c.Most
		if left == 0 {
			left = 256
		}
		part, key := c, c.Key
		for n := uint64(1); left > 0; n++ {
			if len(text) >= limit {
				text = text[len(text)-(limit+1)/2:]
			}
			part.Most = left
			for t, err := range Tokens(ctx, m, text, part) {
				if !yield(t, err) || err != nil || t.Stop {
					return
				}
				text = append(text, t.ID)
				left--
			}
			part.Key = key.Child("slide").At(n)
		}
	}
}
