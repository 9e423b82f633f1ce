package op

import (
	"math"

	"github.com/jimu-ml/jimu/tensor"
)

// LogSumExp returns the logarithm of the sum of the exponentials along an axis, which disappears.
//
//	y = ln Σⱼ e^xⱼ    dx = dy · e^(x − y)
//
// It does not overflow. Where all are −∞ it is −∞, with gradient 0.
func LogSumExp(x *tensor.Tensor, axis int) *tensor.Tensor {
	checkFloat("LogSumExp", x)
	k := front("LogSumExp", x, axis)
	bare := x.Bare().Transpose(k, -1)
	m := rowMax(bare)
	y := bare.Sub(m).Exp().SumKeep(-1).Log().Add(m).Transpose(k, -1).Squeeze(k)
	return tensor.Record(y, "LogSumExp", func(dy, y *tensor.Tensor, x []*tensor.Tensor) []*tensor.Tensor {
		y = y.Unsqueeze(k)
		finite := tensor.Where(infinite(y), y.FullLike(0), y)
		return []*tensor.Tensor{x[0].Sub(finite).Exp().Mul(dy.Unsqueeze(k))}
	}, x)
}

// infinite returns where x is +∞ or −∞.
func infinite(x *tensor.Tensor) *tensor.Tensor {
	return x.Equal(x.FullLike(math.Inf(1))).Or(x.Equal(x.FullLike(math.Inf(-1))))
}
