package objective

import (
	"slices"

	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// QuantileLoss is the pinball loss, whose minimum is a quantile of the targets. Its count is the number of predictions.
//
//	prediction [… k], target […], q [k]
//	sum = Σ q max(y − x, 0) + (1 − q) max(x − y, 0)
//
// With one q the prediction may have the target's shape; with several it has a further last axis, a number for each: q of
// 0.1, 0.5 and 0.9 give a median with a band that holds 80 % of the targets. Nothing keeps the quantiles from crossing.
// The unit is the target's.
//
// It panics with a [tensor.Error] if the shapes do not fit, and if a q is not between 0 and 1.
//
// Koenker and Bassett, Regression Quantiles, 1978.
type QuantileLoss struct {
	Quantiles []float64 // q, each above 0 and below 1; nil means 0.5, the median
}

// Loss returns the loss of a batch.
func (o QuantileLoss) Loss(prediction, target *tensor.Tensor) Loss {
	const name = "Quantile"
	q := o.Quantiles
	if len(q) == 0 {
		q = []float64{0.5}
	}
	for _, v := range q {
		if !(0 < v && v < 1) {
			panic(tensor.Errorf(name, "the quantile %g for predictions of shape %v; want above 0 and below 1", v, prediction))
		}
	}
	if rank := target.Rank(); prediction.Rank() == rank+1 && slices.Equal(prediction.Shape()[:rank], target.Shape()) && prediction.Dim(-1) == len(q) {
		target = target.Unsqueeze(-1).Expand(prediction.Shape()...)
	} else if len(q) > 1 {
		panic(tensor.Errorf(name, "%d quantiles, predictions of shape %v and targets of shape %v; want predictions […, %d]",
			len(q), prediction, target, len(q)))
	}
	x, y := pair(name, prediction, target)
	above, below := op.Relu(y.Sub(x)), op.Relu(x.Sub(y))
	if len(q) == 1 {
		return Loss{above.Scale(q[0]).Add(below.Scale(1 - q[0])).Sum(), float64(x.Len())}
	}
	w := constant(x, q)
	return Loss{above.Mul(w).Add(below.Mul(w.Neg().AddScalar(1))).Sum(), float64(x.Len())}
}
