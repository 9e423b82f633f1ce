package objective

import (
	"math"
	"slices"

	"github.com/jimu-ml/jimu/autograd"
	"github.com/jimu-ml/jimu/tensor"
)

// recursed returns a loss of each example that a recursion on the host gives from x, with its gradients.
//
// composed is the same in operations that can be differentiated again; it is run only where the gradient is differentiated.
func recursed(name string, host func(x [][]float64, grads bool) (loss []float64, dx [][]float64),
	composed func(x []*tensor.Tensor) *tensor.Tensor, x ...*tensor.Tensor,
) *tensor.Tensor {
	in := make([][]float64, len(x))
	for i, t := range x {
		in[i] = tensor.Values[float64](t.Detach())
	}
	loss, grads := host(in, tensor.Tracked(x...))
	y := tensor.Of(loss, len(loss)).Cast(x[0].DType()).To(x[0].Device())
	return tensor.Record(y, name, func(dy, _ *tensor.Tensor, x []*tensor.Tensor) []*tensor.Tensor {
		if tensor.Tracked(dy) || tensor.Tracked(x...) {
			return autograd.VJP(composed(x), dy, x...)
		}
		out := make([]*tensor.Tensor, len(x))
		for i, t := range x {
			if grads[i] == nil {
				continue
			}
			column := slices.Repeat([]int{1}, t.Rank())
			column[0] = t.Dim(0)
			g := tensor.Of(grads[i], t.Shape()...).Cast(t.DType()).To(t.Device())
			out[i] = g.Mul(dy.Reshape(column...))
		}
		return out
	}, x...)
}

// logAdd returns ln(eᵃ + eᵇ + eᶜ).
func logAdd(a, b, c float64) float64 {
	if a < b {
		a, b = b, a
	}
	if a < c {
		a, c = c, a
	}
	// Below e⁻³⁷ of the largest, a term is lost in rounding.
	sum := 1.0
	if d := b - a; d > -37 {
		sum += math.Exp(d)
	}
	if d := c - a; d > -37 {
		sum += math.Exp(d)
	}
	if sum == 1 {
		return a
	}
	return a + math.Log(sum)
}

// lengths returns the lengths of n sequences, at least low and at most high, all high if x is nil.
func lengths(op, what string, x *tensor.Tensor, n, low, high int) []int {
	all := slices.Repeat([]int{high}, n)
	if x == nil {
		return all
	}
	if x.DType().IsFloat() || !slices.Equal(x.Shape(), []int{n}) {
		panic(tensor.Errorf(op, "%s %s of shape %v; want [%d] integers", what, x.DType(), x, n))
	}
	for i, v := range x.Ints() {
		if v < int64(low) || v > int64(high) {
			panic(tensor.Errorf(op, "a length of %d among the %s; want %d to %d", v, what, low, high))
		}
		all[i] = int(v)
	}
	return all
}

// spelled returns the labels [n s] of targets, with blank in place of what is beyond their lengths.
func spelled(op string, target *tensor.Tensor, n, classes, blank int, length *tensor.Tensor) (labels [][]int, used []int) {
	if target.DType().IsFloat() || target.Rank() != 2 || target.Dim(0) != n {
		panic(tensor.Errorf(op, "a target %s of shape %v; want [%d s] integers", target.DType(), target, n))
	}
	if blank < 0 || blank >= classes {
		panic(tensor.Errorf(op, "the blank %d is not among the %d classes", blank, classes))
	}
	s := target.Dim(1)
	used = lengths(op, "target lengths", length, n, 0, s)
	ids := target.Ints()
	labels = make([][]int, n)
	for i := range labels {
		labels[i] = slices.Repeat([]int{blank}, s)
		for j := range used[i] {
			k := int(ids[i*s+j])
			if k < 0 || k >= classes || k == blank {
				panic(tensor.Errorf(op, "the label %d of sequence %d is not among the %d classes, or is the blank", k, i, classes))
			}
			labels[i][j] = k
		}
	}
	return labels, used
}
