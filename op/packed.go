package op

import "github.com/jimu-ml/jimu/tensor"

// LSTMPacked is [LSTM] over sequences of their own lengths. It returns the hidden states, and each sequence's last hidden
// state and cell.
//
//	x [n t in], lengths [n] of int64 or int32, hidden [n h] or nil, cell [n h] or nil → y [n t h], [n h], [n h]
//
// What stands behind a sequence's length changes nothing, whatever it is: there y is 0. In the backward direction each
// sequence begins with its own last step. This is what PyTorch has packed sequences for, without sorting or packing: the
// steps behind are computed as if the gates were shut, i = 0 and f = 1, so batches of like lengths cost least. It panics
// with a [tensor.Error] if the shapes do not fit, or if a length is not from 1 to t.
func LSTMPacked(x, lengths *tensor.Tensor, w Recurrence, hidden, cell *tensor.Tensor) (y, lastHidden, lastCell *tensor.Tensor) {
	w.check("LSTM", 4, x, hidden, cell)
	return packed("LSTMPacked", x, lengths, w, func(x, padding *tensor.Tensor, w Recurrence) (y, last *tensor.Tensor) {
		const shut = 1e4 // σ(±shut) is 1 or 0 to the bit in every type
		h := w.units()
		column := tensor.Concat(0, x.FullLike(-shut, h, 1), x.FullLike(shut, h, 1), x.FullLike(0, 2*h, 1))
		w.WeightIn = tensor.Concat(1, w.WeightIn, column)
		return LSTM(tensor.Concat(2, x, padding), w, hidden, cell)
	})
}

// GRUPacked is [GRU] over sequences of their own lengths. It returns the hidden states, and each sequence's last.
//
//	x [n t in], lengths [n] of int64 or int32, hidden [n h] or nil → y [n t h], [n h]
//
// What stands behind a sequence's length changes nothing; there y is 0. See [LSTMPacked].
func GRUPacked(x, lengths *tensor.Tensor, w Recurrence, hidden *tensor.Tensor) (y, last *tensor.Tensor) {
	w.check("GRU", 3, x, hidden)
	y, last, _ = packed("GRUPacked", x, lengths, w, func(x, _ *tensor.Tensor, w Recurrence) (y, last *tensor.Tensor) {
		return GRU(x, w, hidden), nil
	})
	return y, last
}

// RNNPacked is [RNN] over sequences of their own lengths. It returns the hidden states, and each sequence's last.
//
//	x [n t in], lengths [n] of int64 or int32, hidden [n h] or nil → y [n t h], [n h]
//
// What stands behind a sequence's length changes nothing; there y is 0. See [LSTMPacked].
func RNNPacked(x, lengths *tensor.Tensor, w Recurrence, hidden *tensor.Tensor) (y, last *tensor.Tensor) {
	w.check("RNN", 1, x, hidden)
	y, last, _ = packed("RNNPacked", x, lengths, w, func(x, _ *tensor.Tensor, w Recurrence) (y, last *tensor.Tensor) {
		return RNN(x, w, hidden), nil
	})
	return y, last
}

// packed runs f from the first step of each sequence to the last, or the other way round. Its padding [n t 1] is 1 behind
// the sequences, where x is set to 0: what stands there may be NaN.
func packed(op string, x, lengths *tensor.Tensor, w Recurrence, f func(x, padding *tensor.Tensor, w Recurrence) (y, last *tensor.Tensor)) (y, hidden, last *tensor.Tensor) {
	lengths = sequenceLengths(op, x, lengths)
	mask := LengthMask(lengths, x.Dim(1)).Unsqueeze(2)
	x = tensor.Where(mask, x, x.FullLike(0))
	backward := w.Backward
	w.Backward = false
	if backward {
		x = ReverseSequence(x, lengths)
	}
	y, last = f(x, mask.Not().Cast(x.DType()), w)
	hidden = LastStep(y, lengths)
	y = tensor.Where(mask, y, y.FullLike(0))
	if backward {
		y = ReverseSequence(y, lengths)
	}
	return y, hidden, last
}
