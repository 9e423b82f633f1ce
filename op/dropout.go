package op

import (
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// Dropout sets each element of x to 0 with probability rate, and scales the others up so that the expectation stays.
//
//	y = x / (1 − rate) where u ≥ rate, else 0     u uniform in [0, 1), from the stream of key
//
// Which elements are dropped depends on key and place alone: the same key drops the same again. It panics with a
// [tensor.Error] unless 0 ≤ rate < 1.
//
// Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov, Dropout: A Simple Way to Prevent Neural Networks from
// Overfitting, 2014. The scaling in training, not in evaluation, is usual since.
func Dropout(x *tensor.Tensor, rate float64, key rng.Key) *tensor.Tensor {
	checkFloat("Dropout", x)
	if !(0 <= rate && rate < 1) {
		panic(tensor.Errorf("Dropout", "rate %g for shape %v; want 0 ≤ rate < 1", rate, x))
	}
	if rate == 0 {
		return x
	}
	attr := device.Attr{Scalars: [8]float64{rate}, Key: [2]uint64{uint64(key), 0}}
	y := pointwise(device.Dropout, &attr, x)
	if y == nil {
		u := tensor.OutputRowMajor(x, x.Shape())
		tensor.Run(device.Random, &device.Attr{Key: attr.Key}, []*tensor.Tensor{u})
		zero := x.FullLike(0)
		y = tensor.Where(u.Less(x.FullLike(rate)), zero, x.Bare().Scale(1/(1-rate)))
	}
	return tensor.Record(y, "Dropout", func(dy, _ *tensor.Tensor, _ []*tensor.Tensor) []*tensor.Tensor {
		return []*tensor.Tensor{Dropout(dy, rate, key)}
	}, x)
}
