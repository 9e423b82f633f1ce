package nn

import (
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// RNN is a simple recurrent network over sequences, in one layer or more, with tanh or a rectifier.
//
//	x [n t in] → y [n t h], or [n t 2h] in both directions
//
// See [op.RNN].
type RNN struct{ Recurrent }

// NewRNN returns a layer with all parameters uniform in ±1/√hidden, as in PyTorch.
func NewRNN(r *rng.Rand, in, hidden int, c RecurrentConfig) *RNN {
	l := new(RNN)
	l.init(r, 1, in, hidden, c)
	return l
}

// Forward returns the hidden states of all steps, from a state of zeros.
func (l *RNN) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	y, _, _ := l.run(p, x, nil, RecurrentState{}, rnn)
	return y
}

// Run is [RNN.Forward] from a state, over sequences of their own lengths [n], nil for those that end with x. It returns
// also the state in which the next part of the sequences begins. See [op.RNNPacked].
func (l *RNN) Run(p *Pass, x, lengths *tensor.Tensor, from RecurrentState) (y *tensor.Tensor, last RecurrentState) {
	y, hidden, _ := l.run(p, x, lengths, from, rnn)
	return y, RecurrentState{Hidden: tensor.Stack(0, hidden...)}
}
