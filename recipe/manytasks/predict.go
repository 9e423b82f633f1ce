package manytasks

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/tensor"
	"github.com/jimu-ml/jimu/train"
)

// An asker answers questions by all heads.
type asker struct {
	*work
	model nn.Layer
	heads []head
}

func (a asker) answer(ctx context.Context, q recipe.Question) ([]recipe.Prediction, error) {
	if q.File == "" && q.Text == "" {
		return a.tests(ctx, q.Most)
	}
	set, labels, err := a.Texts.Read(nil, q)
	if err != nil {
		return nil, err
	}
	z, err := train.Predict(ctx, a.model, set, 256)
	if err != nil {
		return nil, err
	}
	var all []recipe.Prediction
	for i, label := range labels {
		row := z.Slice(0, i, i+1)
		for _, h := range a.heads {
			all = append(all, h.says(row, label))
		}
	}
	return all, nil
}

// says returns what a head says of one row of logits.
func (h head) says(row *tensor.Tensor, label string) recipe.Prediction {
	probabilities := tensor.Values[float64](op.Softmax(row.Slice(1, int(h.first), int(h.end)), -1))
	p := recipe.Prediction{Task: h.Name, Input: label}
	for i, name := range h.Classes {
		p.Classes = append(p.Classes, recipe.Score{Class: name, Probability: probabilities[i]})
	}
	slices.SortStableFunc(p.Classes, func(a, b recipe.Score) int { return cmp.Compare(b.Probability, a.Probability) })
	p.Value = p.Classes[0].Probability
	return p
}

// tests answers the first examples of the test set of each task, in turn.
func (a asker) tests(ctx context.Context, most int) ([]recipe.Prediction, error) {
	if a.sets == nil {
		return nil, recipe.ErrNoData
	}
	if most == 0 {
		most = 4 * len(a.heads)
	}
	y, err := recipe.Targets(ctx, a.sets.Test)
	if err != nil {
		return nil, err
	}
	labels := y.Ints()
	var out []recipe.Prediction
	for k := 0; len(out) < most; k++ {
		before := len(out)
		for _, h := range a.heads {
			at := h.nth(labels, k)
			if at < 0 || len(out) == most {
				continue
			}
			p, err := a.show(ctx, at, k)
			if err != nil {
				return nil, err
			}
			out = append(out, p)
		}
		if len(out) == before {
			break // there are no more
		}
	}
	return out, nil
}

// show answers about the test example at a position, which is the k-th of its task.
func (a asker) show(ctx context.Context, at, k int) (recipe.Prediction, error) {
	one := data.Range(a.sets.Test, at, at+1)
	b, err := one.Batch([]int{0}, 0)
	if err != nil {
		return recipe.Prediction{}, err
	}
	z, err := train.Predict(ctx, a.model, one, 1)
	if err != nil {
		return recipe.Prediction{}, err
	}
	h, label := a.headOf(b.Y.Ints()[0]), b.Y.Ints()[0]
	p := h.says(z, fmt.Sprintf("test example %d: %s", k+1, a.sets.Original(at).Text))
	p.Want = h.Classes[label-h.first]
	return p, nil
}

// headOf returns the head among whose classes that is.
func (a asker) headOf(label int64) head {
	i := slices.IndexFunc(a.heads, func(h head) bool { return label < h.end })
	return a.heads[i]
}

// nth returns the position of the k-th of a task's examples, −1 if there are fewer.
func (h head) nth(labels []int64, k int) int {
	for i, y := range labels {
		if y < h.first || y >= h.end {
			continue
		}
		if k--; k < 0 {
			return i
		}
	}
	return -1
}
