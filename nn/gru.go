package nn

import (
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// GRU is one layer of gated recurrent units over sequences.
//
//	x [n t in] → y [n t h], or [n t 2h] in both directions
//
// More layers stand one after another in a [Sequential]. See [op.GRU].
type GRU struct{ Recurrent }

// NewGRU returns a layer with all parameters uniform in ±1/√hidden, as in PyTorch.
func NewGRU(r *rng.Rand, in, hidden int, c RecurrentConfig) *GRU {
	l := new(GRU)
	l.init(r, 3, in, hidden, c)
	return l
}

// Forward returns the hidden states of all steps, from a state of zeros.
func (l *GRU) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	return l.forward(p, x, func(x *tensor.Tensor, w op.Recurrence) *tensor.Tensor { return op.GRU(x, w, nil) })
}

// Continue runs the layer's forward direction over x [n t in] from a hidden state, nil for zeros; the last of the hidden
// states that it returns continues the sequence.
func (l *GRU) Continue(p *Pass, x, hidden *tensor.Tensor) *tensor.Tensor {
	return op.GRU(x, l.weights(p, false), hidden)
}
