package op

import (
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/tensor"
)

// ConvTransposeConfig is the geometry of a transposed convolution: that of the convolution whose gradient it is.
type ConvTransposeConfig struct {
	ConvConfig
	OutputPad  int   // positions more behind, of those that the convolution's stride leaves open; less than the stride
	OutputPads []int // if not nil, those of each spatial axis
}

// ConvTranspose spreads every element of x over the weight's window, and adds what falls on one place. It is the
// gradient of [Conv] with respect to its input, and so maps small images to large ones.
//
//	x [n c h w], w [c out/groups kh kw], b [out] or nil → y [n out h′ w′]
//	y[n, o, i·stride + a·dilation − pad, j·stride + b·dilation − pad] += x[n, c, i, j] · w[c, o, a, b]
//	h′ = (h − 1)·stride − 2·pad + (kh − 1)·dilation + 1 + outputPad
//
// The channels of x come first in the weight, as in PyTorch. The result lies channels-last in memory. It panics with a
// [tensor.Error] if the shapes do not fit.
//
// Zeiler, Krishnan, Taylor and Fergus, Deconvolutional Networks, 2010; Dumoulin and Visin, A guide to convolution
// arithmetic for deep learning, 2016 (arXiv:1603.07285), section 4.
func ConvTranspose(x, w, b *tensor.Tensor, c ConvTransposeConfig) *tensor.Tensor {
	g, shape := convTransposeWindow(x, w, b, c)
	y := convolveInput(x, w, shape, &g)
	if b != nil {
		y = y.Add(channels(b, x.Rank()))
	}
	return y
}

// convTransposeWindow checks the shapes, and returns the geometry of the convolution and the shape of y.
func convTransposeWindow(x, w, b *tensor.Tensor, c ConvTransposeConfig) (device.Window, []int) {
	const op = "ConvTranspose"
	checkFloat(op, x)
	checkType(op, "weight", w, x)
	axes := x.Rank() - 2
	if axes < 1 || axes > 3 {
		panic(tensor.Errorf(op, "shape %v is not [n c …] with 1 to 3 spatial axes", x))
	}
	g := device.Window{Axes: axes, Groups: max(c.Groups, 1)}
	if w.Rank() != x.Rank() || w.Dim(0) != x.Dim(1) {
		panic(tensor.Errorf(op, "weight %v does not fit the channels and spatial axes of %v", w, x))
	}
	if x.Dim(1)%g.Groups != 0 {
		panic(tensor.Errorf(op, "the %d channels of %v do not divide into %d groups", x.Dim(1), x, g.Groups))
	}
	if c.Axes != nil && len(c.Axes) != axes || c.OutputPads != nil && len(c.OutputPads) != axes {
		panic(tensor.Errorf(op, "%d axes and %d output pads for the %d spatial axes of %v", len(c.Axes), len(c.OutputPads), axes, x))
	}
	checkVector(op, "bias", b, w.Dim(1)*g.Groups, "the outputs", w)
	checkType(op, "bias", b, x)
	shape := []int{x.Dim(0), w.Dim(1) * g.Groups}
	for k := range axes {
		a, extra := WindowAxis{Stride: c.Stride, Dilation: c.Dilation, Pad: [2]int{c.Pad, c.Pad}}, c.OutputPad
		if c.Axes != nil {
			a = c.Axes[k]
		}
		if c.OutputPads != nil {
			extra = c.OutputPads[k]
		}
		g.Size[k], g.Stride[k], g.Dilation[k], g.Pad[k] = w.Dim(2+k), max(a.Stride, 1), max(a.Dilation, 1), a.Pad
		n := (x.Dim(2+k)-1)*g.Stride[k] - a.Pad[0] - a.Pad[1] + (g.Size[k]-1)*g.Dilation[k] + 1 + extra
		if a.Stride < 0 || a.Dilation < 0 || a.Pad[0] < 0 || a.Pad[1] < 0 || g.Size[k] < 1 || extra < 0 || extra >= g.Stride[k] || n < 1 {
			panic(tensor.Errorf(op, "size %d, stride %d, dilation %d, pad %v and output pad %d make %d of spatial axis %d of %v",
				g.Size[k], g.Stride[k], g.Dilation[k], a.Pad[:], extra, n, k, x))
		}
		shape = append(shape, n)
	}
	return g, shape
}
