package onnx

import (
	"hash/fnv"
	"math"

	"github.com/jimu-ml/jimu/device"
	proto "github.com/jimu-ml/jimu/format/onnx"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

const boolType = device.Bool

func init() {
	simple("Elu", 1, func(c *call, x *tensor.Tensor) *tensor.Tensor { return op.Elu(x, c.float("alpha", 1)) })
	simple("Celu", 12, func(c *call, x *tensor.Tensor) *tensor.Tensor { return op.Celu(x, c.float("alpha", 1)) })
	simple("LeakyRelu", 1, func(c *call, x *tensor.Tensor) *tensor.Tensor { return op.LeakyRelu(x, c.float("alpha", 0.01)) })
	simple("Selu", 1, func(c *call, x *tensor.Tensor) *tensor.Tensor {
		return op.Elu(x, c.float("alpha", 1.67326319217681884765625)).Scale(c.float("gamma", 1.05070102214813232421875))
	})
	simple("ThresholdedRelu", 10, func(c *call, x *tensor.Tensor) *tensor.Tensor {
		return op.Threshold(x, c.float("alpha", 1), 0)
	})
	simple("HardSigmoid", 1, func(c *call, x *tensor.Tensor) *tensor.Tensor {
		return x.Scale(c.float("alpha", 0.2)).AddScalar(c.float("beta", 0.5)).Clamp(0, 1)
	})
	simple("Shrink", 9, shrink)
	simple("Swish", 24, func(c *call, x *tensor.Tensor) *tensor.Tensor {
		a := c.float("alpha", 1)
		if a == 1 {
			return op.Silu(x)
		}
		return x.Mul(op.Sigmoid(x.Scale(a)))
	})
	simple("Gelu", 20, func(c *call, x *tensor.Tensor) *tensor.Tensor {
		if c.choice("approximate", "none", "none", "tanh") == "tanh" {
			return op.GeluTanh(x)
		}
		return op.Gelu(x)
	})
	simple("PRelu", 1, prelu)
	overAxis("Softmax", op.Softmax)
	overAxis("LogSoftmax", op.LogSoftmax)
	overAxis("Hardmax", hardmax)
}

// overAxis registers an operator along one axis; before version 13 it went over that axis and all behind it as one.
func overAxis(name string, f func(x *tensor.Tensor, axis int) *tensor.Tensor) {
	simple(name, 1, func(c *call, x *tensor.Tensor) *tensor.Tensor {
		a := c.axis(c.integer("axis", 1), x.Rank())
		n := 1
		for _, d := range x.Shape()[:a] {
			n *= d
		}
		return f(x.Reshape(n, x.Len()/max(n, 1)), 1).Reshape(x.Shape()...)
	})
	simple(name, 13, func(c *call, x *tensor.Tensor) *tensor.Tensor {
		return f(x, c.axis(c.integer("axis", -1), x.Rank()))
	})
}

// hardmax is 1 at the first of the largest elements along an axis, else 0.
func hardmax(x *tensor.Tensor, axis int) *tensor.Tensor {
	at := x.Detach().ArgMax(axis).Unsqueeze(axis)
	return x.FullLike(0, x.Shape()...).PutAlong(axis, at, x.FullLike(1, at.Shape()...))
}

func shrink(c *call, x *tensor.Tensor) *tensor.Tensor {
	bias, lambda := c.float("bias", 0), c.float("lambd", 0.5)
	if !x.DType().IsFloat() {
		v := tensor.Values[float64](x)
		out := make([]int64, len(v))
		for i, a := range v {
			switch {
			case a < -lambda:
				out[i] = int64(a + bias)
			case a > lambda:
				out[i] = int64(a - bias)
			}
		}
		return c.integersLike(0, out, x.Shape())
	}
	d := x.Detach()
	zero := x.FullLike(0)
	above := tensor.Where(d.Greater(x.FullLike(lambda)), x.AddScalar(-bias), zero)
	return tensor.Where(d.Less(x.FullLike(-lambda)), x.AddScalar(bias), above)
}

// prelu multiplies what is negative by a slope, which is broadcast to x; one of the channels, too, as old files have it.
func prelu(c *call, x *tensor.Tensor) *tensor.Tensor {
	slope := c.x(1)
	if c.node.version < 7 && slope.Rank() == 1 && slope.Len() > 1 && x.Rank() > 1 {
		shape := []int{slope.Len()}
		for len(shape) < x.Rank()-1 {
			shape = append(shape, 1)
		}
		slope = slope.Reshape(shape...)
	}
	zero := x.FullLike(0)
	return c.wrapped(c.value(0).Type, tensor.Where(x.Detach().Less(zero), x.Mul(slope), x))
}

// random returns a key for the node's next random numbers: from its seed, if it has one, else from its name and the pass.
func (c *call) random() rng.Key {
	if a := c.attribute("seed", proto.AttributeFloat, proto.AttributeInt); a != nil {
		return rng.Key(uint64(math.Float32bits(a.Float))).At(uint64(a.Int))
	}
	h := fnv.New64a()
	h.Write([]byte(c.node.name))
	return c.pass.Random(rng.Key(h.Sum64()))
}
