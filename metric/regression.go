package metric

import (
	"math"

	"github.com/jimu-ml/jimu/tensor"
)

// MeanSquaredError is the mean of (x − y)² over all elements of predictions x and targets y of one shape. Its unit is
// the square of the targets'.
type MeanSquaredError struct{ mean }

// Name returns "mse".
func (e *MeanSquaredError) Name() string { return "mse" }

// Add counts a batch.
func (e *MeanSquaredError) Add(prediction, target *tensor.Tensor) {
	e.add("MeanSquaredError", prediction, target, squared)
}

func squared(x, y float64) float64 { return (x - y) * (x - y) }

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
	e.add("MeanAbsoluteError", prediction, target, func(x, y float64) float64 { return math.Abs(x - y) })
}

// Merge adds what another MeanAbsoluteError has counted.
func (e *MeanAbsoluteError) Merge(m Metric) {
	e.merge(same[*MeanAbsoluteError]("MeanAbsoluteError.Merge", m).mean)
}

// RootMeanSquaredError is √mean((x − y)²) over all elements of predictions x and targets y of one shape. Its unit is
// the targets'.
type RootMeanSquaredError struct{ mean }

// Name returns "rmse".
func (e *RootMeanSquaredError) Name() string { return "rmse" }

// Add counts a batch.
func (e *RootMeanSquaredError) Add(prediction, target *tensor.Tensor) {
	e.add("RootMeanSquaredError", prediction, target, squared)
}

// Value returns the root of the mean.
func (e *RootMeanSquaredError) Value() float64 { return math.Sqrt(e.mean.Value()) }

// Merge adds what another RootMeanSquaredError has counted.
func (e *RootMeanSquaredError) Merge(m Metric) {
	e.merge(same[*RootMeanSquaredError]("RootMeanSquaredError.Merge", m).mean)
}

// Minkowski is the distance (Σ |x − y|ᵖ)^(1/p) over all elements of predictions x and targets y of one shape: a sum, not a
// mean, so it grows with what is added.
type Minkowski struct {
	P float64 // 0 means 2, the Euclidean distance; 1 is Manhattan's

	mean
}

// Name returns "minkowski".
func (d *Minkowski) Name() string { return "minkowski" }

// Add counts a batch.
func (d *Minkowski) Add(prediction, target *tensor.Tensor) {
	p := orElse(d.P, 2)
	d.add("Minkowski", prediction, target, func(x, y float64) float64 { return math.Pow(math.Abs(x-y), p) })
}

// Value returns the distance.
func (d *Minkowski) Value() float64 {
	if d.count == 0 {
		return math.NaN()
	}
	return math.Pow(d.sum, 1/orElse(d.P, 2))
}

// Merge adds what another Minkowski has counted.
func (d *Minkowski) Merge(m Metric) { d.merge(same[*Minkowski]("Minkowski.Merge", m).mean) }
