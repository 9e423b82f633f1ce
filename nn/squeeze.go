package nn

import (
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// SqueezeExcitation weighs the channels of images by what their means over the image say.
//
//	x [n c h w] → y [n c h w]
//	y = x · gate(W₂ f(W₁ m + b₁) + b₂)     m: the mean of each channel over the image
//
// Hu, Shen, Albanie, Sun and Wu, Squeeze-and-Excitation Networks, 2017 (arXiv:1709.01507), equations 2 to 4.
type SqueezeExcitation struct {
	FC1        *Conv2d // to hidden, 1×1
	Activation Layer   // f; nil means ReLU
	FC2        *Conv2d // to c, 1×1
	Gate       Layer   // nil means Sigmoid; MobileNetV3 has Hardsigmoid
}

// NewSqueezeExcitation returns a layer for so many channels and so many numbers between; the paper has a sixteenth.
func NewSqueezeExcitation(r *rng.Rand, channels, hidden int) *SqueezeExcitation {
	return &SqueezeExcitation{FC1: NewConv2d(r, channels, hidden, 1, ConvConfig{}), FC2: NewConv2d(r, hidden, channels, 1, ConvConfig{})}
}

// Forward returns x with its channels weighed.
func (l *SqueezeExcitation) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	f, gate := l.Activation, l.Gate
	if f == nil {
		f = ReLU{}
	}
	if gate == nil {
		gate = Sigmoid{}
	}
	s := l.FC2.Forward(p, f.Forward(p, l.FC1.Forward(p, op.GlobalAvgPool(x))))
	return x.Mul(gate.Forward(p, s).Cast(x.DType()))
}
