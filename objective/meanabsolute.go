package objective

import "github.com/jimu-ml/jimu/tensor"

// MeanAbsoluteError returns the distance of predictions from targets, also called L1. Its count is the number of elements.
//
//	prediction [n …], target [n …]
//	sum = Σ |x − y|
//
// Its minimum is the median of the targets, so that a few wild ones do not move it. The gradient of an element is −1, 0
// or 1, and 0 where x = y. The unit is the target's.
//
// It panics with a [tensor.Error] if the shapes differ, even if they would broadcast.
func MeanAbsoluteError(prediction, target *tensor.Tensor) Loss {
	x, y := pair("MeanAbsoluteError", prediction, target)
	return Loss{x.Sub(y).Abs().Sum(), float64(x.Len())}
}

// MeanAbsolutePercentageError returns the distance of predictions from targets in hundredths of the target. Its count is
// the number of elements.
//
//	prediction [n …], target [n …]
//	sum = 100 Σ |x − y| / max(|y|, 10⁻⁷)
//
// A target of 0 makes an element ten million times as heavy as its distance; leave such out, or train for
// [MeanAbsoluteError]. The unit is percent.
//
// It panics with a [tensor.Error] if the shapes differ, even if they would broadcast.
func MeanAbsolutePercentageError(prediction, target *tensor.Tensor) Loss {
	x, y := pair("MeanAbsolutePercentageError", prediction, target)
	size := y.Abs()
	return Loss{x.Sub(y).Abs().Div(size.Maximum(size.FullLike(1e-7))).Sum().Scale(100), float64(x.Len())}
}
