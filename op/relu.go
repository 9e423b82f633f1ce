package op

import (
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/tensor"
)

// Relu returns the positive part of x.
//
//	y = max(x, 0)    dx = dy where x > 0, else 0
//
// The gradient at 0 is 0. NaN stays NaN.
//
// Nair and Hinton, Rectified Linear Units Improve Restricted Boltzmann Machines, 2010.
func Relu(x *tensor.Tensor) *tensor.Tensor {
	checkFloat("Relu", x)
	y := pointwise(device.Relu, nil, x)
	if y == nil {
		zero := x.FullLike(0)
		y = tensor.Where(x.LessEqual(zero), zero, x.Bare())
	}
	return tensor.Record(y, "Relu", reluVJP, x)
}

func reluVJP(dy, y *tensor.Tensor, _ []*tensor.Tensor) []*tensor.Tensor {
	dx := pointwiseGrad(device.ReluGrad, nil, dy, y.Bare()) // y only says where: nothing flows through it
	if dx == nil {
		zero := dy.FullLike(0)
		dx = tensor.Where(zero.Less(y), dy, zero)
	}
	return []*tensor.Tensor{dx}
}
