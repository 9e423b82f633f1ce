package op

import (
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/tensor"
)

// LogSoftmax returns the logarithms, in nats, of the probabilities that logits stand for, along an axis.
//
//	yᵢ = xᵢ − ln Σⱼ e^xⱼ    dx = dy − eʸ · Σ dy
//
// It neither overflows nor gives −∞ for finite logits.
func LogSoftmax(x *tensor.Tensor, axis int) *tensor.Tensor {
	checkFloat("LogSoftmax", x)
	if k := front("LogSoftmax", x, axis); k != x.Rank()-1 {
		return LogSoftmax(x.Transpose(k, -1), -1).Transpose(k, -1)
	}
	y := pointwise(device.LogSoftmax, nil, x)
	if y == nil {
		bare := x.Bare()
		c := bare.Sub(rowMax(bare))
		y = c.Sub(c.Exp().SumKeep(-1).Log())
	}
	return tensor.Record(y, "LogSoftmax", func(dy, y *tensor.Tensor, _ []*tensor.Tensor) []*tensor.Tensor {
		dx := pointwiseGrad(device.LogSoftmaxGrad, nil, dy, y)
		if dx == nil {
			dx = dy.Sub(y.Exp().Mul(dy.SumKeep(-1)))
		}
		return []*tensor.Tensor{dx}
	}, x)
}
