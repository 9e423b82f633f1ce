package nn

import (
	"slices"

	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// ConvLSTM is long short-term memory over sequences of images.
//
//	x [n t in h w] → y [n t f h w]
//
// See [op.ConvLSTM].
type ConvLSTM struct {
	WeightIn     tensor.Param `nn:"weight_ih"` // [4f in k k]
	WeightHidden tensor.Param `nn:"weight_hh"` // [4f f k k]
	Bias         tensor.Param // [4f], or without value
	Config       op.ConvConfig
}

// NewConvLSTM returns a layer with f channels in its state and the same odd window for input and state, whose size stays.
// All parameters are uniform in ±1/√(fan in). Axes in the Config give another number of spatial axes than 2, and other
// windows; a stride and a dilation are those of the input's convolution.
func NewConvLSTM(r *rng.Rand, in, f, size int, c ConvConfig) *ConvLSTM {
	window := []int{size, size}
	if c.Axes != nil {
		c.Axes = slices.Clone(c.Axes)
		window = slices.Repeat([]int{size}, len(c.Axes))
	} else {
		c.Axes = make([]op.WindowAxis, 2)
	}
	for k := range c.Axes {
		a := &c.Axes[k]
		if a.Size > 0 {
			window[k] = a.Size
		}
		a.Size, a.Stride, a.Dilation = window[k], max(a.Stride, c.Stride), max(a.Dilation, c.Dilation, 1)
		if a.Pad == [2]int{} {
			half := window[k] / 2 * a.Dilation
			a.Pad = [2]int{half, half}
		}
	}
	conv := newConv(r, in, 4*f, window, c)
	l := &ConvLSTM{Config: conv.Config}
	l.WeightIn.Value, l.Bias.Value = conv.Weight.Value, conv.Bias.Value
	l.WeightHidden.Value = fanIn(f*length(window))(r.Next(), append([]int{4 * f, f}, window...)...)
	return l
}

// Forward returns the hidden states of all steps, from a state of zeros.
func (l *ConvLSTM) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	y, _ := l.Continue(p, x, nil, nil)
	return y
}

// Continue is [ConvLSTM.Forward] from a hidden state and a cell, nil for zeros. It returns also the last cell: with the
// last of the hidden states it continues the sequence.
func (l *ConvLSTM) Continue(p *Pass, x, hidden, cell *tensor.Tensor) (y, last *tensor.Tensor) {
	w := op.ConvRecurrence{WeightIn: p.UseFull(&l.WeightIn), WeightHidden: p.UseFull(&l.WeightHidden), Bias: p.UseFull(&l.Bias)}
	return op.ConvLSTM(p.like(w.WeightIn, x), w, l.Config, hidden, cell)
}
