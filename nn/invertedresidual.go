package nn

import (
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// InvertedResidual is MobileNetV2's block: few channels between the blocks, many inside, and a convolution that keeps them apart.
//
//	x [n in h w] → y [n out h′ w′]
//	y = norm(conv1×1(r(norm(depthwise3×3(r(norm(conv1×1(x))))))))     r: ReLU6
//
// x is added where it has the shape of y. Nothing bends behind the last convolution: with few channels that would lose too much.
//
// Sandler, Howard, Zhu, Zhmoginov and Chen, MobileNetV2: Inverted Residuals and Linear Bottlenecks, 2018 (arXiv:1801.04381),
// section 3.3.
type InvertedResidual struct {
	Conv Sequential
	Add  bool `nn:"-"` // x to the result
}

// InvertedConfig says what an [InvertedResidual] is like.
type InvertedConfig struct {
	Expand int // channels inside, in multiples of those that come in; 0 means the paper's 6. With 1 there is no first convolution
	Stride int // 0 means 1
}

// NewInvertedResidual returns a block from in to out channels.
func NewInvertedResidual(r *rng.Rand, in, out int, c InvertedConfig) *InvertedResidual {
	expand, stride := c.Expand, max(1, c.Stride)
	if expand == 0 {
		expand = 6
	}
	inside := in * expand
	b := &InvertedResidual{Add: stride == 1 && in == out}
	if expand != 1 {
		b.Conv = append(b.Conv, Sequential{NewConv2d(r, in, inside, 1, ConvConfig{NoBias: true}), NewBatchNorm(inside), ReLU6{}})
	}
	depthwise := NewConv2d(r, inside, inside, 3, ConvConfig{Stride: stride, Pad: 1, Groups: inside, NoBias: true})
	b.Conv = append(b.Conv, Sequential{depthwise, NewBatchNorm(inside), ReLU6{}},
		NewConv2d(r, inside, out, 1, ConvConfig{NoBias: true}), NewBatchNorm(out))
	return b
}

// Forward returns the block of x.
func (l *InvertedResidual) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	y := l.Conv.Forward(p, x)
	if l.Add {
		y = x.Add(y.Cast(x.DType()))
	}
	return y
}
