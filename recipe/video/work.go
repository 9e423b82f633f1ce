package video

import (
	"context"
	"fmt"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/tensor"
	"github.com/jimu-ml/jimu/train"
)

// work is that of saying what the next picture of a film is.
type work struct {
	kept kept
	sets *recipe.Sets
	own  bool // the second half of a film is learned from what the network made of the first
}

func (w work) Sets() *recipe.Sets { return w.sets }

func (w work) Kept() any { return w.kept }

// A forecaster goes on with a film from what it has seen of it.
type forecaster interface {
	nn.Layer
	Next(p *nn.Pass, x *tensor.Tensor, ahead int) *tensor.Tensor
	Onward(p *nn.Pass, x *tensor.Tensor, seen int) *tensor.Tensor
}

// Begin makes the model and what it learns.
func (w work) Begin(r *recipe.Recipe) (*recipe.Job, error) {
	g, err := r.Goal(recipe.YesOrNo)
	if err != nil {
		return nil, err
	}
	of := model.Examples{Input: []int{w.kept.Frames - 1, 1, w.kept.Side, w.kept.Side}, Outputs: 1}
	m, err := r.NewLayer(of)
	if err != nil {
		return nil, err
	}
	f, ok := m.(forecaster)
	if !ok {
		return nil, recipe.Errorf("model.name", "%s cannot go on with a film; use conv_lstm", r.Model.Name)
	}
	j := &recipe.Job{Examples: of, Task: train.Task{Model: m, Loss: func(p *nn.Pass, b data.Batch) (objective.Loss, *tensor.Tensor) {
		x := p.Input(b.X)
		if w.own {
			return g.Loss(f.Onward(p, x, w.kept.Frames/2), b.Y), nil
		}
		return g.Loss(m.Forward(p, x), b.Y), nil
	}}}
	j.Test = func(ctx context.Context) (train.Values, error) { return w.test(ctx, f, j.Task) }
	j.Predict = func(ctx context.Context, q recipe.Question) ([]recipe.Prediction, error) { return w.predict(ctx, f, q) }
	j.Examine = func(ctx context.Context) (*recipe.Examination, error) { return w.examine(ctx, f) }
	return j, nil
}

// test compares the model with copying the last picture. Errors are squared, summed over a picture's pixels, and averaged over
// pictures and films, as in the literature on moving digits:
//
//	next_error, copy_error     of each picture from those before it
//	ahead_error, still_error   of the second half of a film from its first, each picture made from those that were made
func (w work) test(ctx context.Context, m forecaster, t train.Task) (train.Values, error) {
	v, err := train.Evaluate(ctx, t, w.sets.Test, 16, nil, nil)
	if err != nil {
		return nil, err
	}
	seen := w.kept.Frames / 2
	var pictures, ahead float64
	l := data.Loader{Set: w.sets.Test, BatchSize: 16, Ordered: true}
	for b, err := range l.Epoch(ctx, 0, 0) {
		if err != nil {
			return nil, fmt.Errorf("the test: %w", err)
		}
		err := inPass(func(p *nn.Pass) {
			x, y := p.Input(b.X), p.Input(b.Y)
			v["next_error"] += squared(op.Sigmoid(m.Forward(p, x)), y)
			v["copy_error"] += squared(x, y)
			came := y.Slice(1, seen-1, y.Dim(1)) // the second half: y is one picture later than x
			v["ahead_error"] += squared(m.Next(p, x.Slice(1, 0, seen), seen), came)
			v["still_error"] += squared(x.Slice(1, seen-1, seen), came)
			pictures += float64(y.Dim(0) * y.Dim(1))
			ahead += float64(came.Dim(0) * came.Dim(1))
		})
		if err != nil {
			return nil, fmt.Errorf("the test: %w", err)
		}
	}
	for name, n := range map[string]float64{"next_error": pictures, "copy_error": pictures, "ahead_error": ahead, "still_error": ahead} {
		v[name] /= n
	}
	return v, nil
}

// examine says how far from what came each film of the test set is that the model goes on with.
func (w work) examine(ctx context.Context, m forecaster) (*recipe.Examination, error) {
	if w.sets == nil {
		return nil, recipe.ErrNoData
	}
	wrong := make([]float64, w.sets.Test.Len())
	for i := range wrong {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		seen, came, err := w.halves(i)
		if err != nil {
			return nil, err
		}
		if err := inPass(func(p *nn.Pass) { wrong[i] = squared(m.Next(p, p.Input(seen), came.Dim(1)), came) }); err != nil {
			return nil, err
		}
	}
	return recipe.Ranked(wrong, func(i int) (recipe.Prediction, error) {
		p, err := w.film(m, i)
		p.Want = "the film on the right"
		return p, err
	}), nil
}

// halves returns the pictures of a film of the test set that are seen, and those that came then.
func (w work) halves(i int) (seen, came *tensor.Tensor, err error) {
	b, err := w.sets.Test.Batch([]int{i}, 0)
	if err != nil {
		return nil, nil, err
	}
	half := w.kept.Frames / 2
	return b.X.Slice(1, 0, half), b.Y.Slice(1, half-1, b.Y.Dim(1)), nil
}

func squared(x, y *tensor.Tensor) float64 { return x.Sub(y).Square().Sum().Item() }

// inPass runs f in a pass that evaluates, and turns a misuse into an error.
func inPass(f func(p *nn.Pass)) error {
	p := nn.NewPass(nn.PassConfig{})
	defer p.Close()
	return tensor.Catch(func() { f(p) })
}
