package language

import (
	"github.com/jimu-ml/jimu/metric"
	"github.com/jimu-ml/jimu/tensor"
)

// preferred is the share of pairs whose right answer a model finds likelier, token by token.
type preferred struct {
	right, seen float64
}

// Name returns its name.
func (m *preferred) Name() string { return "preferred" }

// Add counts pairs, of which the target says nothing.
func (m *preferred) Add(prediction, _ *tensor.Tensor) {
	for _, v := range tensor.Values[float64](prediction) {
		m.seen++
		if v > 0 {
			m.right++
		}
	}
}

// Value returns the share.
func (m *preferred) Value() float64 { return m.right / m.seen }

// Merge adds what another has counted.
func (m *preferred) Merge(other metric.Metric) {
	o, ok := other.(*preferred)
	if !ok {
		panic(tensor.Errorf("preferred", "%T does not merge into it", other))
	}
	m.right, m.seen = m.right+o.right, m.seen+o.seen
}

// Reset forgets what was counted.
func (m *preferred) Reset() { m.right, m.seen = 0, 0 }
