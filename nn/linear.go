package nn

import (
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// Linear is an affine map of the last axis.
//
//	x [… in] → y [… out]
//	y = x wᵀ + b
//
// See [op.Linear].
type Linear struct {
	Weight tensor.Param // [out in]
	Bias   tensor.Param // [out], or without value
}

// NewLinear returns a layer with weight and bias uniform in ±1/√in, as in PyTorch.
func NewLinear(r *rng.Rand, in, out int) *Linear {
	l := NewLinearNoBias(r, in, out)
	l.Bias.Value = fanIn(in)(r.Next(), out)
	return l
}

// NewLinearNoBias returns a layer without bias.
func NewLinearNoBias(r *rng.Rand, in, out int) *Linear {
	l := new(Linear)
	l.Weight.Value = fanIn(in)(r.Next(), out, in)
	return l
}

// Forward returns the map of x.
func (l *Linear) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	w := p.Use(&l.Weight)
	return op.Linear(p.like(w, x), w, p.Use(&l.Bias))
}
