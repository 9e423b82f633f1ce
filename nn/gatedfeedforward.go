package nn

import (
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// GatedConfig says what a [GatedFeedForward] is like.
type GatedConfig struct {
	Activation Layer // of the gate; nil means SiLU
	Dropout    float64
}

// GatedFeedForward is [FeedForward] with a gate inside. With SiLU it is the SwiGLU of LLaMA, with GELU GEGLU, with ReLU ReGLU, with
// Sigmoid GLU.
//
//	x [… d] → y [… d]
//	y = W₂ (f(Vx) · W₁x)
//
// It has no biases, as in the paper. A hidden width of two thirds makes it as large as a FeedForward.
//
// Shazeer, GLU Variants Improve Transformer, 2020 (arXiv:2002.05202), equation 6.
type GatedFeedForward struct {
	Gate       *Linear // V, to hidden
	Up         *Linear // W₁, to hidden
	Activation Layer
	Down       *Linear  // W₂, to d
	Drop       *Dropout `nn:"-"` // behind the gate; nil drops nothing
}

// NewGatedFeedForward returns a layer of that width, and that width inside.
func NewGatedFeedForward(r *rng.Rand, width, hidden int, c GatedConfig) *GatedFeedForward {
	l := &GatedFeedForward{
		Gate: NewLinearNoBias(r, width, hidden), Up: NewLinearNoBias(r, width, hidden), Activation: c.Activation,
		Down: NewLinearNoBias(r, hidden, width),
	}
	if l.Activation == nil {
		l.Activation = SiLU{}
	}
	if c.Dropout > 0 {
		l.Drop = NewDropout(r, c.Dropout)
	}
	return l
}

// Forward returns the maps of x.
func (l *GatedFeedForward) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	h := l.Activation.Forward(p, l.Gate.Forward(p, x)).Mul(l.Up.Forward(p, x))
	return l.Down.Forward(p, dropped(p, l.Drop, h))
}
