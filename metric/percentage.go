package metric

import (
	"math"

	"github.com/jimu-ml/jimu/tensor"
)

// smallestTarget is what a target counts at least when one divides by it, torchmetrics' choice.
const smallestTarget = 1.17e-6

// MeanAbsolutePercentageError is the mean of |x − y| / max(|y|, ε) over all elements of predictions x and targets y of one
// shape: a share, 0.1 for ten percent. ε is 1.17e-6, so a target of 0 counts enormously.
type MeanAbsolutePercentageError struct{ mean }

// Name returns "mape".
func (e *MeanAbsolutePercentageError) Name() string { return "mape" }

// Add counts a batch.
func (e *MeanAbsolutePercentageError) Add(prediction, target *tensor.Tensor) {
	e.add("MeanAbsolutePercentageError", prediction, target, func(x, y float64) float64 {
		return math.Abs(x-y) / max(math.Abs(y), smallestTarget)
	})
}

// Merge adds what another MeanAbsolutePercentageError has counted.
func (e *MeanAbsolutePercentageError) Merge(m Metric) {
	e.merge(same[*MeanAbsolutePercentageError]("MeanAbsolutePercentageError.Merge", m).mean)
}

// SymmetricMeanAbsolutePercentageError is the mean of 2·|x − y| / max(|x| + |y|, ε) over all elements of predictions x and
// targets y of one shape: from 0 to 2. ε is 1.17e-6.
type SymmetricMeanAbsolutePercentageError struct{ mean }

// Name returns "smape".
func (e *SymmetricMeanAbsolutePercentageError) Name() string { return "smape" }

// Add counts a batch.
func (e *SymmetricMeanAbsolutePercentageError) Add(prediction, target *tensor.Tensor) {
	e.add("SymmetricMeanAbsolutePercentageError", prediction, target, func(x, y float64) float64 {
		return 2 * math.Abs(x-y) / max(math.Abs(x)+math.Abs(y), smallestTarget)
	})
}

// Merge adds what another SymmetricMeanAbsolutePercentageError has counted.
func (e *SymmetricMeanAbsolutePercentageError) Merge(m Metric) {
	e.merge(same[*SymmetricMeanAbsolutePercentageError]("SymmetricMeanAbsolutePercentageError.Merge", m).mean)
}

// WeightedMeanAbsolutePercentageError is Σ|x − y| / max(Σ|y|, ε) over all elements of predictions x and targets y of one
// shape, so that small targets do not rule it. ε is 1.17e-6.
type WeightedMeanAbsolutePercentageError struct {
	off   mean
	total float64
}

// Name returns "wmape".
func (e *WeightedMeanAbsolutePercentageError) Name() string { return "wmape" }

// Add counts a batch.
func (e *WeightedMeanAbsolutePercentageError) Add(prediction, target *tensor.Tensor) {
	e.off.add("WeightedMeanAbsolutePercentageError", prediction, target, func(x, y float64) float64 {
		e.total += math.Abs(y)
		return math.Abs(x - y)
	})
}

// Value returns the quotient of the sums.
func (e *WeightedMeanAbsolutePercentageError) Value() float64 {
	if e.off.count == 0 {
		return math.NaN()
	}
	return e.off.sum / max(e.total, smallestTarget)
}

// Merge adds what another WeightedMeanAbsolutePercentageError has counted.
func (e *WeightedMeanAbsolutePercentageError) Merge(m Metric) {
	b := same[*WeightedMeanAbsolutePercentageError]("WeightedMeanAbsolutePercentageError.Merge", m)
	e.off.merge(b.off)
	e.total += b.total
}

// Reset forgets what was added.
func (e *WeightedMeanAbsolutePercentageError) Reset() { *e = WeightedMeanAbsolutePercentageError{} }
