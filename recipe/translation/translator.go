package translation

import (
	"cmp"
	"context"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/generate"
	"github.com/jimu-ml/jimu/metric"
	"github.com/jimu-ml/jimu/model/transformer"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/tensor"
	"github.com/jimu-ml/jimu/train"
)

// A translator is a model that translates, or learns it.
type translator struct {
	*work
	model     *transformer.Model
	smoothing float64
}

// loss is the cross-entropy of each token behind those that are there, padding left out. Smoothing is for training alone, so that
// what is evaluated is a likelihood.
func (t *translator) loss(p *nn.Pass, b data.Batch) (objective.Loss, *tensor.Tensor) {
	n, last := b.Y.Dim(0), b.Y.Dim(1)-1
	features := t.model.Features(p, []*tensor.Tensor{p.Input(b.X), b.X.NotEqual(b.X.FullLike(recipe.PaddingPiece)), b.Y.Slice(1, 0, last)})
	next := b.Y.Slice(1, 1, last+1).Reshape(n * last)
	var at []int64
	for i, id := range next.Ints() {
		if id != recipe.PaddingPiece {
			at = append(at, int64(i))
		}
	}
	rows := tensor.Of(at)
	weight, bias := t.model.Scorer(p)
	x := features.Reshape(n*last, features.Dim(2)).Take(0, rows).Cast(weight.DType())
	o := objective.LinearCrossEntropyLoss{Rows: 4096, Narrow: true}
	if p.Training() {
		o.Smoothing = t.smoothing
	}
	return o.Loss(x, weight, bias, next.Take(0, rows)), nil
}

// test computes the loss of the test set and BLEU of all test sets.
func (t *translator) test(ctx context.Context) (train.Values, error) {
	v, err := train.Evaluate(ctx, train.Task{Model: t.model, Loss: t.loss}, t.sets.Test, evaluated, nil, nil)
	if err != nil {
		return nil, err
	}
	for _, part := range t.tests {
		if v[part.name], err = t.bleu(ctx, part.pairs); err != nil {
			return nil, err
		}
	}
	return v, nil
}

// bleu returns BLEU of the translations of pairs; what stands there several times is translated once, and compared with all
// translations that it has.
func (t *translator) bleu(ctx context.Context, all []pair) (float64, error) {
	texts, wanted := grouped(all)
	got, err := t.translate(ctx, texts)
	if err != nil {
		return 0, err
	}
	m := &metric.BLEU{}
	if t.To == "zh" {
		m.Tokenizer = "zh"
	}
	for i, text := range got {
		m.AddText(text, wanted[i]...)
	}
	return m.Value(), nil
}

// grouped returns the different sentences of pairs, with their translations.
func grouped(all []pair) (texts []string, translations [][]string) {
	number := map[string]int{}
	for _, p := range all {
		i, there := number[p.from]
		if !there {
			i = len(texts)
			number[p.from], texts, translations = i, append(texts, p.from), append(translations, nil)
		}
		translations[i] = append(translations[i], p.to)
	}
	return texts, translations
}

// together is how many sentences are translated at once.
const together = 64

// translate returns the likeliest translations that beams find.
func (t *translator) translate(ctx context.Context, texts []string) ([]string, error) {
	ids, err := t.tokens.Cut(texts, t.Longest)
	if err != nil {
		return nil, err
	}
	lengths := make([]int, len(ids))
	for i, text := range ids {
		lengths[i] = len(text)
	}
	return t.tokens.Rewrite(ctx, lengths, together, func(some []int) (reading nn.Layer, c generate.BeamConfig, err error) {
		rows := make([][]int64, len(some))
		for i, k := range some {
			rows[i] = ids[k]
		}
		source := recipe.PadPieces(rows)
		err = tensor.Catch(func() { reading = t.model.Read(source, source.NotEqual(source.FullLike(recipe.PaddingPiece))) })
		return reading, generate.BeamConfig{Beams: t.Beams, Most: min(t.Longest, 2*source.Dim(1)+10), Penalty: t.Penalty}, err
	})
}

// examine says how far the translations of the test set are from those that it has, by the n-grams of their letters.
func (t *translator) examine(ctx context.Context) (*recipe.Examination, error) {
	if t.sets == nil {
		return nil, recipe.ErrNoData
	}
	texts, wanted := grouped(t.tests[0].pairs)
	return recipe.Faults(ctx, len(texts), t.answer, func(i int, p recipe.Prediction) float64 {
		m := &metric.CHRF{}
		m.AddText(p.Text, wanted[i]...)
		return 100 - m.Value()
	})
}

// answer translates a text, the lines of a file, or the first sentences of the test set.
func (t *translator) answer(ctx context.Context, q recipe.Question) ([]recipe.Prediction, error) {
	texts := []string{q.Text}
	var wanted [][]string
	switch {
	case q.File != "":
		var err error
		if texts, err = recipe.Lines(q.File); err != nil {
			return nil, err
		}
	case q.Text != "":
	case t.sets == nil:
		return nil, recipe.ErrNoData
	default:
		texts, wanted = grouped(t.tests[0].pairs)
		n := min(cmp.Or(q.Most, 8), len(texts))
		texts, wanted = texts[:n], wanted[:n]
	}
	said, err := t.translate(ctx, texts)
	if err != nil {
		return nil, err
	}
	all := make([]recipe.Prediction, len(texts))
	for i, text := range texts {
		all[i] = recipe.Prediction{Input: text, Text: said[i]}
		if wanted != nil {
			all[i].Want = wanted[i][0]
		}
	}
	return all, nil
}
