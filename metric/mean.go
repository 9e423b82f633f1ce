package metric

import (
	"math"

	"github.com/jimu-ml/jimu/tensor"
)

// mean is a sum and a count.
type mean struct {
	sum   float64
	count int
}

// add counts f of each prediction x and target y.
func (m *mean) add(op string, prediction, target *tensor.Tensor, f func(x, y float64) float64) {
	x, y := pairs(op, prediction, target)
	for i := range x {
		m.sum += f(x[i], y[i])
	}
	m.count += len(x)
}

// addRows counts f of each row of predictions and of targets, which lie on the last axis.
func (m *mean) addRows(op string, prediction, target *tensor.Tensor, f func(x, y []float64) float64) {
	x, y := pairs(op, prediction, target)
	d := 1
	if prediction.Rank() > 0 {
		d = prediction.Dim(-1)
	}
	for ; len(x) > 0; x, y = x[d:], y[d:] {
		m.sum += f(x[:d], y[:d])
		m.count++
	}
}

func (m *mean) one(v float64) { m.sum, m.count = m.sum+v, m.count+1 }

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

// orElse returns v, or a default for 0.
func orElse[T int | float64](v, otherwise T) T {
	if v == 0 {
		return otherwise
	}
	return v
}
