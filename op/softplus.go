package op

import (
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/tensor"
)

// Softplus returns a smooth form of the positive part of x.
//
//	y = ln(1 + eˣ)    dx = dy · σ(x)
//
// It does not overflow.
//
// Dugas, Bengio, Bélisle, Nadeau and Garcia, Incorporating Second-Order Functional Knowledge for Better Option Pricing, 2000.
func Softplus(x *tensor.Tensor) *tensor.Tensor {
	checkFloat("Softplus", x)
	y := pointwise(device.Softplus, nil, x)
	if y == nil {
		bare := x.Bare()
		y = bare.Maximum(bare.FullLike(0)).Add(bare.Abs().Neg().Exp().AddScalar(1).Log())
	}
	return tensor.Record(y, "Softplus", func(dy, _ *tensor.Tensor, x []*tensor.Tensor) []*tensor.Tensor {
		return []*tensor.Tensor{dy.Mul(Sigmoid(x[0]))}
	}, x)
}
