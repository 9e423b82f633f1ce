package nn

import (
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// RecurrentCell holds the parameters of one step of a recurrence, with PyTorch's names.
type RecurrentCell struct {
	WeightIn     tensor.Param `nn:"weight_ih"` // [gates·h in]
	WeightHidden tensor.Param `nn:"weight_hh"` // [gates·h h]
	BiasIn       tensor.Param `nn:"bias_ih"`   // [gates·h], or without value
	BiasHidden   tensor.Param `nn:"bias_hh"`   // [gates·h], or without value
}

// init draws all parameters uniformly from ±1/√hidden, as in PyTorch.
func (l *RecurrentCell) init(r *rng.Rand, gates, in, hidden int) {
	from := fanIn(hidden)
	l.WeightIn.Value, l.WeightHidden.Value = from(r.Next(), gates*hidden, in), from(r.Next(), gates*hidden, hidden)
	l.BiasIn.Value, l.BiasHidden.Value = from(r.Next(), gates*hidden), from(r.Next(), gates*hidden)
}

// step returns x [n in] as a sequence of one step, and the weights.
func (l *RecurrentCell) step(p *Pass, x *tensor.Tensor) (*tensor.Tensor, op.Recurrence) {
	w := op.Recurrence{
		WeightIn: p.UseFull(&l.WeightIn), WeightHidden: p.UseFull(&l.WeightHidden),
		BiasIn: p.UseFull(&l.BiasIn), BiasHidden: p.UseFull(&l.BiasHidden),
	}
	if x.Rank() != 2 {
		panic(tensor.Errorf("RecurrentCell", "%v is not [n in]", x))
	}
	return p.like(w.WeightIn, x).Unsqueeze(1), w
}

// RNNCell is one step of a simple recurrent network, for loops of one's own.
//
//	x [n in], hidden [n h] → y [n h]
//
// y is the next hidden state. See [op.RNN].
type RNNCell struct {
	RecurrentCell
	Relu bool // rectify, and take no tanh
}

// NewRNNCell returns a cell with all parameters uniform in ±1/√hidden, as in PyTorch.
func NewRNNCell(r *rng.Rand, in, hidden int) *RNNCell {
	l := new(RNNCell)
	l.init(r, 1, in, hidden)
	return l
}

// Forward is [RNNCell.Step] from zeros.
func (l *RNNCell) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor { return l.Step(p, x, nil) }

// Step returns the next hidden state; nil stands for zeros.
func (l *RNNCell) Step(p *Pass, x, hidden *tensor.Tensor) *tensor.Tensor {
	x, w := l.step(p, x)
	w.Relu = l.Relu
	return op.RNN(x, w, hidden).Select(1, 0)
}

// LSTMCell is one step of long short-term memory, for loops of one's own.
//
//	x [n in], hidden [n h], cell [n h] → y [n h], next [n h]
//
// y is the next hidden state, next the next cell. See [op.LSTM].
type LSTMCell struct{ RecurrentCell }

// NewLSTMCell returns a cell with all parameters uniform in ±1/√hidden, as in PyTorch.
func NewLSTMCell(r *rng.Rand, in, hidden int) *LSTMCell {
	l := new(LSTMCell)
	l.init(r, 4, in, hidden)
	return l
}

// Forward is the hidden state of [LSTMCell.Step] from zeros.
func (l *LSTMCell) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	y, _ := l.Step(p, x, nil, nil)
	return y
}

// Step returns the next hidden state and cell; nil stands for zeros.
func (l *LSTMCell) Step(p *Pass, x, hidden, cell *tensor.Tensor) (y, next *tensor.Tensor) {
	x, w := l.step(p, x)
	y, next = op.LSTM(x, w, hidden, cell)
	return y.Select(1, 0), next
}

// GRUCell is one step of gated recurrent units, for loops of one's own.
//
//	x [n in], hidden [n h] → y [n h]
//
// y is the next hidden state. See [op.GRU].
type GRUCell struct{ RecurrentCell }

// NewGRUCell returns a cell with all parameters uniform in ±1/√hidden, as in PyTorch.
func NewGRUCell(r *rng.Rand, in, hidden int) *GRUCell {
	l := new(GRUCell)
	l.init(r, 3, in, hidden)
	return l
}

// Forward is [GRUCell.Step] from zeros.
func (l *GRUCell) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor { return l.Step(p, x, nil) }

// Step returns the next hidden state; nil stands for zeros.
func (l *GRUCell) Step(p *Pass, x, hidden *tensor.Tensor) *tensor.Tensor {
	x, w := l.step(p, x)
	return op.GRU(x, w, hidden).Select(1, 0)
}
