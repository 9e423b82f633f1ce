package metric

import (
	"math"

	"github.com/jimu-ml/jimu/tensor"
)

// Mean is the mean of all numbers that are added, such as losses; the second tensor holds their weights, nil for 1 each.
type Mean struct {
	sum, weight float64
}

// Name returns "mean".
func (a *Mean) Name() string { return "mean" }

// Add counts numbers and, if they are not nil, their weights in the same shape.
func (a *Mean) Add(values, weights *tensor.Tensor) {
	weighted("Mean", values, weights, func(v, w float64) { a.sum, a.weight = a.sum+v*w, a.weight+w })
}

// Value returns the mean.
func (a *Mean) Value() float64 { return a.sum / a.weight }

// Merge adds what another Mean has counted.
func (a *Mean) Merge(m Metric) {
	b := same[*Mean]("Mean.Merge", m)
	a.sum, a.weight = a.sum+b.sum, a.weight+b.weight
}

// Reset forgets what was added.
func (a *Mean) Reset() { *a = Mean{} }

// weighted calls f with each number and its weight.
func weighted(op string, values, weights *tensor.Tensor, f func(v, w float64)) {
	if weights == nil {
		for _, v := range tensor.Values[float64](values.Detach()) {
			f(v, 1)
		}
		return
	}
	x, w := pairs(op, values, weights)
	for i := range x {
		f(x[i], w[i])
	}
}

// Sum is the sum of all numbers that are added; the second tensor holds their weights, nil for 1 each.
type Sum struct {
	of   float64
	some bool
}

// Name returns "sum".
func (s *Sum) Name() string { return "sum" }

// Add counts numbers and, if they are not nil, their weights in the same shape.
func (s *Sum) Add(values, weights *tensor.Tensor) {
	weighted("Sum", values, weights, func(v, w float64) { s.of, s.some = s.of+v*w, true })
}

// Value returns the sum.
func (s *Sum) Value() float64 {
	if !s.some {
		return math.NaN()
	}
	return s.of
}

// Merge adds what another Sum has counted.
func (s *Sum) Merge(m Metric) {
	b := same[*Sum]("Sum.Merge", m)
	s.of, s.some = s.of+b.of, s.some || b.some
}

// Reset forgets what was added.
func (s *Sum) Reset() { *s = Sum{} }

// Max is the largest of the numbers that are added, NaN if one of them is. The second tensor is not looked at and may be nil.
type Max struct{ most extreme }

// Name returns "max".
func (m *Max) Name() string { return "max" }

// Add counts numbers.
func (m *Max) Add(values, _ *tensor.Tensor) {
	for _, v := range tensor.Values[float64](values.Detach()) {
		m.most.add(v)
	}
}

// Value returns the largest.
func (m *Max) Value() float64 { return m.most.value() }

// Merge adds what another Max has seen.
func (m *Max) Merge(b Metric) { m.most.merge(same[*Max]("Max.Merge", b).most) }

// Reset forgets what was added.
func (m *Max) Reset() { *m = Max{} }

// Min is the least of the numbers that are added, NaN if one of them is. The second tensor is not looked at and may be nil.
type Min struct{ most extreme } // of the negatives

// Name returns "min".
func (m *Min) Name() string { return "min" }

// Add counts numbers.
func (m *Min) Add(values, _ *tensor.Tensor) {
	for _, v := range tensor.Values[float64](values.Detach()) {
		m.most.add(-v)
	}
}

// Value returns the least.
func (m *Min) Value() float64 { return -m.most.value() }

// Merge adds what another Min has seen.
func (m *Min) Merge(b Metric) { m.most.merge(same[*Min]("Min.Merge", b).most) }

// Reset forgets what was added.
func (m *Min) Reset() { *m = Min{} }
