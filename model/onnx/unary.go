package onnx

import (
	proto "github.com/jimu-ml/jimu/format/onnx"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

func init() {
	for name, f := range map[string]func(*tensor.Tensor) *tensor.Tensor{
		"Abs": (*tensor.Tensor).Abs, "Neg": (*tensor.Tensor).Neg, "Ceil": (*tensor.Tensor).Ceil, "Floor": (*tensor.Tensor).Floor,
		"Sqrt": (*tensor.Tensor).Sqrt, "Exp": (*tensor.Tensor).Exp, "Log": (*tensor.Tensor).Log, "Reciprocal": (*tensor.Tensor).Reciprocal,
		"Sigmoid": op.Sigmoid, "Tanh": (*tensor.Tensor).Tanh, "Softplus": op.Softplus, "Softsign": op.Softsign,
	} {
		elementwise(name, 1, f)
	}
	elementwise("Relu", 1, relu)
	for name, f := range map[string]func(*tensor.Tensor) *tensor.Tensor{
		"Sin": (*tensor.Tensor).Sin, "Cos": (*tensor.Tensor).Cos, "Tan": (*tensor.Tensor).Tan,
		"Asin": (*tensor.Tensor).Asin, "Acos": (*tensor.Tensor).Acos, "Atan": (*tensor.Tensor).Atan,
	} {
		elementwise(name, 7, f)
	}
	for name, f := range map[string]func(*tensor.Tensor) *tensor.Tensor{
		"Sinh": (*tensor.Tensor).Sinh, "Cosh": (*tensor.Tensor).Cosh, "Asinh": (*tensor.Tensor).Asinh, "Acosh": (*tensor.Tensor).Acosh,
		"Atanh": (*tensor.Tensor).Atanh, "Erf": (*tensor.Tensor).Erf, "Sign": (*tensor.Tensor).Sign,
	} {
		elementwise(name, 9, f)
	}
	elementwise("Round", 11, (*tensor.Tensor).Round)
	elementwise("Mish", 18, op.Mish)
	elementwise("HardSwish", 14, op.HardSwish)
	simple("Clip", 1, func(c *call, x *tensor.Tensor) *tensor.Tensor {
		return c.clip(x, c.bound("min", x), c.bound("max", x))
	})
	simple("Clip", 11, func(c *call, x *tensor.Tensor) *tensor.Tensor { return c.clip(x, c.maybe(1), c.maybe(2)) })
	register("Dropout", 1, dropout)
	register("Identity", 1, func(c *call) []*Value { return []*Value{c.in[0]} })
}

// elementwise registers an operator that has no attributes.
func elementwise(name string, since int64, f func(*tensor.Tensor) *tensor.Tensor) {
	simple(name, since, func(c *call, x *tensor.Tensor) *tensor.Tensor { return c.wrapped(c.value(0).Type, f(x)) })
}

func relu(x *tensor.Tensor) *tensor.Tensor {
	if x.DType().IsFloat() {
		return op.Relu(x)
	}
	return x.Maximum(x.FullLike(0))
}

// bound returns an attribute as a number like x, or nil.
func (c *call) bound(name string, x *tensor.Tensor) *tensor.Tensor {
	if !c.given(name) {
		return nil
	}
	return c.full(x.DType(), c.float(name, 0))
}

// clip holds x between two numbers; where the lower is above the upper it is the upper.
func (c *call) clip(x, lo, hi *tensor.Tensor) *tensor.Tensor {
	if lo != nil {
		x = x.Maximum(lo.Reshape())
	}
	if hi != nil {
		x = x.Minimum(hi.Reshape())
	}
	return x
}

// dropout drops nothing unless the pass trains and the model says so; its mask is then true everywhere.
func dropout(c *call) []*Value {
	x := c.x(0)
	rate := c.float("ratio", 0.5)
	training := c.node.since < 12 && c.pass.Training()
	if c.node.version >= 12 {
		rate = c.scalar(1, 0.5)
		training = c.has(2) && c.scalar(2, 0) != 0
	}
	y, mask := x, c.full(boolType, 1, x.Shape()...)
	switch a := c.attribute("seed", proto.AttributeInt); {
	case !training || rate <= 0:
	case rate >= 1:
		y, mask = x.Scale(0), c.full(boolType, 0, x.Shape()...)
	case a != nil:
		mask = c.keepMask(a.Int, rate, x.Shape())
		y = tensor.Where(mask, x.Scale(1/(1-rate)), x.FullLike(0))
	default:
		y = op.Dropout(x, rate, c.random())
		mask = y.Detach().NotEqual(y.FullLike(0))
	}
	if c.node.version < 10 {
		return c.as(0, y)[:1:1]
	}
	return append(c.as(0, y), Of(mask))
}
