package op

import (
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/tensor"
)

// Linear returns an affine map of the last axis of x.
//
//	x [… in], w [out in], b [out] or nil → y [… out]
//	y = x wᵀ + b    dx = dy w    dw = dyᵀ x    db = Σ dy
//
// The weight is [out in], as in PyTorch. It panics with a [tensor.Error] if the shapes do not fit.
func Linear(x, w, b *tensor.Tensor) *tensor.Tensor {
	checkLinear(x, w, b)
	shape := append([]int{}, x.Shape()...)
	shape[len(shape)-1] = w.Dim(0)
	y := tensor.OutputRowMajor(x, shape, w, b)
	if !tensor.Try(device.Linear, nil, []*tensor.Tensor{y}, x, w, b) {
		y = matrix(x.Bare()).MatMul(w.Bare().T())
		if b != nil {
			y = y.Add(b.Bare())
		}
		y = y.Reshape(shape...)
	}
	return tensor.Record(y, "Linear", linearVJP, x, w, b)
}

func linearVJP(dy, _ *tensor.Tensor, x []*tensor.Tensor) []*tensor.Tensor {
	g := []*tensor.Tensor{nil, nil, nil}
	dy = matrix(dy)
	if x[0].Wanted() {
		g[0] = dy.MatMul(x[1]).Reshape(x[0].Shape()...)
	}
	if x[1].Wanted() {
		g[1] = dy.T().MatMul(matrix(x[0]))
	}
	if x[2].Wanted() {
		g[2] = dy.Sum(0)
	}
	return g
}

func checkLinear(x, w, b *tensor.Tensor) {
	checkFloat("Linear", x)
	if w.Rank() != 2 {
		panic(tensor.Errorf("Linear", "weight %v is not [out in]", w))
	}
	if x.Rank() == 0 || x.Dim(-1) != w.Dim(1) {
		panic(tensor.Errorf("Linear", "weight %v does not fit the last axis of %v", w, x))
	}
	checkType("Linear", "weight", w, x)
	if b != nil {
		checkVector("Linear", "bias", b, w.Dim(0), "the first axis", w)
	}
}
