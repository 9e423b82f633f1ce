package op

import (
	"math"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/tensor"
)

// Gelu returns x times the probability that a standard normal number is below x.
//
//	y = x · Φ(x) = x · (1 + erf(x/√2)) / 2    dx = dy · (Φ(x) + x · φ(x)),  φ(x) = e^(−x²/2) / √(2π)
//
// Hendrycks and Gimpel, Gaussian Error Linear Units (GELUs), 2016 (arXiv:1606.08415).
func Gelu(x *tensor.Tensor) *tensor.Tensor {
	checkFloat("Gelu", x)
	y := pointwise(device.Gelu, nil, x)
	if y == nil {
		y = x.Bare().Mul(normalCDF(x.Bare()))
	}
	return tensor.Record(y, "Gelu", func(dy, _ *tensor.Tensor, x []*tensor.Tensor) []*tensor.Tensor {
		dx := pointwiseGrad(device.GeluGrad, nil, dy, x[0])
		if dx == nil {
			dx = dy.Mul(geluSlope(x[0]))
		}
		return []*tensor.Tensor{dx}
	}, x)
}

func normalCDF(x *tensor.Tensor) *tensor.Tensor {
	return x.Scale(math.Sqrt2 / 2).Erf().AddScalar(1).Scale(0.5)
}

// geluSlope returns the derivative of [Gelu] at x.
func geluSlope(x *tensor.Tensor) *tensor.Tensor {
	density := x.Square().Scale(-0.5).Exp().Scale(1 / math.Sqrt(2*math.Pi))
	return normalCDF(x).Add(x.Mul(density))
}
