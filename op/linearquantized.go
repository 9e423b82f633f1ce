package op

import (
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/tensor"
)

// LinearQuantized returns an affine map of the last axis of x by a weight of small integers. The sums are in float32: only
// the weight is rounded.
//
//	x [… in], w [out in], b [out] or nil → y [… out]
//	y = x wᵀ + b    dx = dy w    db = Σ dy
//
// With few rows of x, as when a decoder makes one token after another, the time is that of reading the weight: an eighth
// of float32's for 4 bits. The weight is fixed; it panics with a [tensor.Error] if its scales need a gradient, or if the shapes
// do not fit. Up to eight rows the bits of a row of y do not depend on how many there are.
func LinearQuantized(x *tensor.Tensor, w *Quantized, b *tensor.Tensor) *tensor.Tensor {
	checkFloat("LinearQuantized", x)
	tensor.NonDifferentiable("LinearQuantized", w.Scale)
	if x.Rank() == 0 || x.Dim(-1) != w.In {
		panic(tensor.Errorf("LinearQuantized", "a weight [%d %d] does not fit the last axis of %v", w.Out, w.In, x))
	}
	checkBias("LinearQuantized", b, w.Out, x)
	y := tensor.OutputRowMajor(x, append(append([]int{}, x.Shape()[:x.Rank()-1]...), w.Out), b)
	if !tensor.Try(device.LinearQuantized, w.Format.Attr(), []*tensor.Tensor{y}, x, w.Data, w.Scale, b) {
		return Linear(x, w.Dequantize(x.DType()), b)
	}
	return tensor.Record(y, "LinearQuantized", func(dy, _ *tensor.Tensor, x []*tensor.Tensor) []*tensor.Tensor {
		g := []*tensor.Tensor{nil, nil}
		if x[0].Wanted() {
			g[0] = matrix(dy).MatMul(w.Dequantize(dy.DType())).Reshape(x[0].Shape()...)
		}
		if x[1].Wanted() {
			g[1] = matrix(dy).Sum(0)
		}
		return g
	}, x, b)
}

// checkBias panics unless the bias, if there is one, is [out] and of the type of x.
func checkBias(op string, b *tensor.Tensor, out int, x *tensor.Tensor) {
	if b != nil && (b.Rank() != 1 || b.Dim(0) != out) {
		panic(tensor.Errorf(op, "bias %v is not [%d]", b, out))
	}
	checkType(op, "bias", b, x)
}
