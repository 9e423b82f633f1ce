package op

import (
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/tensor"
)

// Softmax returns the probabilities that logits stand for, along an axis.
//
//	yᵢ = e^xᵢ / Σⱼ e^xⱼ    dx = y · (dy − Σ dy·y)
//
// The largest logit is subtracted first, so it does not overflow. A row of nothing but −∞ gives NaN. For the logarithm of
// the probabilities use [LogSoftmax], which is more precise.
func Softmax(x *tensor.Tensor, axis int) *tensor.Tensor {
	checkFloat("Softmax", x)
	if k := front("Softmax", x, axis); k != x.Rank()-1 {
		return Softmax(x.Transpose(k, -1), -1).Transpose(k, -1)
	}
	y := pointwise(device.Softmax, nil, x)
	if y == nil {
		bare := x.Bare()
		e := bare.Sub(rowMax(bare)).Exp()
		y = e.Div(e.SumKeep(-1))
	}
	return tensor.Record(y, "Softmax", func(dy, y *tensor.Tensor, _ []*tensor.Tensor) []*tensor.Tensor {
		dx := pointwiseGrad(device.SoftmaxGrad, nil, dy, y)
		if dx == nil {
			dx = y.Mul(dy.Sub(dy.Mul(y).SumKeep(-1)))
		}
		return []*tensor.Tensor{dx}
	}, x)
}

// rowMax returns the largest element of each row, kept at length 1; 0 where it is infinite or there is none.
func rowMax(x *tensor.Tensor) *tensor.Tensor {
	if x.Dim(-1) == 0 {
		return x.SumKeep(-1)
	}
	m := x.MaxKeep(-1)
	return tensor.Where(infinite(m), m.FullLike(0), m)
}
