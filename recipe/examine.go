package recipe

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/tensor"
)

// An Examination is what a model says of its test set, example by example.
type Examination struct {
	Classes []string       // nil: numbers are predicted
	Outputs *tensor.Tensor // [n k]: the probabilities of k classes, or k numbers in their unit
	Want    *tensor.Tensor // [n]: the classes, or [n k]: the numbers

	// Wrong is how far from right each example is, where that is not as [Examination.Worst] says; 0 of those that are right, and
	// of those that others stand for. nil: it is.
	Wrong []float64

	// Show returns an example with what the model says of it and what a person can look at.
	Show func(i int) (Prediction, error)
}

// A Shower is a [Reader] that can show an input to a person: in words, as a picture, or as both.
type Shower interface {
	Show(in *Inputs, x *tensor.Tensor) (text string, made []Made)
}

// Worst returns the examples that a model is most wrong about, the worst first: of classes those with the least probability
// of the right one, right answers left out; of numbers those with the largest error. There are at most n.
func (e *Examination) Worst(n int) []int {
	var at []int
	bad := make([]float64, e.Outputs.Dim(0))
	outputs := tensor.Values[float64](e.Outputs)
	k := len(outputs) / len(bad)
	want := tensor.Values[float64](e.Want)
	for i := range bad {
		if e.Wrong != nil {
			if bad[i] = e.Wrong[i]; bad[i] > 0 {
				at = append(at, i)
			}
			continue
		}
		row := outputs[i*k : (i+1)*k]
		if e.Classes == nil {
			for j, y := range row {
				bad[i] = max(bad[i], math.Abs(y-want[i*k+j]))
			}
		} else if right := int(want[i]); row[right] < slices.Max(row) {
			bad[i] = 1 - row[right]
		}
		if bad[i] > 0 {
			at = append(at, i)
		}
	}
	slices.SortStableFunc(at, func(i, j int) int { return cmp.Compare(bad[j], bad[i]) })
	return at[:min(n, len(at))]
}

// examine runs the model over the test set.
func (g guesser) examine(ctx context.Context) (*Examination, error) {
	if g.sets == nil {
		return nil, ErrNoData
	}
	z, err := g.outputs(ctx, g.sets.Test)
	if err != nil {
		return nil, err
	}
	y, err := Targets(ctx, g.sets.Test)
	if err != nil {
		return nil, err
	}
	e := &Examination{Classes: g.in.Classes, Outputs: z, Want: y}
	e.Show = func(i int) (Prediction, error) { return g.show(ctx, i) }
	return e, nil
}

// Faults asks about the first n examples of a test set, where answers are neither classes nor numbers. wrong says how far the answer to
// each is from right, where 0 is right.
func Faults(ctx context.Context, n int, ask func(context.Context, Question) ([]Prediction, error), wrong func(i int, p Prediction) float64) (*Examination, error) {
	if n == 0 {
		return nil, ErrNoData
	}
	all, err := ask(ctx, Question{Most: n})
	if err != nil {
		return nil, err
	}
	faults := make([]float64, len(all))
	for i, p := range all {
		faults[i] = wrong(i, p)
	}
	return Ranked(faults, func(i int) (Prediction, error) { return all[i], nil }), nil
}

// Ranked is the examination of a test set by how far from right a model is on each example, where 0 is right.
func Ranked(wrong []float64, show func(i int) (Prediction, error)) *Examination {
	n := len(wrong)
	return &Examination{Outputs: tensor.Of(wrong, n, 1), Want: tensor.Of(make([]float64, n), n, 1), Show: show}
}

// show answers about an example of the test set.
func (g guesser) show(ctx context.Context, i int) (Prediction, error) {
	one := data.Range(g.sets.Test, i, i+1)
	all, err := g.predict(ctx, one)
	if err != nil {
		return Prediction{}, err
	}
	b, err := one.Batch([]int{0}, 0)
	if err != nil {
		return Prediction{}, err
	}
	y, err := Targets(ctx, one)
	if err != nil {
		return Prediction{}, err
	}
	p := all[0]
	p.Input, p.Want = fmt.Sprintf("test example %d", i+1), g.in.said(y)
	if s, ok := g.in.Reader.(Shower); ok {
		text, made := s.Show(g.in, b.X.Slice(0, 0, 1).Reshape(g.in.Shape...))
		p.Input, p.Made = cmp.Or(text, p.Input), made
	}
	g.sets.original(&p, i)
	return p, nil
}

// bothLogits returns the logits [n 2] of no and yes that are those of yes [n …].
func bothLogits(z *tensor.Tensor) *tensor.Tensor {
	z = z.Reshape(-1, 1)
	return tensor.Concat(-1, z.Scale(0), z)
}
