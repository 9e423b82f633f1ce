package nn

import (
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// ReLU is the rectifier, [op.Relu].
type ReLU struct{}

// Forward returns max(x, 0).
func (ReLU) Forward(_ *Pass, x *tensor.Tensor) *tensor.Tensor { return op.Relu(x) }

// LeakyReLU is the rectifier with a slope below 0, [op.LeakyRelu].
type LeakyReLU struct {
	Slope float64 // 0 means the paper's 0.01
}

// Forward returns x where it is positive, else slope · x.
func (l LeakyReLU) Forward(_ *Pass, x *tensor.Tensor) *tensor.Tensor {
	return op.LeakyRelu(x, l.slope())
}

func (l LeakyReLU) slope() float64 { return orDefault(l.Slope, 0.01) }

// ELU is the exponential linear unit, [op.Elu].
type ELU struct {
	Alpha float64 // 0 means the paper's 1
}

// Forward returns x where it is positive, else α · (eˣ − 1).
func (l ELU) Forward(_ *Pass, x *tensor.Tensor) *tensor.Tensor {
	return op.Elu(x, orDefault(l.Alpha, 1))
}

// Sigmoid is the logistic function, [op.Sigmoid].
type Sigmoid struct{}

// Forward returns σ(x).
func (Sigmoid) Forward(_ *Pass, x *tensor.Tensor) *tensor.Tensor { return op.Sigmoid(x) }

// Tanh is the hyperbolic tangent, [tensor.Tensor.Tanh].
type Tanh struct{}

// Forward returns tanh x.
func (Tanh) Forward(_ *Pass, x *tensor.Tensor) *tensor.Tensor { return x.Tanh() }

// GELU is the Gaussian error linear unit, [op.Gelu].
type GELU struct {
	Tanh bool // approximated, as in BERT and GPT-2: [op.GeluTanh]
}

// Forward returns x · Φ(x).
func (l GELU) Forward(_ *Pass, x *tensor.Tensor) *tensor.Tensor {
	if l.Tanh {
		return op.GeluTanh(x)
	}
	return op.Gelu(x)
}

// SiLU is the sigmoid linear unit, [op.Silu].
type SiLU struct{}

// Forward returns x · σ(x).
func (SiLU) Forward(_ *Pass, x *tensor.Tensor) *tensor.Tensor { return op.Silu(x) }

// Softplus is the smooth rectifier, [op.Softplus].
type Softplus struct{}

// Forward returns ln(1 + eˣ).
func (Softplus) Forward(_ *Pass, x *tensor.Tensor) *tensor.Tensor { return op.Softplus(x) }

// Softmax makes probabilities of the logits along an axis, [op.Softmax]. Objectives want logits: it is for reading a model, not
// for training it.
type Softmax struct {
	Axis int // 0 means the last; 1 is that of the channels of images
}

// Forward returns the probabilities.
func (l Softmax) Forward(_ *Pass, x *tensor.Tensor) *tensor.Tensor {
	return op.Softmax(x, orLast(l.Axis))
}

func orDefault(v, d float64) float64 {
	if v == 0 {
		return d
	}
	return v
}
