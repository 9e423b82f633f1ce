package op

import (
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/tensor"
)

// Silu returns x times its logistic function, also called Swish.
//
//	y = x · σ(x)    dx = dy · σ(x) · (1 + x · (1 − σ(x)))
//
// Elfwing, Uchibe and Doya, Sigmoid-Weighted Linear Units for Neural Network Function Approximation in Reinforcement
// Learning, 2017 (arXiv:1702.03118); Ramachandran, Zoph and Le, Searching for Activation Functions, 2017
// (arXiv:1710.05941).
func Silu(x *tensor.Tensor) *tensor.Tensor {
	checkFloat("Silu", x)
	y := pointwise(device.Silu, nil, x)
	if y == nil {
		y = x.Bare().Mul(Sigmoid(x.Bare()))
	}
	return tensor.Record(y, "Silu", func(dy, _ *tensor.Tensor, x []*tensor.Tensor) []*tensor.Tensor {
		dx := pointwiseGrad(device.SiluGrad, nil, dy, x[0])
		if dx == nil {
			s := Sigmoid(x[0])
			dx = dy.Mul(s).Mul(x[0].Sub(x[0].Mul(s)).AddScalar(1))
		}
		return []*tensor.Tensor{dx}
	}, x)
}
