package nn

import (
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// A recurrence is how one layer runs in one direction over x [n t in], whose sequences end at lengths or, without them,
// at t.
type recurrence func(x, lengths *tensor.Tensor, w op.Recurrence, hidden, cell *tensor.Tensor) (y, lastHidden, lastCell *tensor.Tensor)

// run runs the layers, each in its directions, and returns the states of the uppermost and the last of all.
func (l *Recurrent) run(p *Pass, x, lengths *tensor.Tensor, from RecurrentState, f recurrence) (y *tensor.Tensor, hidden, cells []*tensor.Tensor) {
	if l.TimeFirst {
		x = x.Transpose(0, 1)
	}
	x = p.like(p.UseFull(&l.WeightIn), x)
	for k, layer := range append([]*RecurrentLayer{&l.RecurrentLayer}, l.Upper...) {
		if k > 0 && l.Drop != nil {
			x = l.Drop.Forward(p, x)
		}
		var both []*tensor.Tensor
		for _, backward := range []bool{false, true} {
			if backward && layer.BackWeightIn.Value == nil {
				continue
			}
			w := layer.weights(p, backward)
			w.Relu = l.Relu
			y, h, c := f(x, lengths, w, at(from.Hidden, len(hidden)), at(from.Cell, len(hidden)))
			both, hidden, cells = append(both, y), append(hidden, h), append(cells, c)
		}
		x = both[0]
		if len(both) > 1 {
			x = tensor.Concat(-1, both...)
		}
	}
	if l.TimeFirst {
		x = x.Transpose(0, 1)
	}
	return x, hidden, cells
}

// at returns part k of a state, if there is one.
func at(state *tensor.Tensor, k int) *tensor.Tensor {
	if state == nil {
		return nil
	}
	return state.Select(0, k)
}

// end returns the last state of y [n t h].
func end(y *tensor.Tensor, w op.Recurrence) *tensor.Tensor {
	if w.Backward {
		return y.Select(1, 0)
	}
	return y.Select(1, -1)
}

func lstm(x, lengths *tensor.Tensor, w op.Recurrence, hidden, cell *tensor.Tensor) (y, lastHidden, lastCell *tensor.Tensor) {
	if lengths != nil {
		return op.LSTMPacked(x, lengths, w, hidden, cell)
	}
	y, lastCell = op.LSTM(x, w, hidden, cell)
	return y, end(y, w), lastCell
}

func gru(x, lengths *tensor.Tensor, w op.Recurrence, hidden, _ *tensor.Tensor) (y, lastHidden, lastCell *tensor.Tensor) {
	if lengths != nil {
		y, lastHidden = op.GRUPacked(x, lengths, w, hidden)
		return y, lastHidden, nil
	}
	y = op.GRU(x, w, hidden)
	return y, end(y, w), nil
}

func rnn(x, lengths *tensor.Tensor, w op.Recurrence, hidden, _ *tensor.Tensor) (y, lastHidden, lastCell *tensor.Tensor) {
	if lengths != nil {
		y, lastHidden = op.RNNPacked(x, lengths, w, hidden)
		return y, lastHidden, nil
	}
	y = op.RNN(x, w, hidden)
	return y, end(y, w), nil
}
