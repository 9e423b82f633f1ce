package objective

import "github.com/jimu-ml/jimu/tensor"

// MeanSquaredError returns the squared distance of predictions from targets. Its count is the number of elements.
//
//	prediction [n …], target [n …]
//	sum = Σ (x − y)²
//
// The gradient of the mean is 2(x − y)/count, with count = n · …: it does not grow with the batch, nor with how many
// numbers an example has. The unit is the square of the target's.
//
// It panics with a [tensor.Error] if the shapes differ, even if they would broadcast.
func MeanSquaredError(prediction, target *tensor.Tensor) Loss {
	x, y := pair("MeanSquaredError", prediction, target)
	return Loss{x.Sub(y).Square().Sum(), float64(x.Len())}
}
