package objective

import "github.com/jimu-ml/jimu/tensor"

// MeanSquaredLogarithmicError returns the squared distance of the logarithms of predictions and targets. Its count is the
// number of elements.
//
//	prediction [n …], target [n …]
//	sum = Σ (ln(1 + x) − ln(1 + y))²
//
// It is for numbers of many magnitudes, such as prices: to be off by a factor costs the same everywhere, and too little
// more than too much. What is below 0 counts as 0, and has no gradient.
//
// It panics with a [tensor.Error] if the shapes differ, even if they would broadcast.
func MeanSquaredLogarithmicError(prediction, target *tensor.Tensor) Loss {
	x, y := pair("MeanSquaredLogarithmicError", prediction, target)
	zero := x.FullLike(0)
	d := x.Maximum(zero).AddScalar(1).Log().Sub(y.Maximum(zero).AddScalar(1).Log())
	return Loss{d.Square().Sum(), float64(x.Len())}
}
