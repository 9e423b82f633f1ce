package nn

import (
	"slices"

	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// ConvConfig is the geometry of a convolution layer. The zero value moves by 1, pads nothing, and has a bias.
type ConvConfig struct {
	Stride   int             // 0 means 1
	Pad      int             // zeros before and behind
	Dilation int             // distance between the weight's elements; 0 means 1
	Groups   int             // parts of the channels that do not see each other; 0 means 1
	NoBias   bool            // as before a normalization
	Axes     []op.WindowAxis // if not nil, size, stride, pad and dilation of each spatial axis, in place of those above
}

// Conv2d is a convolution over two spatial axes.
//
//	x [n in h w] → y [n out h′ w′]
//
// See [op.Conv].
type Conv2d struct {
	Weight tensor.Param // [out in/groups kh kw]
	Bias   tensor.Param // [out], or without value
	Config op.ConvConfig
}

// NewConv2d returns a layer with a square window and with weight and bias uniform in ±1/√(fan in), as in PyTorch. It
// panics with a [tensor.Error] if the groups do not divide the channels.
func NewConv2d(r *rng.Rand, in, out, size int, c ConvConfig) *Conv2d {
	return newConv(r, in, out, []int{size, size}, c)
}

// Forward returns the convolution of x.
func (l *Conv2d) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	w := p.UseFull(&l.Weight)
	return op.Conv(p.like(w, x), w, p.UseFull(&l.Bias), l.Config)
}

// Conv1d is [Conv2d] over one spatial axis, [n in t].
type Conv1d Conv2d

// NewConv1d returns a layer; see [NewConv2d].
func NewConv1d(r *rng.Rand, in, out, size int, c ConvConfig) *Conv1d {
	return (*Conv1d)(newConv(r, in, out, []int{size}, c))
}

// Forward returns the convolution of x.
func (l *Conv1d) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor { return (*Conv2d)(l).Forward(p, x) }

// Conv3d is [Conv2d] over three spatial axes, [n in d h w].
type Conv3d Conv2d

// NewConv3d returns a layer; see [NewConv2d].
func NewConv3d(r *rng.Rand, in, out, size int, c ConvConfig) *Conv3d {
	return (*Conv3d)(newConv(r, in, out, []int{size, size, size}, c))
}

// Forward returns the convolution of x.
func (l *Conv3d) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor { return (*Conv2d)(l).Forward(p, x) }

func newConv(r *rng.Rand, in, out int, size []int, c ConvConfig) *Conv2d {
	groups := max(c.Groups, 1)
	if in%groups != 0 || out%groups != 0 {
		panic(tensor.Errorf("Conv", "%d groups do not divide %d channels into %d", groups, in, out))
	}
	if c.Axes != nil && len(c.Axes) != len(size) {
		panic(tensor.Errorf("Conv", "a window of %d axes for a convolution of %d", len(c.Axes), len(size)))
	}
	for k, a := range c.Axes {
		if a.Size > 0 {
			size[k] = a.Size
		}
	}
	l := &Conv2d{Config: op.ConvConfig{
		Stride: c.Stride, Pad: c.Pad, Dilation: c.Dilation, Groups: c.Groups, Axes: slices.Clone(c.Axes),
	}}
	shape := append([]int{out, in / groups}, size...)
	fan, _ := Fans(shape)
	l.Weight.Value = fanIn(fan)(r.Next(), shape...)
	if !c.NoBias {
		l.Bias.Value = fanIn(fan)(r.Next(), out)
	}
	return l
}
