package op

import "github.com/jimu-ml/jimu/tensor"

// Elu returns x where it is positive, and approaches −α below.
//
//	y = x where x > 0, else α · (eˣ − 1)    dx = dy where x > 0, else dy · (y + α)
//
// The paper has α = 1.
//
// Clevert, Unterthiner and Hochreiter, Fast and Accurate Deep Network Learning by Exponential Linear Units (ELUs), 2015
// (arXiv:1511.07289), equation 10.
func Elu(x *tensor.Tensor, alpha float64) *tensor.Tensor {
	checkFloat("Elu", x)
	y := onePass(x, func(x *tensor.Tensor) *tensor.Tensor {
		zero := x.FullLike(0)
		below := x.Minimum(zero).Exp().AddScalar(-1).Scale(alpha)
		return tensor.Where(zero.Less(x), x, below)
	})
	return tensor.Record(y, "Elu", func(dy, y *tensor.Tensor, x []*tensor.Tensor) []*tensor.Tensor {
		return []*tensor.Tensor{tensor.Where(x[0].FullLike(0).Less(x[0]), dy, dy.Mul(y.AddScalar(alpha)))}
	}, x)
}
