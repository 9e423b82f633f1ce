package questions

import (
	"context"
	"strings"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/data/text"
	"github.com/jimu-ml/jimu/metric"
	"github.com/jimu-ml/jimu/model/spanreader"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/tensor"
	"github.com/jimu-ml/jimu/train"
)

// An answerer is a model that answers questions, or learns it.
type answerer struct {
	*work
	model *spanreader.Model
}

// loss is the cross-entropy of the first and of the last token of answers.
func (a *answerer) loss(p *nn.Pass, b data.Batch) (objective.Loss, *tensor.Tensor) {
	z := a.model.Forward(p, p.Input(b.X)) // [n t 2]
	n, t := z.Dim(0), z.Dim(1)
	return objective.CrossEntropy(z.Transpose(1, 2).Reshape(2*n, t), b.Y.Reshape(2*n, t)), z
}

// say returns the likeliest answers to a question about a passage, not more than count, with the passage's tokens.
func (a *answerer) say(ctx context.Context, passage, question string, count int) ([]span, []token, error) {
	if err := ctx.Err(); err != nil {
		return nil, nil, err
	}
	tokens := a.reader.tokens(passage)
	var logits [][]float32
	var from []int
	err := tensor.Catch(func() {
		for _, w := range a.slicing().of(a.reader, passage, tokens, question, nil) {
			p := nn.NewPass(nn.PassConfig{Params: nn.Params(a.model)})
			logits = append(logits, a.model.Forward(p, p.Input(packed([][][channels]int32{w.ids}))).Floats())
			p.Close()
			from = append(from, w.from)
		}
	})
	if err != nil {
		return nil, nil, err
	}
	return spans(logits, from, a.Longest, count), tokens, nil
}

// test computes the loss of the test set, and exact match and F1 of the model's answers, and of those that come of comparing
// words.
func (a *answerer) test(ctx context.Context) (train.Values, error) {
	v, err := train.Evaluate(ctx, train.Task{Model: a.model, Loss: a.loss}, a.sets.Test, a.sets.Evaluated, nil, nil)
	if err != nil {
		return nil, err
	}
	scores := map[string]*[2]metric.TextMetric{}
	for _, who := range []string{"", "overlap_sentence_", "overlap_clause_", "overlap_rest_"} {
		scores[who] = a.metrics()
	}
	for _, p := range a.tests {
		for _, q := range p.Questions {
			best, tokens, err := a.say(ctx, p.Text, q.Question, 1)
			if err != nil {
				return nil, err
			}
			want := pieces(p.Text, q.Answers)
			said := a.compared(p.Text, tokens, q.Question)
			said[""] = best[0].of(p.Text, tokens)
			for who, said := range said {
				for _, m := range scores[who] {
					m.AddText(said, want...)
				}
			}
		}
	}
	for who, m := range scores {
		v[who+"exact_match"], v[who+"f1"] = m[0].Value(), m[1].Value()
	}
	return v, nil
}

// compared returns what is answered by comparing the words of a question with those of a passage: the sentence that shares most, its
// clause that does, and what stands in it behind the last word of the question.
func (a *answerer) compared(passage string, tokens []token, question string) map[string]string {
	o := a.reader.overlap(tokens, a.reader.tokens(question))
	s := o.best()
	from, to := o.clause(tokens)
	behind, end := o.rest(tokens)
	return map[string]string{
		"overlap_sentence_": cut(passage, tokens, s.from, s.to), "overlap_clause_": cut(passage, tokens, from, to), "overlap_rest_": cut(passage, tokens, behind, end),
	}
}

// metrics returns exact match and F1 as the set's own script counts them.
func (a *answerer) metrics() *[2]metric.TextMetric {
	if a.Chinese {
		return &[2]metric.TextMetric{new(metric.CmrcExactMatch), new(metric.CmrcF1)}
	}
	return &[2]metric.TextMetric{new(metric.SquadExactMatch), new(metric.SquadF1)}
}

// pieces returns pieces of a text.
func pieces(s string, all []text.Span) []string {
	some := make([]string, len(all))
	for i, a := range all {
		some[i] = strings.TrimSpace(s[a.Start:a.End])
	}
	return some
}
