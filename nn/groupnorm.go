package nn

import (
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// GroupNorm normalizes groups of channels of each example. See [op.GroupNorm].
type GroupNorm struct {
	Gain   tensor.Param `nn:"weight"` // [c]
	Bias   tensor.Param `nn:"bias"`   // [c]
	Groups int
	Eps    float64
}

// NewGroupNorm returns a layer for so many channels in so many groups, with gain 1, bias 0 and ε 1e-5.
func NewGroupNorm(channels, groups int) *GroupNorm {
	l := &GroupNorm{Groups: groups, Eps: 1e-5}
	l.Gain.Value, l.Bias.Value = tensor.Ones(channels), tensor.Zeros(channels)
	return l
}

// Forward returns x [n c …] normalized.
func (l *GroupNorm) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	return op.GroupNorm(x, l.Groups, p.Use(&l.Gain), p.Use(&l.Bias), l.Eps)
}
