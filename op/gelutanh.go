package op

import (
	"math"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/tensor"
)

// GeluTanh returns the approximation of [Gelu] by a tanh, with which BERT and GPT-2 were trained.
//
//	y = x · (1 + t) / 2,  t = tanh(√(2/π) · (x + 0.044715 x³))
//
// It differs from Gelu by at most 0.0005.
//
// Hendrycks and Gimpel, Gaussian Error Linear Units (GELUs), 2016 (arXiv:1606.08415), section 2.
func GeluTanh(x *tensor.Tensor) *tensor.Tensor {
	checkFloat("GeluTanh", x)
	attr := device.Attr{Flag: true}
	y := pointwise(device.Gelu, &attr, x)
	if y == nil {
		y = x.Bare().Mul(geluGate(x.Bare()).AddScalar(1)).Scale(0.5)
	}
	return tensor.Record(y, "GeluTanh", func(dy, _ *tensor.Tensor, in []*tensor.Tensor) []*tensor.Tensor {
		x := in[0]
		dx := pointwiseGrad(device.GeluGrad, &attr, dy, x)
		if dx == nil {
			t := geluGate(x)
			inner := x.Square().Scale(3 * geluCubic).AddScalar(1).Scale(math.Sqrt(2 / math.Pi)) // the derivative inside tanh
			slope := x.Mul(t.Square().Neg().AddScalar(1)).Mul(inner)
			dx = dy.Mul(t.AddScalar(1).Add(slope)).Scale(0.5)
		}
		return []*tensor.Tensor{dx}
	}, x)
}

const geluCubic = 0.044715

func geluGate(x *tensor.Tensor) *tensor.Tensor {
	return x.Square().Scale(geluCubic).AddScalar(1).Mul(x).Scale(math.Sqrt(2 / math.Pi)).Tanh()
}
