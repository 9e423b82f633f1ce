package nn

import (
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// PReLU is the rectifier with a slope below 0 that is learned. See [op.Prelu].
type PReLU struct {
	Weight tensor.Param // [c] or [1]
}

// NewPReLU returns a layer with a slope for each of so many channels, or one for all if there is 1, of 0.25 as in the paper.
func NewPReLU(channels int) *PReLU {
	l := new(PReLU)
	l.Weight.Value = tensor.Full(0.25, channels)
	return l
}

// Forward returns x where it is positive, else w · x.
func (l *PReLU) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	w := p.Use(&l.Weight)
	return op.Prelu(p.like(w, x), w)
}

// RReLU is the rectifier with a random slope below 0 in training, and the mean slope in evaluation. See [op.Rrelu].
type RReLU struct {
	Lo, Hi float64 // of the slope; both 0 mean the paper's 1/8 and 1/3
	Key    rng.Key
}

// NewRReLU returns a layer with the paper's slopes.
func NewRReLU(r *rng.Rand) *RReLU { return &RReLU{Key: r.Next()} }

// Forward returns x where it is positive, else u · x.
func (l *RReLU) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	lo, hi := l.Lo, l.Hi
	if lo == 0 && hi == 0 {
		lo, hi = 1.0/8, 1.0/3
	}
	if !p.Training() {
		return op.LeakyRelu(x, (lo+hi)/2)
	}
	return op.Rrelu(x, lo, hi, p.Random(l.Key))
}

// Swish is x times the logistic function of β·x, for a β that is learned. See [op.Swish]; with β fixed at 1 it is [SiLU].
type Swish struct {
	Beta tensor.Param // [1]
}

// NewSwish returns a layer with β = 1.
func NewSwish() *Swish {
	l := new(Swish)
	l.Beta.Value = tensor.Ones(1)
	return l
}

// Forward returns x · σ(β·x).
func (l *Swish) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	beta := p.Use(&l.Beta)
	return op.Swish(p.like(beta, x), beta)
}
