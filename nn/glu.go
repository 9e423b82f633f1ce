package nn

import (
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// GLU halves an axis, and gates the first half by the logistic function of the second. See [op.Glu].
type GLU struct {
	Axis int // 0 means the last
}

// Forward returns a · σ(b), x = [a b].
func (l GLU) Forward(_ *Pass, x *tensor.Tensor) *tensor.Tensor { return op.Glu(x, orLast(l.Axis)) }

// GEGLU is [GLU] with GELU. See [op.Geglu].
type GEGLU struct {
	Axis int // 0 means the last
}

// Forward returns a · gelu(b), x = [a b].
func (l GEGLU) Forward(_ *Pass, x *tensor.Tensor) *tensor.Tensor { return op.Geglu(x, orLast(l.Axis)) }

// ReGLU is [GLU] with the rectifier. See [op.Reglu].
type ReGLU struct {
	Axis int // 0 means the last
}

// Forward returns a · max(b, 0), x = [a b].
func (l ReGLU) Forward(_ *Pass, x *tensor.Tensor) *tensor.Tensor { return op.Reglu(x, orLast(l.Axis)) }

// SwiGLU is [GLU] with SiLU. See [op.Swiglu].
type SwiGLU struct {
	Axis int // 0 means the last
}

// Forward returns a · silu(b), x = [a b].
func (l SwiGLU) Forward(_ *Pass, x *tensor.Tensor) *tensor.Tensor {
	return op.Swiglu(x, orLast(l.Axis))
}

// Maxout is the largest of several affine maps, for each output by itself.
//
//	x [… in] → y [… out]
//	y[o] = max over k of w[o·pieces + k]·x + b[o·pieces + k]
//
// See [op.Maxout].
type Maxout struct {
	Weight tensor.Param // [out·pieces in]
	Bias   tensor.Param // [out·pieces]
	Pieces int
}

// NewMaxout returns a layer of that many maps an output, uniform as in [NewLinear].
func NewMaxout(r *rng.Rand, in, out, pieces int) *Maxout {
	l := &Maxout{Pieces: pieces}
	l.Weight.Value = fanIn(in)(r.Next(), out*pieces, in)
	l.Bias.Value = fanIn(in)(r.Next(), out*pieces)
	return l
}

// Forward returns the largest.
func (l *Maxout) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	w := p.Use(&l.Weight)
	return op.Maxout(op.Linear(p.like(w, x), w, p.Use(&l.Bias)), l.Pieces, -1)
}
