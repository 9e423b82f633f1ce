package nn

import (
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// LSTM is one layer of long short-term memory over sequences.
//
//	x [n t in] → y [n t h], or [n t 2h] in both directions
//
// More layers stand one after another in a [Sequential]. See [op.LSTM].
type LSTM struct{ Recurrent }

// NewLSTM returns a layer with all parameters uniform in ±1/√hidden, as in PyTorch.
func NewLSTM(r *rng.Rand, in, hidden int, c RecurrentConfig) *LSTM {
	l := new(LSTM)
	l.init(r, 4, in, hidden, c)
	return l
}

// Forward returns the hidden states of all steps, from a state of zeros.
func (l *LSTM) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	return l.forward(p, x, func(x *tensor.Tensor, w op.Recurrence) *tensor.Tensor {
		y, _ := op.LSTM(x, w, nil, nil)
		return y
	})
}

// Continue runs the layer's forward direction over x [n t in] from a hidden state and a cell, nil for zeros, and returns
// the hidden states of all steps and the last cell: the last of the former and the latter continue the sequence.
func (l *LSTM) Continue(p *Pass, x, hidden, cell *tensor.Tensor) (y, last *tensor.Tensor) {
	w := l.weights(p, false)
	return op.LSTM(p.like(w.WeightIn, x), w, hidden, cell)
}
