package speech

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/generate"
	"github.com/jimu-ml/jimu/metric"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
	"github.com/jimu-ml/jimu/train"
)

// A kept is what a run keeps of a work of words.
type kept struct {
	Hearing *Hearing `json:"hearing"`
	Words   []string `json:"words"`
	Beams   int      `json:"beams"`
}

func (k kept) check() error {
	if k.Hearing == nil || len(k.Words) == 0 || k.Beams < 1 || k.Beams > 1000 {
		return errors.New("it does not say which words there are")
	}
	return k.Hearing.check()
}

// beams reports a number of beams that cannot be.
func beams(n int) error {
	if n < 1 || n > 1000 {
		return recipe.Errorf("data.beams", "want 1 to 1000, not %d", n)
	}
	return nil
}

// transcribing is the work of hearing which words are said.
type transcribing struct {
	kept
	sets *recipe.Sets
}

func reopen(text json.RawMessage) (recipe.Work, error) {
	var k kept
	if err := json.Unmarshal(text, &k); err != nil {
		return nil, fmt.Errorf("it is damaged: %w", err)
	}
	if err := k.check(); err != nil {
		return nil, fmt.Errorf("it is damaged: %w", err)
	}
	return transcribing{k, nil}, nil
}

func (w transcribing) Sets() *recipe.Sets { return w.sets }

func (w transcribing) Kept() any { return w.kept }

// A hearer is a network over spectra of their own lengths: ctc_rnn, conformer.
type hearer interface {
	nn.Layer
	Hear(p *nn.Pass, x, lengths *tensor.Tensor) *tensor.Tensor
	Length(t int) int
}

// Begin makes the model and what it learns. Its class 0 is the blank, and word i is class i + 1.
func (w transcribing) Begin(r *recipe.Recipe) (*recipe.Job, error) {
	g, err := r.Goal(Words)
	if err != nil {
		return nil, err
	}
	if len(r.Metrics) > 0 {
		return nil, recipe.Errorf("metrics", "the set %s is always measured by wer, the word error rate; leave metrics out", r.Data.Name)
	}
	j := &recipe.Job{Examples: model.Examples{Input: []int{100, len(w.Hearing.Mean)}, Outputs: 1 + len(w.Words)}}
	l, err := r.NewLayer(j.Examples)
	if err != nil {
		return nil, err
	}
	m, ok := l.(hearer)
	if !ok {
		return nil, recipe.Errorf("model.name", "%s does not hear sounds of their own lengths; use ctc_rnn or conformer", r.Model.Name)
	}
	loss := g.Config.(objective.CTCLoss)
	j.Task = train.Task{Model: m, Loss: func(p *nn.Pass, b data.Batch) (objective.Loss, *tensor.Tensor) {
		y := targetsOf(b.Y)
		z := m.Hear(p, p.Input(b.X), y.frames)
		return loss.Loss(z, y.words, steps(m, y.frames), y.counts), z
	}}
	greedy := &wordErrors{name: "wer", words: w.Words, model: m}
	j.Metrics = []metric.Metric{greedy}
	j.Test = func(ctx context.Context) (train.Values, error) {
		all := []metric.Metric{greedy}
		if w.Beams > 1 {
			all = append(all, &wordErrors{name: "wer_beams", words: w.Words, model: m, beams: w.Beams})
		}
		return train.Evaluate(ctx, j.Task, w.sets.Test, w.sets.Batch, all, nil)
	}
	asked := listener{w, m}
	j.Predict, j.Examine = asked.answer, asked.examine
	return j, nil
}

// said returns labels in words.
func said(words []string, labels []int64) string {
	all := make([]string, len(labels))
	for i, k := range labels {
		all[i] = words[k-1]
	}
	return strings.Join(all, " ")
}

// A listener answers questions by a model.
type listener struct {
	transcribing
	model hearer
}

func (l listener) answer(ctx context.Context, q recipe.Question) ([]recipe.Prediction, error) {
	if q.File == "" && q.Text == "" {
		return l.tests(ctx, q.Most)
	}
	x, err := l.Hearing.open(q)
	if err != nil {
		return nil, err
	}
	p, err := l.hear(x, q.File)
	return []recipe.Prediction{p}, err
}

// examine counts the words of each utterance of the test set that are not as they were said.
func (l listener) examine(ctx context.Context) (*recipe.Examination, error) {
	if l.sets == nil {
		return nil, recipe.ErrNoData
	}
	return recipe.Faults(ctx, l.sets.Test.Len(), l.answer, func(_ int, p recipe.Prediction) float64 {
		m := &metric.WordErrorRate{}
		m.AddText(p.Text, p.Want)
		return m.Value()
	})
}

// tests hears the first utterances of the test set, and keeps their sounds.
func (l listener) tests(ctx context.Context, most int) ([]recipe.Prediction, error) {
	if l.sets == nil {
		return nil, recipe.ErrNoData
	}
	if most == 0 {
		most = 8
	}
	test := l.sets.Test.(*heard)
	var all []recipe.Prediction
	for i := range min(most, test.Len()) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		u := test.at(i, rng.Nothing)
		p, err := l.hear(u.sound, fmt.Sprintf("test example %d", i+1))
		if err != nil {
			return nil, err
		}
		p.Want = said(l.Words, u.words)
		p.Made = append(p.Made, recipe.Made{Name: named(p.Input, ".wav"), Data: written(u.sound, l.Hearing.Rate)})
		all = append(all, p)
	}
	return all, nil
}

// hear returns the words of a sound, and the picture of what was heard.
func (l listener) hear(sound []float32, label string) (recipe.Prediction, error) {
	x := l.Hearing.features(sound)
	var best generate.Beam
	err := tensor.Catch(func() {
		p := nn.NewPass(nn.PassConfig{Params: nn.Params(l.model)})
		defer p.Close()
		z := l.model.Hear(p, p.Input(x.Unsqueeze(0)), tensor.Of([]int64{int64(x.Dim(0))}, 1))
		best = generate.CTC{Beams: l.Beams}.Read(z.Reshape(z.Dim(1), z.Dim(2)))[0]
	})
	if err != nil {
		return recipe.Prediction{}, fmt.Errorf("%s: %w", label, err)
	}
	text := said(l.Words, best.Tokens)
	if text == "" {
		text = "nothing"
	}
	return recipe.Prediction{
		Input: label, Text: text, Value: math.Exp(best.Score),
		Made: []recipe.Made{{Name: named(label, ".png"), Data: drawn(l.Hearing.decibels(x))}},
	}, nil
}

// wordErrors is the word error rate of what is read off the logits.
type wordErrors struct {
	metric.WordErrorRate
	name  string
	words []string
	model hearer
	beams int
}

func (e *wordErrors) Name() string { return e.name }

func (e *wordErrors) Add(prediction, target *tensor.Tensor) {
	y := targetsOf(target)
	length, counts, words := steps(e.model, y.frames).Ints(), y.counts.Ints(), y.words.Ints()
	for i, n := range counts {
		z := prediction.Slice(0, i, i+1).Reshape(prediction.Dim(1), prediction.Dim(2)).Slice(0, 0, int(length[i]))
		got := generate.CTC{Beams: e.beams}.Read(z)[0].Tokens
		e.AddText(said(e.words, got), said(e.words, words[i*y.words.Dim(1):][:n]))
	}
}

func (e *wordErrors) Merge(m metric.Metric) {
	o, ok := m.(*wordErrors)
	if !ok {
		panic(tensor.Errorf("wer", "%T does not merge into word errors", m))
	}
	e.WordErrorRate.Merge(&o.WordErrorRate)
}
