package keras

import (
	"slices"

	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// convolution is Conv1D to Conv3D and, with as many groups as channels, DepthwiseConv1D and 2D.
//
//	x [n … in] → y [n … filters]    kernel [… in/groups filters], or [… in multiplier]
type convolution struct {
	Weight     tensor.Param // [filters in/groups …]
	Bias       tensor.Param // [filters], or without value
	window     window
	filters    int
	groups     int
	multiplier int // of a depthwise one: results of each channel; 0: it is none
	bias       bool
	activation activation
}

func conv(n int) func(h *hyper) layer {
	return func(h *hyper) layer {
		l := &convolution{window: newWindow(h, "kernel_size", n), filters: h.count("filters"), groups: max(h.int("groups", 1), 1)}
		l.bias, l.activation = h.bool("use_bias", true), h.activation("activation")
		return l
	}
}

func depthwise(n int) func(h *hyper) layer {
	return func(h *hyper) layer {
		l := &convolution{}
		l.depthwise(h, n)
		l.bias, l.activation = h.bool("use_bias", true), h.activation("activation")
		return l
	}
}

func (l *convolution) depthwise(h *hyper, n int) {
	l.window, l.multiplier = newWindow(h, "kernel_size", n), max(h.int("depth_multiplier", 1), 1)
}

func (l *convolution) build(r *rng.Rand, in [][]int) {
	c := channels(in, l.window.channelsFirst)
	bounded("Conv", c, max(l.multiplier, 1))
	if l.multiplier > 0 {
		l.groups, l.filters = c, c*l.multiplier
	}
	if c%l.groups != 0 || l.filters%l.groups != 0 {
		panic(tensor.Errorf("Conv", "%d groups do not divide %d channels into %d", l.groups, c, l.filters))
	}
	fresh(&l.Weight, nn.XavierUniform(1), r, append([]int{l.filters, c / l.groups}, l.window.size...)...)
	if l.bias {
		fresh(&l.Bias, nn.Constant(0), r, l.filters)
	}
}

func (l *convolution) forward(p *nn.Pass, in []value, _ call) []value {
	x := first(in[0].Tensor, l.window.channelsFirst)
	y := op.Conv(x, p.Use(&l.Weight), p.Use(&l.Bias), op.ConvConfig{Groups: l.groups, Axes: l.window.axes(x)})
	return []value{{Tensor: l.activation(behind(y, l.window.channelsFirst))}}
}

func (l *convolution) weights() []slot { return optional([]slot{l.kernel("kernel")}, "bias", &l.Bias) }

// kernel is the slot of the weight. A depthwise one is [… in multiplier] in Keras, and its results lie in the order of the
// channels that they are made of.
func (l *convolution) kernel(name string) slot {
	shape := l.Weight.Value.Shape()
	n := len(shape)
	s := slot{name: name, param: &l.Weight}
	if l.multiplier > 0 {
		s.shape = append(slices.Clone(shape[2:]), l.groups, l.multiplier)
		s.make = func(x *tensor.Tensor) *tensor.Tensor {
			return x.Reshape(append(slices.Clone(shape[2:]), l.filters, 1)...).MoveAxis(-1, 0).MoveAxis(-1, 0)
		}
		return s
	}
	s.shape = append(slices.Clone(shape[2:]), shape[1], shape[0])
	s.make = func(x *tensor.Tensor) *tensor.Tensor { return x.MoveAxis(n-2, 0).MoveAxis(n-1, 0) }
	return s
}

// separableConv is SeparableConv1D and 2D: a convolution of each channel alone, and one of each place alone.
type separableConv struct {
	Depth convolution
	Point convolution
}

func separable(n int) func(h *hyper) layer {
	return func(h *hyper) layer {
		l := &separableConv{}
		l.Depth.depthwise(h, n)
		l.Depth.activation = activations["linear"]
		ones := slices.Repeat([]int{1}, n)
		l.Point.window = window{size: ones, stride: ones, dilation: ones, padding: "valid", channelsFirst: l.Depth.window.channelsFirst}
		l.Point.filters, l.Point.groups = h.count("filters"), 1
		l.Point.bias, l.Point.activation = h.bool("use_bias", true), h.activation("activation")
		return l
	}
}

func (l *separableConv) build(r *rng.Rand, in [][]int) {
	l.Depth.build(r, in)
	shape := slices.Clone(in[0])
	if l.Depth.window.channelsFirst {
		shape[1] = l.Depth.filters
	} else {
		shape[len(shape)-1] = l.Depth.filters
	}
	l.Point.build(r, [][]int{shape})
}

func (l *separableConv) forward(p *nn.Pass, in []value, c call) []value {
	return l.Point.forward(p, l.Depth.forward(p, in, c), c)
}

func (l *separableConv) weights() []slot {
	return optional([]slot{l.Depth.kernel("depthwise_kernel"), l.Point.kernel("pointwise_kernel")}, "bias", &l.Point.Bias)
}

// transposed is Conv1DTranspose to Conv3DTranspose.
//
//	x [n … in] → y [n … filters]    kernel [… filters in]
type transposed struct {
	Weight     tensor.Param // [in filters …]
	Bias       tensor.Param // [filters], or without value
	window     window
	filters    int
	outputPad  []int // nil: as many as the stride gives
	bias       bool
	activation activation
}

func convTranspose(n int) func(h *hyper) layer {
	return func(h *hyper) layer {
		l := &transposed{window: newWindow(h, "kernel_size", n), filters: h.count("filters"), bias: h.bool("use_bias", true), activation: h.activation("activation")}
		if h.has("output_padding") {
			l.outputPad = h.ints("output_padding", n, 0)
		}
		return l
	}
}

func (l *transposed) build(r *rng.Rand, in [][]int) {
	fresh(&l.Weight, nn.XavierUniform(1), r, append([]int{channels(in, l.window.channelsFirst), l.filters}, l.window.size...)...)
	if l.bias {
		fresh(&l.Bias, nn.Constant(0), r, l.filters)
	}
}

// axes returns the geometry, and what is padded behind. Without output_padding, "same" gives as many elements as the
// stride times those that came in, and "valid" as many as the windows reach, but no fewer.
func (l *transposed) axes() (axes []op.WindowAxis, pads []int) {
	w := l.window
	for i := range w.size {
		a := op.WindowAxis{Stride: w.stride[i], Dilation: w.dilation[i]}
		reach := (w.size[i]-1)*w.dilation[i] + 1
		var more int
		switch {
		case w.padding == "same" && l.outputPad == nil:
			pad := max(reach-w.stride[i], 0)
			a.Pad, more = [2]int{pad / 2, pad - pad/2}, max(w.stride[i]-reach, 0)
		case l.outputPad == nil:
			more = max(w.stride[i]-reach, 0)
		case w.padding == "same":
			a.Pad, more = [2]int{reach / 2, reach / 2}, l.outputPad[i]
		default:
			more = l.outputPad[i]
		}
		axes, pads = append(axes, a), append(pads, more)
	}
	return axes, pads
}

func (l *transposed) forward(p *nn.Pass, in []value, _ call) []value {
	axes, pads := l.axes()
	y := op.ConvTranspose(first(in[0].Tensor, l.window.channelsFirst), p.Use(&l.Weight), p.Use(&l.Bias),
		op.ConvTransposeConfig{ConvConfig: op.ConvConfig{Axes: axes}, OutputPads: pads})
	return []value{{Tensor: l.activation(behind(y, l.window.channelsFirst))}}
}

func (l *transposed) weights() []slot {
	shape := l.Weight.Value.Shape()
	n := len(shape)
	return optional([]slot{{
		name: "kernel", param: &l.Weight, shape: append(slices.Clone(shape[2:]), shape[1], shape[0]),
		make: func(x *tensor.Tensor) *tensor.Tensor { return x.MoveAxis(n-2, 0).MoveAxis(n-1, 0) },
	}}, "bias", &l.Bias)
}
