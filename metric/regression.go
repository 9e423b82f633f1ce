package metric

import (
	"math"
	"slices"

	"github.com/jimu-ml/jimu/tensor"
)

// MeanSquaredError is the mean of (x − y)² over all elements of predictions x and targets y of one shape. Its unit is
// the square of the targets'.
type MeanSquaredError struct{ mean }

// Name returns "mse".
func (e *MeanSquaredError) Name() string { return "mse" }

// Add counts a batch.
func (e *MeanSquaredError) Add(prediction, target *tensor.Tensor) {
	e.add("MeanSquaredError", prediction, target, func(d float64) float64 { return d * d })
}

// Merge adds what another MeanSquaredError has counted.
func (e *MeanSquaredError) Merge(m Metric) {
	e.merge(same[*MeanSquaredError]("MeanSquaredError.Merge", m).mean)
}

// MeanAbsoluteError is the mean of |x − y| over all elements of predictions x and targets y of one shape. Its unit is
// the targets'.
type MeanAbsoluteError struct{ mean }

// Name returns "mae".
func (e *MeanAbsoluteError) Name() string { return "mae" }

// Add counts a batch.
func (e *MeanAbsoluteError) Add(prediction, target *tensor.Tensor) {
	e.add("MeanAbsoluteError", prediction, target, math.Abs)
}

// Merge adds what another MeanAbsoluteError has counted.
func (e *MeanAbsoluteError) Merge(m Metric) {
	e.merge(same[*MeanAbsoluteError]("MeanAbsoluteError.Merge", m).mean)
}

// mean is a sum and a count.
type mean struct {
	sum   float64
	count int
}

func (m *mean) add(op string, prediction, target *tensor.Tensor, f func(d float64) float64) {
	if !slices.Equal(prediction.Shape(), target.Shape()) {
		panic(tensor.Errorf(op, "predictions of shape %v and targets of shape %v differ; Reshape one", prediction, target))
	}
	x, y := tensor.Values[float64](prediction.Detach()), tensor.Values[float64](target)
	for i := range x {
		m.sum += f(x[i] - y[i])
	}
	m.count += len(x)
}

func (m *mean) merge(b mean) { m.sum, m.count = m.sum+b.sum, m.count+b.count }

// Value returns the mean.
func (m *mean) Value() float64 {
	if m.count == 0 {
		return math.NaN()
	}
	return m.sum / float64(m.count)
}

// Reset forgets what was added.
func (m *mean) Reset() { *m = mean{} }
