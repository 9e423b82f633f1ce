package language

import (
	"github.com/jimu-ml/jimu/metric"
	"github.com/jimu-ml/jimu/tensor"
)

// A judgement is a mean over pairs of answers of something that their loss predicts of each, [n 2]: see choosing.loss.
type judgement struct {
	name      string
	column    int
	of        func(v float64) float64
	sum, seen float64
}

// measures returns what pairs are judged by.
func measures() []metric.Metric {
	return []metric.Metric{
		&judgement{name: "preferred", of: positive},           // the right answer is likelier, token by token
		&judgement{name: "rewarded", column: 1, of: positive}, // it has become likelier than the other has
		&judgement{name: "margin", column: 1, of: func(v float64) float64 { return v }},
	}
}

func positive(v float64) float64 {
	if v > 0 {
		return 1
	}
	return 0
}

// Name returns its name.
func (m *judgement) Name() string { return m.name }

// Add counts pairs, of which the target says nothing.
func (m *judgement) Add(prediction, _ *tensor.Tensor) {
	all := tensor.Values[float64](prediction)
	for i := m.column; i < len(all); i += 2 {
		m.seen++
		m.sum += m.of(all[i])
	}
}

// Value returns the mean.
func (m *judgement) Value() float64 { return m.sum / m.seen }

// Merge adds what another has counted.
func (m *judgement) Merge(other metric.Metric) {
	o, ok := other.(*judgement)
	if !ok || o.name != m.name {
		panic(tensor.Errorf(m.name, "%T does not merge into it", other))
	}
	m.sum, m.seen = m.sum+o.sum, m.seen+o.seen
}

// Reset forgets what was counted.
func (m *judgement) Reset() { m.sum, m.seen = 0, 0 }
