package objective

import (
	"math"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/tensor"
)

// guess and truth are predictions and targets without ties, for losses with a kink.
var (
	guess = numbers(9, 3)
	truth = numbers(27).Scale(0.3).AddScalar(0.1).Reshape(9, 3)
)

var _ = register(sample{
	name: "MeanAbsoluteError", objective: Func(MeanAbsoluteError), prediction: guess, target: truth,
	byHand: []byHand{{tensor.Of([]float32{1, 2, 3}), tensor.Of([]int64{1, 1, 5}), 3, 3}},
	misuse: []misuse{{numbers(4), numbers(4, 1), "MeanAbsoluteError: predictions of shape [4] and targets of shape [4 1] differ"}},
	golden: "MeanAbsoluteError",
})

var _ = register(sample{
	name: "MeanAbsolutePercentageError", objective: Func(MeanAbsolutePercentageError), prediction: guess, target: truth,
	byHand: []byHand{{tensor.Of([]float32{1, 3}), tensor.Of([]float32{2, -2}), 300, 2}},
	misuse: []misuse{{numbers(4), numbers(3), "MeanAbsolutePercentageError: predictions of shape [4]"}},
	golden: "MeanAbsolutePercentageError",
})

var _ = register(sample{
	name: "MeanSquaredLogarithmicError", objective: Func(MeanSquaredLogarithmicError),
	prediction: guess.AddScalar(2.1), target: truth.AddScalar(1),
	byHand: []byHand{{tensor.Of([]float32{0, -5, 1}), tensor.Of([]float32{1, 1, 1}), 2 * math.Ln2 * math.Ln2, 3}},
	misuse: []misuse{{numbers(4), numbers(3), "MeanSquaredLogarithmicError: predictions of shape [4]"}},
	golden: "MeanSquaredLogarithmicError",
})

var _ = register(sample{
	name: "HuberLoss", objective: HuberLoss{}, prediction: guess, target: truth,
	byHand: []byHand{{tensor.Of([]float32{0, 3}), tensor.Of([]float32{0.5, 0}), 0.125 + 2.5, 2}},
	misuse: []misuse{{numbers(4), numbers(3), "Huber: predictions of shape [4]"}},
	golden: "Huber", like: func(c *check.Case) Objective { return HuberLoss{Delta: c.Float("delta")} },
})

var _ = register(sample{
	name: "SmoothL1Loss", objective: SmoothL1Loss{}, prediction: guess, target: truth,
	byHand: []byHand{{tensor.Of([]float32{0, 3}), tensor.Of([]float32{0.5, 0}), 0.125 + 2.5, 2}},
	misuse: []misuse{{numbers(4), numbers(3), "SmoothL1: predictions of shape [4]"}},
	golden: "SmoothL1", like: func(c *check.Case) Objective { return SmoothL1Loss{Beta: c.Float("beta")} },
})

var _ = register(sample{
	name: "SmoothL1Loss/weight", objective: SmoothL1Loss{Beta: 0.5, Weight: []float64{1, 3, 0.5}}, prediction: guess, target: truth,
	byHand: []byHand{{tensor.Of([]float32{1, 1, 1}, 1, 3), tensor.Zeros(1, 3), 0.75 * 4.5, 3}},
	misuse: []misuse{{numbers(4), numbers(4), "SmoothL1: 3 weights for predictions of shape [4]"}},
})

var _ = register(sample{
	name: "SmoothL1Loss/threshold", objective: SmoothL1Loss{Beta: 2}, prediction: guess, target: truth,
	byHand: []byHand{{tensor.Of([]float32{1, 5}), tensor.Zeros(2), 0.25 + 4, 2}},
})

var _ = register(sample{
	name: "LogCosh", objective: Func(LogCosh), prediction: guess, target: truth,
	byHand: []byHand{{tensor.Of([]float32{0, 1e4, -1e4}), tensor.Zeros(3), 2e4 - 2*math.Ln2, 3}},
	misuse: []misuse{{numbers(4), numbers(3), "LogCosh: predictions of shape [4]"}},
	golden: "LogCosh",
})

var _ = register(sample{
	name: "QuantileLoss", objective: QuantileLoss{}, prediction: guess, target: truth,
	byHand: []byHand{{tensor.Of([]float32{0, 3}), tensor.Of([]float32{1, 0}), 2, 2}},
	misuse: []misuse{{numbers(4), numbers(3), "Quantile: predictions of shape [4]"}},
})

var _ = register(sample{
	name: "QuantileLoss/three", objective: QuantileLoss{[]float64{0.1, 0.5, 0.9}}, prediction: guess, target: truth.Select(1, 0),
	byHand: []byHand{{tensor.Of([]float32{0, 0, 2}, 1, 3), tensor.Of([]float32{1}, 1), 0.1 + 0.5 + 0.1, 3}},
	misuse: []misuse{{numbers(4, 2), numbers(4), "Quantile: 3 quantiles, predictions of shape [4 2] and targets of shape [4]; want predictions […, 3]"}},
	golden: "Quantile", like: func(c *check.Case) Objective {
		var o QuantileLoss
		c.Attr("quantiles", &o.Quantiles)
		return o
	},
})

var _ = register(sample{
	name: "PoissonLoss", objective: PoissonLoss{}, prediction: guess, target: truth.Abs(),
	byHand: []byHand{{tensor.Of([]float32{0, 61}), tensor.Of([]float32{3, 0}), 1 + 2*math.Exp(60), 2}},
	misuse: []misuse{{numbers(4), numbers(3), "Poisson: predictions of shape [4]"}},
	golden: "Poisson", like: func(c *check.Case) Objective { return PoissonLoss{Rate: c.Bool("rate"), Full: c.Bool("full")} },
})

var _ = register(sample{
	name: "PoissonLoss/rate", objective: PoissonLoss{Rate: true, Full: true}, prediction: guess.AddScalar(2.1), target: truth.Scale(4),
	byHand: []byHand{{tensor.Of([]float32{-7, 1}), tensor.Of([]float32{0, 1}), 1, 2}},
})

var _ = register(sample{
	name: "GaussianLoss",
	loss: func(x []*tensor.Tensor) Loss { return GaussianLoss{Full: true}.Loss(x[0], x[1], x[2]) },
	in:   list(guess, truth.Abs().AddScalar(0.3), truth),
	values: []value{
		{list(tensor.Of([]float32{1}, 1), tensor.Of([]float32{4}, 1), tensor.Of([]float32{5}, 1)), 0.5 * (ln4 + 4 + math.Log(2*math.Pi)), 1},
	},
	wrong: []wrong{
		{list(numbers(4), numbers(3), numbers(4)), "Gaussian: predictions of shape [3] and targets of shape [4] differ"},
		{list(numbers(4), numbers(4), numbers(3)), "Gaussian: predictions of shape [4] and targets of shape [3] differ"},
	},
	golden: "Gaussian", names: []string{"mean", "variance", "target"},
	given: func(c *check.Case) call {
		return func(x []*tensor.Tensor) Loss { return GaussianLoss{Full: c.Bool("full")}.Loss(x[0], x[1], x[2]) }
	},
})

var _ = register(sample{
	name: "CosineDistance", objective: Func(CosineDistance), prediction: guess, target: truth,
	byHand: []byHand{{tensor.Of([]float32{3, 0, 0, 0}, 2, 2), tensor.Of([]float32{1, 1, 1, 1}, 2, 2), 2 - math.Sqrt(0.5), 2}},
	misuse: []misuse{
		{numbers(4), numbers(3), "CosineDistance: predictions of shape [4]"},
		{tensor.Scalar(1), tensor.Scalar(1), "CosineDistance: predictions without an axis"},
	},
	golden: "CosineDistance",
})

var _ = register(sample{
	name: "CosineEmbeddingLoss",
	loss: func(x []*tensor.Tensor) Loss { return CosineEmbeddingLoss{}.Loss(x[0], x[1], x[2]) },
	in:   list(guess, truth, pairs), free: 2,
	values: []value{{list(tensor.Of([]float32{3, 0}, 1, 2), tensor.Of([]float32{1, 1}, 1, 2), tensor.Of([]bool{true}, 1)), 1 - math.Sqrt(0.5), 1}},
	wrong: []wrong{
		{list(numbers(4, 2), numbers(4, 2), pairs), "CosineEmbedding: a target of shape [9]; want [4]"},
		{list(numbers(4), numbers(4), numbers(4)), "CosineEmbedding: vectors of shape [4]; want [n d]"},
	},
	golden: "CosineEmbedding", names: []string{"a", "b", "target"},
	given: func(c *check.Case) call {
		return func(x []*tensor.Tensor) Loss {
			return CosineEmbeddingLoss{Margin: c.Float("margin")}.Loss(x[0], x[1], x[2])
		}
	},
})

// pairs says which of nine pairs belong together.
var pairs = tensor.Of([]int64{1, -1, 1, 1, -1, -1, -1, 1, -1})

func TestThresholdIsPositive(t *testing.T) {
	for _, o := range []Objective{HuberLoss{Delta: -1}, SmoothL1Loss{Beta: -1}} {
		if err := tensor.Catch(func() { o.Loss(guess, truth) }); err == nil || !strings.Contains(err.Error(), "a threshold of -1") {
			t.Errorf("%T: error %v", o, err)
		}
	}
	if err := tensor.Catch(func() { QuantileLoss{[]float64{1}}.Loss(guess, truth) }); err == nil || !strings.Contains(err.Error(), "the quantile 1 ") {
		t.Errorf("error %v", err)
	}
}
