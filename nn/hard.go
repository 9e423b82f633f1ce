package nn

import (
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// ReLU6 is the rectifier held at 6, [op.Relu6].
type ReLU6 struct{}

// Forward returns min(max(x, 0), 6).
func (ReLU6) Forward(_ *Pass, x *tensor.Tensor) *tensor.Tensor { return op.Relu6(x) }

// Hardtanh holds x between two bounds, [op.HardTanh].
type Hardtanh struct {
	Lo, Hi float64 // both 0 mean the paper's −1 and 1
}

// Forward returns min(max(x, lo), hi).
func (l Hardtanh) Forward(_ *Pass, x *tensor.Tensor) *tensor.Tensor {
	if l.Lo == 0 && l.Hi == 0 {
		l.Lo, l.Hi = -1, 1
	}
	return op.HardTanh(x, l.Lo, l.Hi)
}

// Hardsigmoid is a logistic function of three straight pieces, [op.HardSigmoid].
type Hardsigmoid struct{}

// Forward returns min(max(x + 3, 0), 6) / 6.
func (Hardsigmoid) Forward(_ *Pass, x *tensor.Tensor) *tensor.Tensor { return op.HardSigmoid(x) }

// Hardswish is x times its hard sigmoid, [op.HardSwish].
type Hardswish struct{}

// Forward returns x · min(max(x + 3, 0), 6) / 6.
func (Hardswish) Forward(_ *Pass, x *tensor.Tensor) *tensor.Tensor { return op.HardSwish(x) }

// Threshold replaces what is not above a bound, [op.Threshold].
type Threshold struct{ At, Value float64 }

// Forward returns x where it is above the bound, else the value.
func (l Threshold) Forward(_ *Pass, x *tensor.Tensor) *tensor.Tensor {
	return op.Threshold(x, l.At, l.Value)
}

// Hardshrink sets what is small to 0, [op.HardShrink].
type Hardshrink struct {
	Lambda float64 // 0 means 0.5, as in PyTorch
}

// Forward returns x where |x| > λ, else 0.
func (l Hardshrink) Forward(_ *Pass, x *tensor.Tensor) *tensor.Tensor {
	return op.HardShrink(x, orDefault(l.Lambda, 0.5))
}

// Softshrink moves x towards 0, [op.SoftShrink].
type Softshrink struct {
	Lambda float64 // 0 means 0.5, as in PyTorch
}

// Forward returns sign(x) · max(|x| − λ, 0).
func (l Softshrink) Forward(_ *Pass, x *tensor.Tensor) *tensor.Tensor {
	return op.SoftShrink(x, orDefault(l.Lambda, 0.5))
}

// Tanhshrink is what the hyperbolic tangent takes away, [op.TanhShrink].
type Tanhshrink struct{}

// Forward returns x − tanh x.
func (Tanhshrink) Forward(_ *Pass, x *tensor.Tensor) *tensor.Tensor { return op.TanhShrink(x) }
