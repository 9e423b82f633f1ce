package op

import (
	"math"
	"slices"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/tensor"
)

// MaxPoolIndices returns where [MaxPool] finds the largest element in each window: its place in the row-major order of the
// spatial axes, as int64, as in PyTorch.
//
//	x [n c h w] → index [n c h′ w′]
//
// The first of equals is taken. It is for [MaxUnpool]; it has no gradient, and refuses an input that is tracked: Detach it.
func MaxPoolIndices(x *tensor.Tensor, c PoolConfig) *tensor.Tensor {
	w := c.window("MaxPoolIndices", x)
	tensor.NonDifferentiable("MaxPoolIndices", x)
	spatial := x.Shape()[2:]
	n := 1
	for _, d := range spatial {
		n *= d
	}
	winner := tensor.Stack(-1, taps(x, &w, math.Inf(-1))...).ArgMax(-1)
	places := positions(x, n, 0, 1).Cast(device.Float64).Reshape(append([]int{1, 1}, spatial...)...)
	seen := tensor.Stack(-1, taps(places, &w, 0)...)
	seen = seen.Expand(append(slices.Clone(winner.Shape()), seen.Dim(-1))...)
	return seen.Contiguous().Gather(winner).Cast(device.Int64)
}

// MaxUnpool puts the elements of x where a pool took them from, and 0 elsewhere.
//
//	x [n c h′ w′], index [n c h′ w′] of [MaxPoolIndices], size (h, w) → y [n c h w]
//
// Where windows overlapped and chose the same place, it holds the mean of what they give. It panics with a [tensor.Error] if the
// shapes do not fit, or if a place is outside.
//
// Zeiler and Fergus, Visualizing and Understanding Convolutional Networks, 2013 (arXiv:1311.2901), section 2.1.
func MaxUnpool(x, index *tensor.Tensor, size ...int) *tensor.Tensor {
	checkFloat("MaxUnpool", x)
	checkIDs("MaxUnpool", index)
	if x.Rank() < 3 || len(size) != x.Rank()-2 || !slices.Equal(x.Shape(), index.Shape()) {
		panic(tensor.Errorf("MaxUnpool", "%d lengths and the index %v do not fit %v", len(size), index, x))
	}
	area, rows := 1, x.Dim(0)*x.Dim(1)
	for _, d := range size {
		area *= d
	}
	first := positions(x, rows, 0, area).Unsqueeze(1)
	inside := index.Cast(device.Int64).Reshape(rows, -1)
	checkInside("MaxUnpool", inside, area)
	at := inside.Add(first).Reshape(x.Len())
	sum := x.Reshape(x.Len()).ScatterSum(0, at, rows*area)
	times := x.FullLike(1, x.Len()).ScatterSum(0, at, rows*area)
	return sum.Div(times.Maximum(times.FullLike(1))).Reshape(append([]int{x.Dim(0), x.Dim(1)}, size...)...)
}

// checkInside panics if a position is outside 0 … n − 1.
func checkInside(op string, at *tensor.Tensor, n int) {
	if at.Len() == 0 {
		return
	}
	for _, i := range at.Ints() {
		if i < 0 || i >= int64(n) {
			panic(tensor.Errorf(op, "position %d is outside the %d there are", i, n))
		}
	}
}
