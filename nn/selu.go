package nn

import (
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// SELU is the self-normalizing exponential unit, [op.Selu]. It wants [LeCunNormal] and [AlphaDropout].
type SELU struct{}

// Forward returns s·x where x is positive, else s·α·(eˣ − 1).
func (SELU) Forward(_ *Pass, x *tensor.Tensor) *tensor.Tensor { return op.Selu(x) }

// CELU is the exponential unit with a continuous derivative, [op.Celu].
type CELU struct {
	Alpha float64 // 0 means 1
}

// Forward returns x where it is positive, else α·(e^(x/α) − 1).
func (l CELU) Forward(_ *Pass, x *tensor.Tensor) *tensor.Tensor {
	return op.Celu(x, orDefault(l.Alpha, 1))
}

// Mish is x · tanh(softplus(x)), [op.Mish].
type Mish struct{}

// Forward returns x · tanh(ln(1 + eˣ)).
func (Mish) Forward(_ *Pass, x *tensor.Tensor) *tensor.Tensor { return op.Mish(x) }

// QuickGELU approximates [GELU] by a logistic function, as in CLIP: [op.QuickGelu].
type QuickGELU struct{}

// Forward returns x · σ(1.702·x).
func (QuickGELU) Forward(_ *Pass, x *tensor.Tensor) *tensor.Tensor { return op.QuickGelu(x) }

// SquaredReLU is the square of the rectifier, [op.SquaredRelu].
type SquaredReLU struct{}

// Forward returns max(x, 0)².
func (SquaredReLU) Forward(_ *Pass, x *tensor.Tensor) *tensor.Tensor { return op.SquaredRelu(x) }

// Softsign is x/(1 + |x|), [op.Softsign].
type Softsign struct{}

// Forward returns x/(1 + |x|).
func (Softsign) Forward(_ *Pass, x *tensor.Tensor) *tensor.Tensor { return op.Softsign(x) }

// LogSigmoid is the logarithm of the logistic function, in nats: [op.LogSigmoid].
type LogSigmoid struct{}

// Forward returns ln σ(x).
func (LogSigmoid) Forward(_ *Pass, x *tensor.Tensor) *tensor.Tensor { return op.LogSigmoid(x) }

// Squareplus is a smooth rectifier without exponentials, [op.Squareplus].
type Squareplus struct {
	B float64 // 0 means 4, as in Keras
}

// Forward returns (x + √(x² + b))/2.
func (l Squareplus) Forward(_ *Pass, x *tensor.Tensor) *tensor.Tensor {
	return op.Squareplus(x, orDefault(l.B, 4))
}

// SparsePlus is a rectifier with a parabola at its bend, [op.SparsePlus].
type SparsePlus struct{}

// Forward returns 0 below −1, (x + 1)²/4 between, x above 1.
func (SparsePlus) Forward(_ *Pass, x *tensor.Tensor) *tensor.Tensor { return op.SparsePlus(x) }

// SparseSigmoid is a logistic function of three straight pieces that ends at ±1, [op.SparseSigmoid].
type SparseSigmoid struct{}

// Forward returns min(max(x + 1, 0), 2)/2.
func (SparseSigmoid) Forward(_ *Pass, x *tensor.Tensor) *tensor.Tensor { return op.SparseSigmoid(x) }
