package recipe

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/metric"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
	"github.com/jimu-ml/jimu/train"
)

// supervised is the work of telling classes apart or predicting numbers.
type supervised struct {
	in   *Inputs
	sets *Sets
}

// Supervise returns the work of predicting the classes or numbers of examples: X [n …] of in.Shape, Y [n] of classes, or
// [n k] of numbers. The sets may be nil; see [Source].
func Supervise(in *Inputs, sets *Sets) Work { return supervised{in, sets} }

// InputsOf returns the inputs of a work by [Supervise] or [Reopen]; nil of another.
func InputsOf(w Work) *Inputs {
	s, ok := w.(supervised)
	if !ok {
		return nil
	}
	return s.in
}

func (w supervised) Sets() *Sets { return w.sets }

func (w supervised) Kept() any {
	return struct {
		*Inputs
		Reader Reader `json:"reader"`
	}{w.in, w.in.Reader}
}

// Begin makes the model and what it learns. Targets stay in their unit for the metrics; a model of numbers predicts them
// scaled, and one of two classes by one logit.
func (w supervised) Begin(r *Recipe) (*Job, error) {
	g, err := r.goalOf(w.in)
	if err != nil {
		return nil, err
	}
	if w.sets != nil && w.in.Classes != nil {
		if err := r.takesProbabilities(w.sets.Train); err != nil {
			return nil, err
		}
	}
	j := &Job{Examples: w.in.examples(g.outputs(w.in)), Classes: w.in.Classes, OneLogit: g.Of == YesOrNo}
	if j.Metrics, err = r.measures(w.in); err != nil {
		return nil, err
	}
	m, err := r.NewLayer(j.Examples)
	if err != nil {
		return nil, err
	}
	j.Task = w.task(m, g)
	asked := guesser{w, m, g}
	j.Predict, j.Outputs, j.Examine = asked.answer, asked.outputs, asked.examine
	j.Test = func(ctx context.Context) (train.Values, error) {
		return train.Evaluate(ctx, j.Task, w.sets.Test, w.sets.Batch, j.Metrics, nil)
	}
	if w.in.Classes != nil {
		j.Confuse = func(ctx context.Context) (*metric.Confusion, error) {
			c := &metric.Confusion{Names: w.in.Classes}
			_, err := train.Evaluate(ctx, j.Task, w.sets.Test, w.sets.Batch, []metric.Metric{c}, nil)
			return c, err
		}
	}
	return j, nil
}

func (w supervised) task(m nn.Layer, g Goal) train.Task {
	if g.Of == Classes {
		return train.Supervised(m, g)
	}
	return train.Task{Model: m, Loss: func(p *nn.Pass, b data.Batch) (objective.Loss, *tensor.Tensor) {
		z := m.Forward(p, p.Input(b.X))
		if g.Of == YesOrNo {
			z = z.Reshape(-1)
			return g.Loss(z, b.Y.Cast(z.DType())), z
		}
		return g.Loss(z, w.in.scaled(b.Y)), w.in.unscaled(z)
	}}
}

// A guesser answers questions by a model.
type guesser struct {
	supervised
	model nn.Layer
	goal  Goal
}

func (g guesser) answer(ctx context.Context, q Question) ([]Prediction, error) {
	if q.File == "" && q.Text == "" {
		return g.tests(ctx, q.Most)
	}
	set, labels, err := g.in.Reader.Read(g.in, q)
	if err != nil {
		return nil, err
	}
	all, err := g.predict(ctx, set)
	if err != nil && q.File != "" {
		err = fmt.Errorf("%s: %w", q.File, err)
	}
	d, draws := g.in.Reader.(Drawer)
	for i := range all {
		if all[i].Input = labels[i]; draws {
			b, err := set.Batch([]int{i}, 0)
			if err != nil {
				return nil, err
			}
			all[i].Made = d.Draw(g.in, labels[i], b.X.Slice(0, 0, 1).Reshape(g.in.Shape...))
		}
	}
	return all, err
}

// tests predicts the first examples of the test set, with their targets.
func (g guesser) tests(ctx context.Context, most int) ([]Prediction, error) {
	if g.sets == nil {
		return nil, ErrNoData
	}
	if most == 0 {
		most = 8
	}
	all := make([]Prediction, min(most, g.sets.Test.Len()))
	for i := range all {
		var err error
		if all[i], err = g.show(ctx, i); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// said returns a target in words.
func (in *Inputs) said(y *tensor.Tensor) string {
	if in.Classes != nil {
		return in.Classes[y.Ints()[0]]
	}
	return numbersSaid(tensor.Values[float64](y))
}

// numbersSaid returns numbers in words.
func numbersSaid(y []float64) string {
	text := ""
	for i, v := range y {
		if i > 0 {
			text += " "
		}
		text += Number(v)
	}
	return text
}

// atOnce is how many examples the model is asked about at once.
const atOnce = 32

// outputs runs the model over a set, and returns the probabilities of classes, or numbers in their unit.
func (g guesser) outputs(ctx context.Context, set data.Set) (*tensor.Tensor, error) {
	z, err := train.Predict(ctx, g.model, set, atOnce)
	if err != nil {
		return nil, err
	}
	if g.in.Classes == nil {
		all := make([]int, z.Dim(0))
		for i := range all {
			all[i] = i
		}
		return train.Absolute(set, all, g.in.unscaled(z).Reshape(z.Dim(0), -1))
	}
	if g.goal.Of == YesOrNo {
		z = bothLogits(z)
	}
	return op.Softmax(z, -1), nil
}

// predict says in words what the model says of a set.
func (g guesser) predict(ctx context.Context, set data.Set) ([]Prediction, error) {
	z, err := g.outputs(ctx, set)
	if err != nil {
		return nil, err
	}
	return Predictions(g.in.Classes, z), nil
}

// Predictions puts what [Job.Outputs] returns into words: the probabilities of classes, the likeliest first, or numbers, if
// there are no classes.
func Predictions(classes []string, outputs *tensor.Tensor) []Prediction {
	y, k := tensor.Values[float64](outputs), outputs.Dim(-1)
	all := make([]Prediction, outputs.Dim(0))
	for i := range all {
		row := y[i*k : (i+1)*k]
		all[i].Value = row[0]
		if classes == nil && k > 1 {
			all[i].Numbers, all[i].Text = slices.Clone(row), numbersSaid(row)
		}
		for c, name := range classes {
			all[i].Classes = append(all[i].Classes, Score{name, row[c]})
		}
		slices.SortStableFunc(all[i].Classes, func(a, b Score) int { return cmp.Compare(b.Probability, a.Probability) })
		if classes != nil {
			all[i].Value = all[i].Classes[0].Probability
		}
	}
	return all
}
