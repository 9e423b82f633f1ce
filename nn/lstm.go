package nn

import (
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// LSTM is long short-term memory over sequences, in one layer or more.
//
//	x [n t in] → y [n t h], or [n t 2h] in both directions
//
// With a projection to p, y has p numbers in place of h. See [op.LSTM].
type LSTM struct{ Recurrent }

// NewLSTM returns a layer with all parameters uniform in ±1/√hidden, as in PyTorch.
func NewLSTM(r *rng.Rand, in, hidden int, c RecurrentConfig) *LSTM {
	l := new(LSTM)
	l.init(r, 4, in, hidden, c)
	return l
}

// Forward returns the hidden states of all steps, from a state of zeros.
func (l *LSTM) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	y, _, _ := l.run(p, x, nil, RecurrentState{}, lstm)
	return y
}

// Run is [LSTM.Forward] from a state, over sequences of their own lengths [n], nil for those that end with x. It returns
// also the state in which the next part of the sequences begins. See [op.LSTMPacked].
func (l *LSTM) Run(p *Pass, x, lengths *tensor.Tensor, from RecurrentState) (y *tensor.Tensor, last RecurrentState) {
	y, hidden, cells := l.run(p, x, lengths, from, lstm)
	return y, RecurrentState{Hidden: tensor.Stack(0, hidden...), Cell: tensor.Stack(0, cells...)}
}

// Continue runs the first layer's forward direction over x [n t in] from a hidden state and a cell, nil for zeros, and returns
// the hidden states of all steps and the last cell: the last of the former and the latter continue the sequence.
func (l *LSTM) Continue(p *Pass, x, hidden, cell *tensor.Tensor) (y, last *tensor.Tensor) {
	w := l.weights(p, false)
	return op.LSTM(p.like(w.WeightIn, x), w, hidden, cell)
}
