package metric

import (
	"math"

	"github.com/jimu-ml/jimu/tensor"
)

// moments are the means and the sums of squares around them of predictions x, targets y and their differences, for each
// column: exact whatever the means are (Chan, Golub and LeVeque, Algorithms for computing the sample variance, 1983).
type moments struct{ of []moment }

type moment struct {
	n             float64
	x, y, d       float64 // means; d of y − x
	xx, yy, dd    float64 // sums of squares around them
	xy            float64 // sum of products around them
	lowest, above float64 // the least and the largest y
}

// add counts the rows of predictions and targets [n] or [… d].
func (m *moments) add(op string, prediction, target *tensor.Tensor) {
	x, y := pairs(op, prediction, target)
	d := columns(prediction)
	m.grow(op, d)
	for i := range x {
		m.of[i%d].merge(moment{n: 1, x: x[i], y: y[i], d: y[i] - x[i], lowest: y[i], above: y[i]})
	}
}

func (m *moments) grow(op string, d int) {
	if m.of == nil {
		m.of = make([]moment, d)
	}
	if len(m.of) != d {
		panic(tensor.Errorf(op, "predictions of %d columns after some of %d", d, len(m.of)))
	}
}

func (m *moment) merge(b moment) {
	if b.n == 0 {
		return
	}
	if m.n == 0 {
		*m = b
		return
	}
	n := m.n + b.n
	share, w := b.n/n, m.n*b.n/n
	x, y, d := b.x-m.x, b.y-m.y, b.d-m.d
	m.xx += b.xx + x*x*w
	m.yy += b.yy + y*y*w
	m.dd += b.dd + d*d*w
	m.xy += b.xy + x*y*w
	m.x += x * share
	m.y += y * share
	m.d += d * share
	m.lowest, m.above = min(m.lowest, b.lowest), max(m.above, b.above)
	m.n = n
}

// residual returns Σ (y − x)².
func (m *moment) residual() float64 { return m.dd + m.n*m.d*m.d }

func (m *moments) merge(op string, b moments) {
	if b.of == nil {
		return
	}
	m.grow(op, len(b.of))
	for i := range b.of {
		m.of[i].merge(b.of[i])
	}
}

// each returns f of each column.
func (m *moments) each(f func(c *moment) float64) []float64 {
	all := make([]float64, len(m.of))
	for i := range m.of {
		all[i] = f(&m.of[i])
	}
	return all
}

// Reset forgets what was added.
func (m *moments) Reset() { m.of = nil }

// average returns the mean of values, NaN of none.
func average(v []float64) float64 {
	sum := 0.
	for _, v := range v {
		sum += v
	}
	if len(v) == 0 {
		return math.NaN()
	}
	return sum / float64(len(v))
}
