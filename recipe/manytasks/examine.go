package manytasks

import (
	"context"

	"github.com/jimu-ml/jimu/metric"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/tensor"
	"github.com/jimu-ml/jimu/train"
)

// names returns the classes of all tasks, each behind its task.
func (a asker) names() (all []string) {
	for _, h := range a.heads {
		for _, class := range h.Classes {
			all = append(all, h.Name+": "+class)
		}
	}
	return all
}

// judged returns what each example's own head says of the test set, 0 for the classes of the others, and the right classes.
//
//	z [n c], the classes of all tasks, y [n]
func (a asker) judged(ctx context.Context) (z, y *tensor.Tensor, err error) {
	if a.sets == nil {
		return nil, nil, recipe.ErrNoData
	}
	if y, err = recipe.Targets(ctx, a.sets.Test); err != nil {
		return nil, nil, err
	}
	if z, err = train.Predict(ctx, a.model, a.sets.Test, 256); err != nil {
		return nil, nil, err
	}
	own := make([]float32, 0, z.Len())
	labels, heads := y.Ints(), a.heads
	said := make([][]float32, len(heads))
	for i, h := range heads {
		said[i] = op.Softmax(z.Slice(1, int(h.first), int(h.end)), -1).Floats()
	}
	for i, label := range labels {
		for k, h := range heads {
			row := make([]float32, len(h.Classes))
			if label >= h.first && label < h.end {
				row = said[k][i*len(row) : (i+1)*len(row)]
			}
			own = append(own, row...)
		}
	}
	return tensor.Of(own, z.Shape()...), y, nil
}

// examine says what the heads make of their examples.
func (a asker) examine(ctx context.Context) (*recipe.Examination, error) {
	z, y, err := a.judged(ctx)
	if err != nil {
		return nil, err
	}
	labels := y.Ints()
	e := &recipe.Examination{Classes: a.names(), Outputs: z, Want: y}
	e.Show = func(i int) (recipe.Prediction, error) {
		h, k := a.headOf(labels[i]), 0
		for _, label := range labels[:i] {
			if label >= h.first && label < h.end {
				k++
			}
		}
		return a.show(ctx, i, k)
	}
	return e, nil
}

// confuse says which classes are taken for which; those of other tasks never are.
func (a asker) confuse(ctx context.Context) (*metric.Confusion, error) {
	z, y, err := a.judged(ctx)
	if err != nil {
		return nil, err
	}
	c := &metric.Confusion{Names: a.names()}
	c.Add(z, y)
	return c, nil
}
