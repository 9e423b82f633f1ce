package op

import "github.com/jimu-ml/jimu/tensor"

// RNN runs a simple recurrent network over sequences. It returns the hidden states of all steps.
//
//	x [n t in], hidden [n h] or nil → y [n t h]; weights [h …]
//	y = tanh(W x + b + U y₋ + d)     or max(0, …), if w.Relu
//
// y₋ is that of the step before, at first hidden; nil means zeros. All steps of the input's part are one matrix product;
// the others follow step by step. It panics with a [tensor.Error] if the shapes do not fit.
//
// Elman, Finding Structure in Time, 1990.
func RNN(x *tensor.Tensor, w Recurrence, hidden *tensor.Tensor) *tensor.Tensor {
	w.check("RNN", 1, x, hidden)
	input, y := w.inputPart(x), w.initial(x, hidden)
	all := make([]*tensor.Tensor, x.Dim(1))
	for _, at := range w.times(x.Dim(1)) {
		y = input.Select(1, at).Add(Linear(y, w.WeightHidden, w.BiasHidden))
		if w.Relu {
			y = Relu(y)
		} else {
			y = y.Tanh()
		}
		all[at] = y
	}
	return tensor.Stack(1, all...)
}
