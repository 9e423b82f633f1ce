package language

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/jimu-ml/jimu/data"
	dataset "github.com/jimu-ml/jimu/data/text"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/tensor"
	"github.com/jimu-ml/jimu/train"
)

// A surprise is what a text does to a model: the mean over its tokens, and the token that does it most.
type surprise struct {
	mean  float64 // nats
	at    int     // number of the token
	had   float64 // its probability
	guess int64   // the token that was the likeliest there
	sure  float64 // its probability
}

// examine says how much each text of the test set surprises a model.
func (w *work) examine(ctx context.Context, m nn.Layer) (*recipe.Examination, error) {
	if w.sets == nil {
		return nil, recipe.ErrNoData
	}
	set := w.sets.Test
	n, each := set.Len(), w.evaluated()
	all := make([]surprise, 0, n)
	for lo := 0; lo < n; lo += each {
		part := data.Range(set, lo, min(lo+each, n))
		z, err := train.Predict(ctx, m, part, each)
		if err != nil {
			return nil, err
		}
		y, err := recipe.Targets(ctx, part)
		if err != nil {
			return nil, err
		}
		all = append(all, surprises(z, y)...)
	}
	mean := make([]float64, n)
	for i, s := range all {
		mean[i] = s.mean
	}
	return recipe.Ranked(mean, func(i int) (recipe.Prediction, error) { return w.show(set, i, all[i]) }), nil
}

// surprises returns what the texts with the tokens y [n t] do to a model that has the logits z [n t v] for them.
func surprises(z, y *tensor.Tensor) []surprise {
	n, t, v := z.Dim(0), z.Dim(1), z.Dim(2)
	p, guess, ids := tensor.Values[float32](op.LogSoftmax(z, -1)), z.ArgMax(-1).Ints(), y.Ints()
	all := make([]surprise, n)
	for i := range all {
		s, least, count := &all[i], math.Inf(1), 0
		for k := range t {
			at := i*t + k
			id := ids[at]
			if id == dataset.Unlabelled {
				continue
			}
			row := p[at*v:][:v]
			l := float64(row[id])
			s.mean -= l
			count++
			if l < least {
				least, s.at, s.had = l, k, math.Exp(l)
				s.guess, s.sure = guess[at], math.Exp(float64(row[guess[at]]))
			}
		}
		s.mean /= float64(max(1, count))
	}
	return all
}

// passage is how many tokens before the one that surprises are shown.
const passage = 120

// show says what surprised a model in a text of a set.
func (w *work) show(set data.Set, i int, s surprise) (recipe.Prediction, error) {
	b, err := set.Batch([]int{i}, 0)
	if err != nil {
		return recipe.Prediction{}, err
	}
	read, came := b.X.Ints()[:s.at+1], b.Y.Ints()[s.at]
	before := strings.NewReplacer(ends, "", asks, "", answers, "\n").Replace(w.tokens.Decode(read[max(0, len(read)-passage):], false))
	if len(read) > passage {
		before = "…" + before
	}
	return recipe.Prediction{
		Input: before + " …", Value: s.mean,
		Text: fmt.Sprintf("%s comes next, it thought, with %s; %.2f nats a token over the whole", w.named(s.guess), percent(s.sure), s.mean),
		Want: fmt.Sprintf("%s, to which it gave %s", w.named(came), percent(s.had)),
	}, nil
}

// named returns a token as it can be read: in quotes, or what it is for.
func (w *work) named(id int64) string {
	if end, ok := w.tokens.ID(ends); ok && id == end {
		return "the end"
	}
	return fmt.Sprintf("%q", w.tokens.Decode([]int64{id}, false))
}

// percent returns a probability as it is read: with a digit or two.
func percent(p float64) string {
	switch {
	case p >= 0.1:
		return fmt.Sprintf("%.0f %%", 100*p)
	case p < 1e-6:
		return "less than 0.0001 %"
	}
	return strconv.FormatFloat(100*p, 'f', max(0, 1-int(math.Floor(math.Log10(100*p)))), 64) + " %"
}
