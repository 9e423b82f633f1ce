package nn

import (
	"slices"

	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// ConvTransposeConfig is the geometry of a transposed convolution layer: that of the convolution whose gradient it is.
type ConvTransposeConfig struct {
	ConvConfig
	OutputPad  int   // positions more behind, of those that the stride leaves open; less than the stride
	OutputPads []int // if not nil, those of each spatial axis
}

// ConvTranspose2d spreads every element over a window of two spatial axes, and so maps small images to large ones.
//
//	x [n in h w] → y [n out h′ w′]
//
// See [op.ConvTranspose].
type ConvTranspose2d struct {
	Weight tensor.Param // [in out/groups kh kw]
	Bias   tensor.Param // [out], or without value
	Config op.ConvTransposeConfig
}

// NewConvTranspose2d returns a layer with a square window and with weight and bias uniform in ±1/√(out/groups · kh · kw), as in
// PyTorch. It panics with a [tensor.Error] if the groups do not divide the channels.
func NewConvTranspose2d(r *rng.Rand, in, out, size int, c ConvTransposeConfig) *ConvTranspose2d {
	return newConvTranspose(r, in, out, []int{size, size}, c)
}

// Forward returns the transposed convolution of x.
func (l *ConvTranspose2d) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	w := p.UseFull(&l.Weight)
	return op.ConvTranspose(p.like(w, x), w, p.UseFull(&l.Bias), l.Config)
}

// ConvTranspose1d is [ConvTranspose2d] over one spatial axis, [n in t].
type ConvTranspose1d ConvTranspose2d

// NewConvTranspose1d returns a layer; see [NewConvTranspose2d].
func NewConvTranspose1d(r *rng.Rand, in, out, size int, c ConvTransposeConfig) *ConvTranspose1d {
	return (*ConvTranspose1d)(newConvTranspose(r, in, out, []int{size}, c))
}

// Forward returns the transposed convolution of x.
func (l *ConvTranspose1d) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	return (*ConvTranspose2d)(l).Forward(p, x)
}

// ConvTranspose3d is [ConvTranspose2d] over three spatial axes, [n in d h w].
type ConvTranspose3d ConvTranspose2d

// NewConvTranspose3d returns a layer; see [NewConvTranspose2d].
func NewConvTranspose3d(r *rng.Rand, in, out, size int, c ConvTransposeConfig) *ConvTranspose3d {
	return (*ConvTranspose3d)(newConvTranspose(r, in, out, []int{size, size, size}, c))
}

// Forward returns the transposed convolution of x.
func (l *ConvTranspose3d) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	return (*ConvTranspose2d)(l).Forward(p, x)
}

func newConvTranspose(r *rng.Rand, in, out int, size []int, c ConvTransposeConfig) *ConvTranspose2d {
	groups := max(c.Groups, 1)
	if in%groups != 0 || out%groups != 0 {
		panic(tensor.Errorf("ConvTranspose", "%d groups do not divide %d channels into %d", groups, in, out))
	}
	if c.Axes != nil && len(c.Axes) != len(size) {
		panic(tensor.Errorf("ConvTranspose", "a window of %d axes for a convolution of %d", len(c.Axes), len(size)))
	}
	for k, a := range c.Axes {
		if a.Size > 0 {
			size[k] = a.Size
		}
	}
	l := &ConvTranspose2d{Config: op.ConvTransposeConfig{
		ConvConfig: op.ConvConfig{
			Stride: c.Stride, Pad: c.Pad, Dilation: c.Dilation, Groups: c.Groups, Axes: slices.Clone(c.Axes),
		},
		OutputPad: c.OutputPad, OutputPads: slices.Clone(c.OutputPads),
	}}
	shape := append([]int{in, out / groups}, size...)
	fan, _ := Fans(shape)
	l.Weight.Value = fanIn(fan)(r.Next(), shape...)
	if !c.NoBias {
		l.Bias.Value = fanIn(fan)(r.Next(), out)
	}
	return l
}
