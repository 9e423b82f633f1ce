package nn

import (
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// LayerNorm normalizes the last axis. See [op.LayerNorm].
type LayerNorm struct {
	Gain tensor.Param `nn:"weight"` // [d]
	Bias tensor.Param `nn:"bias"`   // [d], or without value
	Eps  float64
}

// NewLayerNorm returns a layer for a last axis of length d, with gain 1, bias 0 and ε 1e-5.
func NewLayerNorm(d int) *LayerNorm {
	l := &LayerNorm{Eps: 1e-5}
	l.Gain.Value, l.Bias.Value = tensor.Ones(d), tensor.Zeros(d)
	return l
}

// Forward returns x normalized.
func (l *LayerNorm) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	return op.LayerNorm(x, p.UseFull(&l.Gain), p.UseFull(&l.Bias), l.Eps)
}
