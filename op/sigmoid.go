package op

import (
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/tensor"
)

// Sigmoid returns the logistic function of x.
//
//	y = σ(x) = 1 / (1 + e⁻ˣ)    dx = dy · y · (1 − y)
//
// It does not overflow.
func Sigmoid(x *tensor.Tensor) *tensor.Tensor {
	checkFloat("Sigmoid", x)
	y := pointwise(device.Sigmoid, nil, x)
	if y == nil {
		bare := x.Bare()
		e := bare.Abs().Neg().Exp()
		s := e.AddScalar(1).PowScalar(-1)
		y = tensor.Where(bare.Less(bare.FullLike(0)), e.Mul(s), s)
	}
	return tensor.Record(y, "Sigmoid", func(dy, y *tensor.Tensor, _ []*tensor.Tensor) []*tensor.Tensor {
		dx := pointwiseGrad(device.SigmoidGrad, nil, dy, y)
		if dx == nil {
			dx = dy.Mul(y.Sub(y.Square()))
		}
		return []*tensor.Tensor{dx}
	}, x)
}
