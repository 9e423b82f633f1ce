package autograd

import (
	"slices"

	"github.com/jimu-ml/jimu/tensor"
)

// Checkpoint returns f(x) without keeping what was computed on the way: the walk back runs f again. It trades about a
// third more time for the memory of f's activations.
//
// f must compute the same the second time, and is a function of x and of tensors that do not change; parameters it reads
// receive their gradients. Layers call it through the pass, which also repeats the random numbers.
//
// Chen, Xu, Zhang and Guestrin, Training Deep Nets with Sublinear Memory Cost, 2016 (arXiv:1604.06174).
func Checkpoint(f func(x []*tensor.Tensor) *tensor.Tensor, x ...*tensor.Tensor) *tensor.Tensor {
	var scope *tensor.Scope
	for _, t := range x {
		if s := t.Scope(); s != nil {
			scope = s
		}
	}
	mark := 0
	if scope != nil {
		mark = scope.Mark()
	}
	in := make([]*tensor.Tensor, len(x))
	for i, t := range x {
		in[i] = t.Detach()
	}
	y := f(in)
	leaves := leavesOf(y)
	y = y.Detach()
	if scope == nil {
		scope = y.Scope()
	}
	if scope != nil {
		y.Hold(1)
		scope.Sweep(mark)
		y.Keepsake()
	}
	return tensor.Record(y, "Checkpoint", func(dy, _ *tensor.Tensor, x []*tensor.Tensor) []*tensor.Tensor {
		return again(f, dy, x, leaves)
	}, append(append([]*tensor.Tensor{}, x...), leaves...)...)
}

// again runs f a second time, with history, and returns the gradients with respect to x: the inputs, then the leaves.
func again(f func(x []*tensor.Tensor) *tensor.Tensor, dy *tensor.Tensor, x, leaves []*tensor.Tensor) []*tensor.Tensor {
	n := len(x) - len(leaves)
	in := make([]*tensor.Tensor, n)
	for i, t := range x[:n] {
		in[i] = t
		if t.Wanted() && !t.NeedsGrad() {
			in[i] = t.Watch()
		}
	}
	y := f(in)
	wrt := slices.Concat(in, leavesIn(y, leaves))
	grads := VJP(y, dy, wrt...)
	for i, t := range x {
		if !t.Wanted() {
			grads[i] = nil
		} else if !tensor.Tracked(dy) && !tensor.Tracked(x...) {
			grads[i] = grads[i].Detach()
		}
	}
	return grads
}

// leavesOf returns the leaves that y depends on.
func leavesOf(y *tensor.Tensor) []*tensor.Tensor {
	var leaves []*tensor.Tensor
	if !y.NeedsGrad() {
		return nil
	}
	for _, t := range topological(y) {
		if t.Leaf() {
			leaves = append(leaves, t)
		}
	}
	return leaves
}

// leavesIn returns the leaves of y's history that have the origins of those given, in their order.
func leavesIn(y *tensor.Tensor, like []*tensor.Tensor) []*tensor.Tensor {
	byOrigin := map[*tensor.Tensor]*tensor.Tensor{}
	for _, t := range leavesOf(y) {
		byOrigin[t.Origin()] = t
	}
	out := make([]*tensor.Tensor, len(like))
	for i, t := range like {
		if out[i] = byOrigin[t.Origin()]; out[i] == nil {
			out[i] = t
		}
	}
	return out
}
