package autograd

import (
	"slices"

	"github.com/jimu-ml/jimu/tensor"
)

// Checkpoint returns f(x) without keeping what was computed on the way: the walk back runs f again. It trades about a
// third more time for the memory of f's activations.
//
// f must compute the same the second time, and is a function of x and of tensors that do not change; leaves it reads, such
// as parameters, receive their gradients. What else it reads and needs a gradient should be among x. Layers call it through
// the pass, which also repeats the random numbers.
//
// Chen, Xu, Zhang and Guestrin, Training Deep Nets with Sublinear Memory Cost, 2016 (arXiv:1604.06174).
func Checkpoint(f func(x []*tensor.Tensor) *tensor.Tensor, x ...*tensor.Tensor) *tensor.Tensor {
	var scope *tensor.Scope
	mark := 0
	for _, t := range x {
		if s := t.Scope(); s != nil && scope == nil {
			scope, mark = s, s.Mark()
		}
	}
	in := make([]*tensor.Tensor, len(x))
	for i, t := range x {
		in[i] = t.Bare()
	}
	result := f(in)
	leaves := origins(leavesOf(result))
	y := result.Bare()
	if !result.NeedsGrad() {
		y = renewed(y)
	}
	if scope != nil {
		y.Hold(1)
		scope.Sweep(mark)
		y.Keepsake()
	}
	return tensor.Record(y, "Checkpoint", func(dy, _ *tensor.Tensor, x []*tensor.Tensor) []*tensor.Tensor {
		if tensor.Tracked(dy) || tensor.Tracked(x...) {
			return againRecorded(f, dy, x[:len(in)], leaves)
		}
		return againBare(f, dy, x[:len(in)], leaves)
	}, slices.Concat(x, leaves)...)
}

// renewed returns y as another tensor: it may be one of f's inputs, whose history is not to be written to.
func renewed(y *tensor.Tensor) *tensor.Tensor {
	axes := make([]int, y.Rank())
	for k := range axes {
		axes[k] = k
	}
	return y.Permute(axes...)
}

// againBare runs f a second time, and returns the gradients with respect to x, then the leaves.
func againBare(f func(x []*tensor.Tensor) *tensor.Tensor, dy *tensor.Tensor, x, leaves []*tensor.Tensor) []*tensor.Tensor {
	in := make([]*tensor.Tensor, len(x))
	for i, t := range x {
		in[i] = t
		if t.Wanted() {
			in[i] = t.Watch()
		}
	}
	out := make([]*tensor.Tensor, len(x)+len(leaves))
	y := f(in)
	if !y.NeedsGrad() {
		return out
	}
	w := newWalk(y, nil) // it is inside another
	w.scope, w.keep = y.Scope(), true
	w.add(y, dy)
	grads := w.back()
	for i, t := range in {
		if t.Leaf() {
			out[i] = grads.Of(t)
		}
	}
	for i, t := range leaves {
		out[len(x)+i] = grads.Of(t)
	}
	for _, d := range grads {
		d.Keepsake()
	}
	return out
}

// againRecorded is againBare with gradients that can be differentiated.
func againRecorded(f func(x []*tensor.Tensor) *tensor.Tensor, dy *tensor.Tensor, x, leaves []*tensor.Tensor) []*tensor.Tensor {
	out := make([]*tensor.Tensor, len(x)+len(leaves))
	y := f(x)
	if !y.NeedsGrad() {
		return out
	}
	inside := leavesOf(y, x...)
	grads := recorded(y, dy, slices.Concat(x, inside), x)
	for i, t := range x {
		out[i] = grads[t]
	}
	for i, t := range leaves {
		for _, l := range inside {
			d := grads[l]
			if l.Origin() != t.Origin() || d == nil {
				continue
			}
			if s := out[len(x)+i]; s != nil {
				d = s.Add(d)
			}
			out[len(x)+i] = d
		}
	}
	return out
}

// leavesOf returns the leaves that y depends on, other than through the tensors at which to stop.
func leavesOf(y *tensor.Tensor, stop ...*tensor.Tensor) []*tensor.Tensor {
	var leaves []*tensor.Tensor
	if !y.NeedsGrad() {
		return nil
	}
	for _, t := range topological(y, stop...) {
		if t.Leaf() && !slices.Contains(stop, t) {
			leaves = append(leaves, t)
		}
	}
	return leaves
}

// origins returns one leaf of each origin.
func origins(leaves []*tensor.Tensor) []*tensor.Tensor {
	var out []*tensor.Tensor
	for _, t := range leaves {
		if !slices.ContainsFunc(out, func(o *tensor.Tensor) bool { return o.Origin() == t.Origin() }) {
			out = append(out, t)
		}
	}
	return out
}
