package summary

import (
	"cmp"
	"context"
	"slices"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/data/text"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/tensor"
	"github.com/jimu-ml/jimu/train"
)

// A summarizer is a model that scores sentences, or learns it.
type summarizer struct {
	*work
	model nn.Layer
}

// hidden is the score of a sentence that is not there.
const hidden = -1e9

// scores returns the score of each sentence of texts [n s w], as [n s].
func (s *summarizer) scores(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	n, most := x.Dim(0), x.Dim(1)
	z := s.model.Forward(p, p.Input(x.Reshape(n*most, x.Dim(2)))).Reshape(n, most)
	first := x.Select(2, 0)
	return tensor.Where(first.NotEqual(first.FullLike(float64(text.Padding))), z, z.FullLike(hidden))
}

// loss is the cross-entropy of the shares that the sentences of a text are to have, a text being one item.
func (s *summarizer) loss(p *nn.Pass, b data.Batch) (objective.Loss, *tensor.Tensor) {
	return objective.CrossEntropy(s.scores(p, b.X), b.Y), nil
}

// test computes the loss of the test set, and ROUGE of what the model chooses, of the first sentences and of the best.
func (s *summarizer) test(ctx context.Context) (train.Values, error) {
	v, err := train.Evaluate(ctx, train.Task{Model: s.model, Loss: s.loss}, s.sets.Test, s.sets.Batch, nil, nil)
	if err != nil {
		return nil, err
	}
	said := make([]string, len(s.tests))
	for i, a := range s.tests {
		if said[i], err = s.summarize(ctx, a.Source); err != nil {
			return nil, err
		}
	}
	measure(v, "", s.tests, func(i int) string { return said[i] })
	measure(v, "lead_", s.tests, func(i int) string { return lead(s.tests[i], s.Sentences) })
	measure(v, "oracle_", s.tests, func(i int) string { return oracle(s.tests[i], s.Sentences) })
	return v, nil
}

// summarize returns the sentences with the highest scores, in the order of the text.
func (s *summarizer) summarize(ctx context.Context, sentences []string) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	var scores []float32
	err := tensor.Catch(func() {
		p := nn.NewPass(nn.PassConfig{})
		defer p.Close()
		x := tensor.Of(s.reader.read(sentences), 1, len(sentences), s.reader.width)
		scores = s.scores(p, x).Floats()
	})
	if err != nil {
		return "", err
	}
	order := seq(len(sentences))
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(scores[j], scores[i]) })
	return joined(sentences, order[:min(s.Sentences, len(order))]), nil
}

// answer summarizes a text, that of a file, or the first texts of the test set.
func (s *summarizer) answer(ctx context.Context, q recipe.Question) ([]recipe.Prediction, error) {
	asked, err := texts(q, s.tests)
	if err != nil {
		return nil, err
	}
	for i := range asked {
		if asked[i].Text, err = s.summarize(ctx, asked[i].sentences); err != nil {
			return nil, err
		}
	}
	return predictions(asked), nil
}
