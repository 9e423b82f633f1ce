package onnx

import (
	"math"
	"slices"

	"github.com/jimu-ml/jimu/device"
	proto "github.com/jimu-ml/jimu/format/onnx"
	"github.com/jimu-ml/jimu/tensor"
)

func init() {
	register("QuantizeLinear", 10, func(c *call) []*Value {
		t := proto.DataType(c.integer("output_dtype", int(proto.Uint8)))
		if c.has(2) {
			t = c.value(2).Type
		}
		x := c.x(0).Cast(device.Float32)
		scale, zero := c.spread(1, x), c.spread(2, x)
		return c.one(t, c.quantized(x, scale, zero, t))
	})
	register("DequantizeLinear", 10, func(c *call) []*Value {
		t := proto.DataType(c.integer("output_dtype", int(c.value(1).Type)))
		x := c.carried(c.value(0), device.Float32)
		if zero := c.spread(2, x); zero != nil {
			x = x.Sub(zero)
		}
		return []*Value{c.cast(Of(x.Mul(c.spread(1, x))), t)}
	})
	register("DynamicQuantizeLinear", 11, dynamicQuantize)
	register("MatMulInteger", 10, func(c *call) []*Value {
		x, w := c.shifted(0, 2, true), c.shifted(1, 3, false)
		return c.give(c.matmul(x, w).Cast(device.Int32))
	})
	register("QLinearMatMul", 10, qLinearMatMul)
}

// spread returns input i, a scale or a zero point, as float32 that broadcasts to x: one for all, one for each position of an
// axis, or one for each block of an axis. It is nil if the input is absent.
func (c *call) spread(i int, x *tensor.Tensor) *tensor.Tensor {
	if !c.has(i) {
		return nil
	}
	s := c.carried(c.value(i), device.Float32)
	if s.Rank() == 0 || s.Len() == 1 && s.Rank() == 1 {
		return s.Reshape()
	}
	axis := c.axis(c.integer("axis", 1), x.Rank())
	if s.Rank() == 1 {
		if s.Len() != x.Dim(axis) {
			c.fail("%d scales for an axis of %d", s.Len(), x.Dim(axis))
		}
		shape := make([]int, x.Rank())
		for k := range shape {
			shape[k] = 1
		}
		shape[axis] = s.Len()
		return s.Reshape(shape...)
	}
	block := c.integer("block_size", 0)
	if s.Rank() != x.Rank() || block < 1 || block > 1<<30 || s.Dim(axis)*block < x.Dim(axis) {
		c.fail("scales of shape %v for blocks of %d of %v", s, block, x)
	}
	index := make([]int64, x.Dim(axis))
	for k := range index {
		index[k] = int64(k / block)
	}
	return s.Take(axis, c.ofInts(index, len(index)))
}

// quantized returns x/scale + zero as numbers of t, the nearest ones, held within its range.
func (c *call) quantized(x, scale, zero *tensor.Tensor, t proto.DataType) *tensor.Tensor {
	y := x.Div(scale)
	if isSmallFloat(t) {
		if zero != nil {
			y = y.Add(zero)
		}
		return c.rounded(t, y, c.flag("saturate", true))
	}
	if !isInteger(t) {
		c.fail("nothing is quantized to %v", t)
	}
	y = y.Round()
	if zero != nil {
		y = y.Add(zero)
	}
	lo, hi := limits(t)
	return y.Clamp(float64(lo), float64(hi)).Cast(t.Carrier())
}

// dynamicQuantize finds the scale and the zero point for UINT8 from the numbers themselves.
func dynamicQuantize(c *call) []*Value {
	x := c.x(0)
	if x.Len() == 0 {
		c.fail("the input is empty")
	}
	lo, hi := float32(min(0, x.Min().Item())), float32(max(0, x.Max().Item()))
	scale := (hi - lo) / 255
	zero := 0.0
	if scale != 0 {
		zero = min(max(math.RoundToEven(float64(-lo/scale)), 0), 255)
	} else {
		scale = 1
	}
	s, z := c.full(device.Float32, float64(scale)), c.full(device.Float32, zero)
	y := c.quantized(x, s, z, proto.Uint8)
	if hi == lo {
		s = c.full(device.Float32, 0)
	}
	return c.give(y, s, z.Cast(device.Uint8))
}

// shifted returns the integers of input i without their zero point, input z, as float64, which holds sums of products of
// bytes exactly. A zero point for each row or column is a vector.
func (c *call) shifted(i, z int, rows bool) *tensor.Tensor {
	x := c.x(i).Cast(device.Float64)
	if !c.has(z) {
		return x
	}
	zero := c.x(z).Cast(device.Float64)
	if zero.Len() == 1 {
		zero = zero.Reshape()
	} else if zero.Rank() == 1 && rows && x.Rank() > 1 {
		zero = zero.Unsqueeze(1)
	}
	return x.Sub(zero)
}

func qLinearMatMul(c *call) []*Value {
	x, w := c.shifted(0, 2, true), c.shifted(3, 5, false)
	y := c.matmul(x, w).Cast(device.Float32)
	a, b := c.rowScale(1, x), c.x(4).Cast(device.Float32)
	return c.one(c.value(7).Type, c.quantized(y.Mul(a).Mul(b), c.rowScale(6, x), c.rowScale(7, x), c.value(7).Type))
}

// rowScale returns input i as float32: one number, or one for each row.
func (c *call) rowScale(i int, x *tensor.Tensor) *tensor.Tensor {
	s := c.carried(c.value(i), device.Float32)
	if s.Len() == 1 {
		return s.Reshape()
	}
	if s.Rank() == 1 && x.Rank() > 1 && s.Len() == x.Dim(-2) {
		return s.Reshape(slices.Concat(s.Shape(), []int{1})...)
	}
	return s
}
