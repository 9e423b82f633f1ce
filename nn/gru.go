package nn

import (
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// GRU is gated recurrent units over sequences, in one layer or more.
//
//	x [n t in] → y [n t h], or [n t 2h] in both directions
//
// See [op.GRU].
type GRU struct{ Recurrent }

// NewGRU returns a layer with all parameters uniform in ±1/√hidden, as in PyTorch.
func NewGRU(r *rng.Rand, in, hidden int, c RecurrentConfig) *GRU {
	l := new(GRU)
	l.init(r, 3, in, hidden, c)
	return l
}

// Forward returns the hidden states of all steps, from a state of zeros.
func (l *GRU) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	y, _, _ := l.run(p, x, nil, RecurrentState{}, gru)
	return y
}

// Run is [GRU.Forward] from a state, over sequences of their own lengths [n], nil for those that end with x. It returns
// also the state in which the next part of the sequences begins. See [op.GRUPacked].
func (l *GRU) Run(p *Pass, x, lengths *tensor.Tensor, from RecurrentState) (y *tensor.Tensor, last RecurrentState) {
	y, hidden, _ := l.run(p, x, lengths, from, gru)
	return y, RecurrentState{Hidden: tensor.Stack(0, hidden...)}
}

// Continue runs the first layer's forward direction over x [n t in] from a hidden state, nil for zeros; the last of the hidden
// states that it returns continues the sequence.
func (l *GRU) Continue(p *Pass, x, hidden *tensor.Tensor) *tensor.Tensor {
	return op.GRU(x, l.weights(p, false), hidden)
}
