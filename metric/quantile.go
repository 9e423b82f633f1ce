package metric

import (
	"math"

	"github.com/jimu-ml/jimu/tensor"
)

// QuantileError is the mean pinball loss of predictions x of a quantile and targets y of one shape, least where the share q
// of the targets lies below the predictions.
//
//	mean(max(q·(y − x), (q − 1)·(y − x)))
type QuantileError struct {
	Quantile float64 // q; 0 means 0.5, half the mean absolute error

	mean
}

// Name returns "quantile_error".
func (e *QuantileError) Name() string { return "quantile_error" }

// Add counts a batch.
func (e *QuantileError) Add(prediction, target *tensor.Tensor) {
	q := orElse(e.Quantile, 0.5)
	if q < 0 || q > 1 {
		panic(tensor.Errorf("QuantileError", "the quantile %v is not between 0 and 1", q))
	}
	e.add("QuantileError", prediction, target, func(x, y float64) float64 { return max(q*(y-x), (q-1)*(y-x)) })
}

// Merge adds what another QuantileError has counted.
func (e *QuantileError) Merge(m Metric) { e.merge(same[*QuantileError]("QuantileError.Merge", m).mean) }

// MaxError is the largest |x − y| over all elements of predictions x and targets y of one shape.
type MaxError struct{ most extreme }

// Name returns "max_error".
func (e *MaxError) Name() string { return "max_error" }

// Add counts a batch.
func (e *MaxError) Add(prediction, target *tensor.Tensor) {
	x, y := pairs("MaxError", prediction, target)
	for i := range x {
		e.most.add(math.Abs(x[i] - y[i]))
	}
}

// Value returns the largest error.
func (e *MaxError) Value() float64 { return e.most.value() }

// Merge adds what another MaxError has seen.
func (e *MaxError) Merge(m Metric) { e.most.merge(same[*MaxError]("MaxError.Merge", m).most) }

// Reset forgets what was added.
func (e *MaxError) Reset() { *e = MaxError{} }

// extreme is the largest of the numbers that were added.
type extreme struct {
	of   float64
	some bool
}

func (e *extreme) add(v float64) {
	if !e.some || v > e.of || v != v { // once NaN, always NaN
		e.of, e.some = v, true
	}
}

func (e *extreme) merge(b extreme) {
	if b.some {
		e.add(b.of)
	}
}

func (e *extreme) value() float64 {
	if !e.some {
		return math.NaN()
	}
	return e.of
}

// MedianAbsoluteError is the median of |x − y| over all elements of predictions x and targets y of one shape, the mean of
// the middle two of an even number. It keeps all of them.
type MedianAbsoluteError struct{ all []float64 }

// Name returns "median_absolute_error".
func (e *MedianAbsoluteError) Name() string { return "median_absolute_error" }

// Add counts a batch.
func (e *MedianAbsoluteError) Add(prediction, target *tensor.Tensor) {
	x, y := pairs("MedianAbsoluteError", prediction, target)
	for i := range x {
		e.all = append(e.all, math.Abs(x[i]-y[i]))
	}
}

// Value returns the median.
func (e *MedianAbsoluteError) Value() float64 { return median(e.all) }

// Merge adds what another MedianAbsoluteError has seen.
func (e *MedianAbsoluteError) Merge(m Metric) {
	e.all = append(e.all, same[*MedianAbsoluteError]("MedianAbsoluteError.Merge", m).all...)
}

// Reset forgets what was added.
func (e *MedianAbsoluteError) Reset() { e.all = nil }
