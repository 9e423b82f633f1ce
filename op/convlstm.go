package op

import "github.com/jimu-ml/jimu/tensor"

// ConvRecurrence holds the weights of a [ConvLSTM] with f channels in its state: the rows of one gate follow those of
// another, in the order i f g o.
type ConvRecurrence struct {
	WeightIn     *tensor.Tensor // [4f c k…]
	WeightHidden *tensor.Tensor // [4f f k…], of odd lengths k
	Bias         *tensor.Tensor // [4f], or nil
	Backward     bool           // begin with the last step
}

// ConvLSTM is an [LSTM] over sequences of images, whose maps are convolutions. It returns the hidden states of all steps
// and the last cell.
//
//	x [n t c h w], hidden [n f h′ w′] or nil, cell [n f h′ w′] or nil → y [n t f h′ w′], cell [n f h′ w′]
//	i, f, o = σ(W ∗ x + U ∗ y₋ + b)    g = tanh(W ∗ x + U ∗ y₋ + b)     each with its own rows of W, U, b
//	c = f·c₋ + i·g    y = o·tanh c
//
// There may be 1 to 3 spatial axes. The geometry c is that of W ∗ x; U ∗ y₋ moves by 1 and pads so that the size stays. As in
// Keras, and unlike in the paper, the gates do not see the cell. It panics with a [tensor.Error] if the shapes do not fit.
//
// Shi and others, Convolutional LSTM Network, 2015 (arXiv:1506.04214), equation 3.
func ConvLSTM(x *tensor.Tensor, w ConvRecurrence, c ConvConfig, hidden, cell *tensor.Tensor) (y, last *tensor.Tensor) {
	checkFloat("ConvLSTM", x)
	if x.Rank() < 4 || x.Rank() > 6 || x.Dim(1) == 0 || w.WeightHidden.Rank() != x.Rank()-1 || w.WeightHidden.Dim(0) != 4*w.WeightHidden.Dim(1) {
		panic(tensor.Errorf("ConvLSTM", "%v is not [n t c …] with t > 0 and 1 to 3 spatial axes, and hidden weight %v [4f f …]", x, w.WeightHidden))
	}
	keep := ConvConfig{Axes: make([]WindowAxis, x.Rank()-3)}
	for k := range keep.Axes {
		size := w.WeightHidden.Dim(2 + k)
		if size%2 == 0 {
			panic(tensor.Errorf("ConvLSTM", "hidden weight %v has an even window", w.WeightHidden))
		}
		keep.Axes[k].Pad = [2]int{size / 2, size / 2}
	}
	input := Conv(x.Flatten(0, 1), w.WeightIn, w.Bias, c)
	input = input.Reshape(append([]int{x.Dim(0), x.Dim(1)}, input.Shape()[1:]...)...)
	f := w.WeightHidden.Dim(1)
	state := append([]int{x.Dim(0), f}, input.Shape()[3:]...)
	hidden, cell = orZeros(x, hidden, state), orZeros(x, cell, state)
	r := Recurrence{WeightHidden: w.WeightHidden, Backward: w.Backward}
	all := make([]*tensor.Tensor, x.Dim(1))
	for _, at := range r.times(x.Dim(1)) {
		gates := input.Select(1, at).Add(Conv(hidden, w.WeightHidden, nil, keep)).Split(1, f, f, f, f)
		hidden, cell = r.longhandStep(gates, cell)
		all[at] = hidden
	}
	return tensor.Stack(1, all...), cell
}

// orZeros returns the initial state, or zeros of that shape.
func orZeros(x, state *tensor.Tensor, shape []int) *tensor.Tensor {
	if state == nil {
		return x.FullLike(0, shape...)
	}
	return state
}
