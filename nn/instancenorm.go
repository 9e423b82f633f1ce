package nn

import (
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// InstanceNorm normalizes each channel of each example of [n c …]. See [op.InstanceNorm].
//
// It does the same in training and in evaluation: there are no running averages, which PyTorch has on demand.
type InstanceNorm struct {
	Gain tensor.Param `nn:"weight"` // [c], or without value
	Bias tensor.Param `nn:"bias"`   // [c], or without value
	Eps  float64      // 0 means 1e-5
}

// NewInstanceNorm returns a layer for c channels, with gain 1 and bias 0. InstanceNorm{} has neither.
func NewInstanceNorm(c int) *InstanceNorm {
	l := new(InstanceNorm)
	l.Gain.Value, l.Bias.Value = tensor.Ones(c), tensor.Zeros(c)
	return l
}

// Forward returns x normalized.
func (l *InstanceNorm) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	gain := p.UseFull(&l.Gain)
	return op.InstanceNorm(p.like(gain, x), gain, p.UseFull(&l.Bias), orDefault(l.Eps, 1e-5)).Cast(x.DType())
}

// LocalResponseNorm divides each element by the energy of its neighbours in other channels. See [op.LocalResponseNorm].
type LocalResponseNorm op.LocalResponseConfig

// Forward returns x normalized.
func (l LocalResponseNorm) Forward(_ *Pass, x *tensor.Tensor) *tensor.Tensor {
	return op.LocalResponseNorm(x, op.LocalResponseConfig(l))
}

// UnitNorm scales vectors to length 1. See [op.UnitNorm].
type UnitNorm struct {
	Axis int     // 0 means the last
	Eps  float64 // 0 means 1e-12
}

// Forward returns x scaled.
func (l UnitNorm) Forward(_ *Pass, x *tensor.Tensor) *tensor.Tensor {
	return op.UnitNorm(x, orLast(l.Axis), orDefault(l.Eps, 1e-12))
}
