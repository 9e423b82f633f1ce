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
	grad := func(in []*tensor.Tensor) *tensor.Tensor {
		dy, y, x := in[0], in[1], in[2]
		return tensor.Where(x.FullLike(0).Less(x), dy, dy.Mul(y.AddScalar(alpha)))
	}
	return tensor.Record(y, "Elu", func(dy, y *tensor.Tensor, x []*tensor.Tensor) []*tensor.Tensor {
		return []*tensor.Tensor{onePassGrad(grad, dy, y, x[0])}
	}, x)
}
