package objective

import (
	"math"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/tensor"
)

var bits = tensor.Of([]float32{0, 1, 1, 0, 0, 1, 0, 1, 1, 1, 0, 0, 1, 0, 1, 0, 1, 1}, 9, 2)

var _ = register(sample{
	name:       "BinaryCrossEntropy",
	objective:  Func(BinaryCrossEntropy),
	prediction: numbers(9, 2), target: bits,
	byHand: []byHand{
		{tensor.Of([]float32{0.7}, 1), tensor.Of([]float32{1}, 1), 0.40318605, 1}, // ln(1 + e^−0.7)
		{tensor.Of([]float32{0.7}, 1), tensor.Of([]float32{0}, 1), 1.10318605, 1}, // ln(1 + e^0.7)
		{tensor.Of([]float32{0, 0}), tensor.Of([]bool{true, false}), 2 * math.Ln2, 2},
		{tensor.Of([]float32{1e4, -1e4, 1e4}), tensor.Of([]int64{1, 0, 0}), 1e4, 3},
	},
	misuse: []misuse{
		{numbers(4, 1), numbers(4), "BinaryCrossEntropy: predictions of shape [4 1] and targets of shape [4] differ"},
	},
})

var _ = register(sample{
	name:       "BinaryCrossEntropyLoss/positive_weight",
	objective:  BinaryCrossEntropyLoss{PositiveWeight: []float64{3, 0.5}},
	prediction: numbers(9, 2), target: shares(9, 2),
	byHand: []byHand{{tensor.Of([]float32{0.7, 0.7}, 1, 2), tensor.Of([]float32{1, 0}, 1, 2), 3*0.40318605 + 1.10318605, 2}},
	misuse: []misuse{{numbers(4, 3), numbers(4, 3), "2 positive weights for logits of shape [4 3]"}},
	golden: "BinaryCrossEntropy",
	like:   func(c *check.Case) Objective { return BinaryCrossEntropyLoss{PositiveWeight: floats(c, "pos_weight")} },
})
