package op

import (
	"github.com/jimu-ml/jimu/tensor"
)

// Softmin is [Softmax] of −x: what is smallest gets most.
//
//	yᵢ = e^−xᵢ / Σⱼ e^−xⱼ    along the axis
func Softmin(x *tensor.Tensor, axis int) *tensor.Tensor {
	checkFloat("Softmin", x)
	return Softmax(x.Neg(), axis)
}

// Sparsemax returns the probabilities nearest to x, many of which are 0.
//
//	y = argmin ‖p − x‖² over the p with p ≥ 0 and Σ p = 1    along the axis
//	yᵢ = max(xᵢ − τ, 0), and τ such that they add up to 1
//
// τ follows from the elements that stay above 0, which are found by comparing all with all: the work grows with the square of
// the axis. The gradient is that of the elements above 0.
//
// Martins and Astudillo, From Softmax to Sparsemax, 2016 (arXiv:1602.02068), algorithm 1.
func Sparsemax(x *tensor.Tensor, axis int) *tensor.Tensor {
	checkFloat("Sparsemax", x)
	if k := front("Sparsemax", x, axis); k != x.Rank()-1 {
		return Sparsemax(x.Transpose(k, -1), -1).Transpose(k, -1)
	}
	bare := x.Bare()
	bare = bare.Sub(rowMax(bare)) // sums of what is large would round
	column, row := bare.Unsqueeze(-1), bare.Unsqueeze(-2)
	above := column.LessEqual(row).Cast(x.DType()) // of element i: the j with xⱼ ≥ xᵢ
	count, sum := above.Sum(-1), above.Mul(row).Sum(-1)
	in := sum.Less(bare.Mul(count).AddScalar(1)).Cast(x.DType())
	c := x.Sub(rowMax(x.Bare()))
	tau := c.Mul(in).SumKeep(-1).AddScalar(-1).Div(in.SumKeep(-1))
	return c.Sub(tau).Mul(in)
}
