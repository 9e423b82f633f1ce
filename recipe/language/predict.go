package language

import (
	"context"

	"github.com/jimu-ml/jimu/generate"
	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/rng"
)

// How much is written where nobody says how much.
const (
	lengthOfText     = 400 // tokens
	textsUnasked     = 1
	documentsUnasked = 10
)

// maxPrompt is how long a file may be that is to be gone on with, in bytes.
const maxPrompt = 1 << 20

// predict goes on with a text, or writes some from nothing. The draws are those of the model's own probabilities, at
// temperature 1.
func (w *work) predict(ctx context.Context, to *recipe.Writer, q recipe.Question) ([]recipe.Prediction, error) {
	text, most := q.Text, 1
	if q.File != "" {
		var err error
		if text, err = recipe.Text(q.File, maxPrompt); err != nil {
			return nil, err
		}
	} else if q.Text == "" {
		if most = q.Most; most == 0 {
			most = textsUnasked
			if w.kept.Documents || w.kept.Chat {
				most = documentsUnasked
			}
		}
	}
	if w.kept.Chat {
		return w.answer(ctx, to, text, most)
	}
	prompt, err := to.Prompt(text)
	if err != nil {
		return nil, err
	}
	all := make([]recipe.Prediction, most)
	for i := range all {
		made, err := w.sample(ctx, to, prompt, rng.KeyOf(q.Seed).Child("predict").At(uint64(i)))
		if err != nil {
			return nil, err
		}
		all[i].Text = text + made
	}
	return all, nil
}

// sample writes one text.
func (w *work) sample(ctx context.Context, to *recipe.Writer, prompt []int64, key rng.Key) (string, error) {
	c := generate.Config{Most: lengthOfText, Temperature: 1, Key: key}
	if w.kept.Documents {
		c.Most = max(1, w.kept.Length-len(prompt)+1)
	}
	return to.Write(ctx, prompt, c)
}
