package summary

import (
	"context"
	"math"
	"strings"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/generate"
	"github.com/jimu-ml/jimu/model/transformer"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/tensor"
	"github.com/jimu-ml/jimu/train"
)

// A writer is a model that writes summaries, or learns it.
type writer struct {
	*writingWork
	pointing
	model *transformer.Pointer
}

// pointing is what is learned.
type pointing struct {
	Salience float64 // weight of choosing the sentences that say what a summary says, a text counting as much as it has to be written
}

// summaries is what it is for.
const summaries recipe.Target = "summaries"

// goal returns the objective of a recipe.
func (c pointing) goal() (recipe.Goal, error) {
	if c.Salience < 0 {
		return recipe.Goal{}, recipe.Errorf("objective.salience", "want 0 or more, not %v", c.Salience)
	}
	return recipe.Goal{Of: summaries, Config: c}, nil
}

// loss is the negative log-likelihood of each piece of a summary behind those that are there and, in training alone, so that what
// is evaluated is a likelihood, that of the sentence that says what it says.
func (s *writer) loss(p *nn.Pass, b data.Batch) (objective.Loss, *tensor.Tensor) {
	n, last := b.Y.Dim(0), b.Y.Dim(1)-1
	in := []*tensor.Tensor{p.Input(b.X.Select(1, 0)), p.Input(b.X.Select(1, 1)), p.Input(b.Y.Slice(1, 1, last))}
	next := p.Input(b.Y.Slice(1, 2, last+1))
	tokens, sentences := s.model.LogLikelihood(p, in, next)
	there := next.NotEqual(next.FullLike(recipe.PaddingPiece)).Cast(tokens.DType())
	sum := tokens.Mul(there).Sum()
	if p.Training() && s.Salience > 0 {
		chosen := sentences.Gather(p.Input(b.Y.Select(1, 0).Contiguous())).Reshape(n)
		sum = sum.Add(chosen.Mul(there.Sum(1)).Sum().Scale(s.Salience))
	}
	return objective.Loss{Sum: sum.Neg(), Count: there.Sum().Item()}, nil
}

// test computes the loss of the test set, ROUGE of what the model writes, of the first sentence and of the best, and how much of
// what it writes is new.
func (s *writer) test(ctx context.Context) (train.Values, error) {
	v, err := train.Evaluate(ctx, train.Task{Model: s.model, Loss: s.loss}, s.sets.Test, evaluated, nil, nil)
	if err != nil {
		return nil, err
	}
	texts := make([][]string, len(s.tests))
	for i, a := range s.tests {
		texts[i] = a.Source
	}
	said, err := s.write(ctx, texts)
	if err != nil {
		return nil, err
	}
	measure(v, "", s.tests, func(i int) string { return said[i] })
	measure(v, "lead_", s.tests, func(i int) string { return lead(s.tests[i], 1) })
	measure(v, "oracle_", s.tests, func(i int) string { return oracle(s.tests[i], 1) })
	fresh, all := 0, 0
	for i, t := range texts {
		f, n := novel(said[i], t)
		fresh, all = fresh+f, all+n
	}
	v["new_pairs"] = 100 * float64(fresh) / math.Max(1, float64(all))
	return v, nil
}

// together is how many texts are summarized at once.
const together = 32

// write returns the likeliest summaries of texts, as sentences, that beams find.
func (s *writer) write(ctx context.Context, texts [][]string) ([]string, error) {
	all, lengths := make([]source, len(texts)), make([]int, len(texts))
	for i, t := range texts {
		var err error
		if all[i], err = s.source(t); err != nil {
			return nil, err
		}
		lengths[i] = len(all[i].pieces)
	}
	said, err := s.pieces.Rewrite(ctx, lengths, together, func(some []int) (nn.Layer, generate.BeamConfig, error) {
		var pieces, sentences [][]int64
		for _, k := range some {
			pieces, sentences = append(pieces, all[k].pieces), append(sentences, all[k].sentences)
		}
		var reading *transformer.PointerReading
		err := tensor.Catch(func() {
			reading = s.model.Read(recipe.PadPieces(pieces), recipe.PadPieces(sentences))
			if s.Focus > 0 {
				reading.Focus(s.Focus)
			}
		})
		return reading, generate.BeamConfig{
			Beams: s.Beams, Most: s.Most, Penalty: s.Penalty, Processors: []generate.Processor{generate.NoRepeat{N: s.Repeat}},
		}, err
	})
	for i, text := range said {
		said[i] = strings.TrimSpace(text)
	}
	return said, err
}

// answer summarizes a text, that of a file, or the first texts of the test set.
func (s *writer) answer(ctx context.Context, q recipe.Question) ([]recipe.Prediction, error) {
	asked, err := texts(q, s.tests)
	if err != nil {
		return nil, err
	}
	all := make([][]string, len(asked))
	for i, a := range asked {
		all[i] = a.sentences
	}
	said, err := s.write(ctx, all)
	if err != nil {
		return nil, err
	}
	for i := range asked {
		asked[i].Text = said[i]
	}
	return predictions(asked), nil
}
