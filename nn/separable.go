package nn

import (
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// DepthwiseConfig is the geometry of a depthwise convolution.
type DepthwiseConfig struct {
	Multiplier int // results for each channel; 0 means 1
	Stride     int // 0 means 1
	Pad        int // zeros before and behind
	Dilation   int // 0 means 1
	NoBias     bool
}

func (c DepthwiseConfig) conv(channels int) (ConvConfig, int) {
	return ConvConfig{Stride: c.Stride, Pad: c.Pad, Dilation: c.Dilation, Groups: channels, NoBias: c.NoBias}, channels * max(1, c.Multiplier)
}

// DepthwiseConv2d is a convolution that keeps the channels apart: a [Conv2d] with a group for each.
//
//	x [n c h w] → y [n c·multiplier h′ w′]
//
// Channel i of x makes the channels from i·multiplier on.
type DepthwiseConv2d struct{ *Conv2d }

// NewDepthwiseConv2d returns a layer; see [NewConv2d].
func NewDepthwiseConv2d(r *rng.Rand, channels, size int, c DepthwiseConfig) *DepthwiseConv2d {
	conv, out := c.conv(channels)
	return &DepthwiseConv2d{NewConv2d(r, channels, out, size, conv)}
}

// Forward returns the convolution of x.
func (l *DepthwiseConv2d) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	return l.Conv2d.Forward(p, x)
}

// DepthwiseConv1d is [DepthwiseConv2d] over one spatial axis, [n c t].
type DepthwiseConv1d struct{ *Conv1d }

// NewDepthwiseConv1d returns a layer; see [NewConv2d].
func NewDepthwiseConv1d(r *rng.Rand, channels, size int, c DepthwiseConfig) *DepthwiseConv1d {
	conv, out := c.conv(channels)
	return &DepthwiseConv1d{NewConv1d(r, channels, out, size, conv)}
}

// Forward returns the convolution of x.
func (l *DepthwiseConv1d) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	return l.Conv1d.Forward(p, x)
}

// SeparableConv2d is a convolution in two steps: one over places that keeps the channels apart, and one over channels at each
// place. It takes about k² times less work than a [Conv2d] of window k.
//
//	x [n in h w] → y [n out h′ w′]
//
// The bias stands behind the second.
//
// Chollet, Xception: Deep Learning with Depthwise Separable Convolutions, 2016 (arXiv:1610.02357).
type SeparableConv2d struct{ Depthwise, Pointwise *Conv2d }

// NewSeparableConv2d returns a layer; the geometry is that of the first step. See [NewConv2d].
func NewSeparableConv2d(r *rng.Rand, in, out, size int, c DepthwiseConfig) *SeparableConv2d {
	conv, between := c.conv(in)
	conv.NoBias = true
	return &SeparableConv2d{NewConv2d(r, in, between, size, conv), NewConv2d(r, between, out, 1, ConvConfig{NoBias: c.NoBias})}
}

// Forward returns both convolutions of x.
func (l *SeparableConv2d) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	return l.Pointwise.Forward(p, l.Depthwise.Forward(p, x))
}

// SeparableConv1d is [SeparableConv2d] over one spatial axis, [n in t].
type SeparableConv1d struct{ Depthwise, Pointwise *Conv1d }

// NewSeparableConv1d returns a layer; the geometry is that of the first step. See [NewConv2d].
func NewSeparableConv1d(r *rng.Rand, in, out, size int, c DepthwiseConfig) *SeparableConv1d {
	conv, between := c.conv(in)
	conv.NoBias = true
	return &SeparableConv1d{NewConv1d(r, in, between, size, conv), NewConv1d(r, between, out, 1, ConvConfig{NoBias: c.NoBias})}
}

// Forward returns both convolutions of x.
func (l *SeparableConv1d) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	return l.Pointwise.Forward(p, l.Depthwise.Forward(p, x))
}
