package objective

import (
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/tensor"
)

var _ = register(sample{
	name:       "MeanSquaredError",
	objective:  Func(MeanSquaredError),
	prediction: numbers(9, 3), target: numbers(27).Scale(0.3).Reshape(9, 3),
	byHand: []byHand{
		{tensor.Of([]float32{1, 2, 3, 4}, 2, 2), tensor.Of([]float32{1, 0, 3, 7}, 2, 2), 4 + 9, 4},
		{tensor.Of([]float32{1, 2, 3}), tensor.Of([]int64{1, 1, 1}), 5, 3},
		{tensor.Of([]float32{}), tensor.Of([]float32{}), 0, 0},
	},
	misuse: []misuse{
		{numbers(4), numbers(4, 1), "MeanSquaredError: predictions of shape [4] and targets of shape [4 1] differ"},
		{classes(3, 4), numbers(4), "are int64; want floats"},
	},
	golden: "MeanSquaredError",
	like:   func(*check.Case) Objective { return Func(MeanSquaredError) },
})
