package nn

import (
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// FeedForward is two maps of each token with an activation between. Its parameters have the names they have in PyTorch's
// Transformers.
//
//	x [… d] → y [… d]
//	y = f(x W₁ᵀ + b₁) W₂ᵀ + b₂     with an inner width of hidden
//
// Vaswani and others, Attention Is All You Need, 2017 (arXiv:1706.03762), equation 2.
type FeedForward struct {
	Linear1    Layer // to hidden: a [Linear], or what stands for one
	Activation Layer
	Linear2    Layer    // back to d
	Drop       *Dropout `nn:"-"` // behind the activation; nil drops nothing
}

// NewFeedForward returns a layer of that width; a hidden of 0 means four times as many, and an activation of nil [ReLU].
func NewFeedForward(r *rng.Rand, width, hidden int, activation Layer) *FeedForward {
	if hidden == 0 {
		hidden = 4 * width
	}
	if activation == nil {
		activation = ReLU{}
	}
	return &FeedForward{Linear1: NewLinear(r, width, hidden), Activation: activation, Linear2: NewLinear(r, hidden, width)}
}

// Forward returns the maps of x.
func (l *FeedForward) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	return l.Linear2.Forward(p, dropped(p, l.Drop, l.Activation.Forward(p, l.Linear1.Forward(p, x))))
}

// dropped returns x with elements dropped, if there is such a layer.
func dropped(p *Pass, drop *Dropout, x *tensor.Tensor) *tensor.Tensor {
	if drop == nil {
		return x
	}
	return drop.Forward(p, x)
}
