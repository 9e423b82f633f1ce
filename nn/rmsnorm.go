package nn

import (
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// RMSNorm scales the last axis to a mean square of 1. See [op.RMSNorm].
type RMSNorm struct {
	Gain tensor.Param `nn:"weight"` // [d]
	Eps  float64
}

// NewRMSNorm returns a layer for a last axis of length d, with gain 1 and ε 1e-6.
func NewRMSNorm(d int) *RMSNorm {
	l := &RMSNorm{Eps: 1e-6}
	l.Gain.Value = tensor.Ones(d)
	return l
}

// Forward returns x normalized.
func (l *RMSNorm) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	return op.RMSNorm(x, p.Use(&l.Gain), l.Eps)
}
