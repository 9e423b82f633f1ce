package onnx

import (
	"math"

	"github.com/jimu-ml/jimu/device"
	proto "github.com/jimu-ml/jimu/format/onnx"
	"github.com/jimu-ml/jimu/tensor"
)

func init() {
	arithmetic("Add", (*tensor.Tensor).Add)
	arithmetic("Sub", (*tensor.Tensor).Sub)
	arithmetic("Mul", (*tensor.Tensor).Mul)
	register("Div", 1, divide)
	register("Mod", 10, modulo)
	register("Pow", 1, power)
	several("Max", func(c *call, x, y *tensor.Tensor) *tensor.Tensor { return c.extremum(x, y, true) })
	several("Min", func(c *call, x, y *tensor.Tensor) *tensor.Tensor { return c.extremum(x, y, false) })
	several("Sum", func(_ *call, x, y *tensor.Tensor) *tensor.Tensor { return x.Add(y) })
	register("Mean", 1, func(c *call) []*Value {
		y := c.x(0)
		for i := 1; i < len(c.in); i++ {
			y = y.Add(c.x(i))
		}
		return c.as(0, y.Scale(1/float64(len(c.in))))
	})
	register("BitShift", 11, bitShift)
	bits("BitwiseAnd", func(a, b int64) int64 { return a & b })
	bits("BitwiseOr", func(a, b int64) int64 { return a | b })
	bits("BitwiseXor", func(a, b int64) int64 { return a ^ b })
	register("BitwiseNot", 18, func(c *call) []*Value {
		v := c.longs(0)
		for i := range v {
			v[i] = ^v[i]
		}
		return c.as(0, c.integersLike(0, v, c.x(0).Shape()))
	})
}

// pair returns inputs 0 and 1, which have one type, the second with its axes where the operators before version 7 of the
// standard say.
func (c *call) pair() (x, y *tensor.Tensor) {
	x, y = c.x(0), c.x(1)
	if a, b := c.value(0).Type, c.value(1).Type; a != b {
		c.fail("the inputs are %v and %v", c.value(0), c.value(1))
	}
	return x, c.aligned(x, y)
}

// aligned gives y as many axes behind its own as x has behind the attribute axis, if the old attribute broadcast is set.
func (c *call) aligned(x, y *tensor.Tensor) *tensor.Tensor {
	if c.node.since >= 7 || !c.flag("broadcast", false) || !c.given("axis") {
		return y
	}
	shape := append([]int{}, y.Shape()...)
	for len(shape) < x.Rank()-c.axis(c.integer("axis", 0), x.Rank()) {
		shape = append(shape, 1)
	}
	return y.Reshape(shape...)
}

// arithmetic registers an operator of two tensors of one type.
func arithmetic(name string, f func(x, y *tensor.Tensor) *tensor.Tensor) {
	run := func(c *call) []*Value {
		x, y := c.pair()
		t := c.value(0).Type
		if t.IsComplex() && name == "Mul" {
			c.fail("complex numbers have no product here")
		}
		return c.as(0, c.wrapped(t, f(x, y)))
	}
	register(name, 1, run)
	register(name, 7, run)
}

// several registers an operator that folds any number of tensors.
func several(name string, f func(c *call, x, y *tensor.Tensor) *tensor.Tensor) {
	register(name, 1, func(c *call) []*Value {
		y := c.x(0)
		for i := 1; i < len(c.in); i++ {
			if c.value(i).Type != c.value(0).Type {
				c.fail("the inputs are %v and %v", c.value(0), c.value(i))
			}
			y = f(c, y, c.x(i))
		}
		return c.as(0, y)
	})
}

// isHuge reports whether an input is UINT64 with numbers that int64 does not have.
func (c *call) isHuge(inputs ...int) bool {
	for _, i := range inputs {
		if c.value(i).Type != proto.Uint64 {
			return false
		}
		for _, n := range c.x(i).Ints() {
			if n < 0 {
				return true
			}
		}
	}
	return false
}

// pairs returns f of the integers x and y, broadcast, as the type of input 0.
func (c *call) pairs(x, y *tensor.Tensor, f func(a, b int64) int64) *tensor.Tensor {
	shape := tensor.Broadcast(c.node.op, x, y)
	c.product(shape)
	a, b := x.Expand(shape...).Ints(), y.Expand(shape...).Ints()
	for i := range a {
		a[i] = f(a[i], b[i])
	}
	return c.integersLike(0, a, shape)
}

// integersLike returns integers as the type of input i, without their high bits.
func (c *call) integersLike(i int, v []int64, shape []int) *tensor.Tensor {
	t := c.value(i).Type
	for k := range v {
		v[k] = wrap(t, v[k])
	}
	return tensor.OutputOf(t.Carrier(), c.anchor, v, shape)
}

// floatPairs is pairs for floating-point numbers.
func (c *call) floatPairs(x, y *tensor.Tensor, f func(a, b float64) float64) *tensor.Tensor {
	shape := tensor.Broadcast(c.node.op, x, y)
	c.product(shape)
	a, b := tensor.Values[float64](x.Expand(shape...)), tensor.Values[float64](y.Expand(shape...))
	for i := range a {
		a[i] = f(a[i], b[i])
	}
	return tensor.OutputOf(x.DType(), c.anchor, a, shape)
}

func divide(c *call) []*Value {
	x, y := c.pair()
	if x.DType().IsFloat() {
		return c.as(0, x.Div(y))
	}
	for _, n := range y.Ints() {
		if n == 0 {
			c.fail("an integer is divided by 0")
		}
	}
	if c.value(0).Type == proto.Uint64 {
		return c.as(0, c.pairs(x, y, func(a, b int64) int64 { return int64(uint64(a) / uint64(b)) }))
	}
	return c.as(0, c.wrapped(c.value(0).Type, x.Div(y)))
}

// modulo has the sign of the divisor, as Python's %, or with fmod that of the dividend, as C's.
func modulo(c *call) []*Value {
	x, y := c.pair()
	fmod := c.flag("fmod", false)
	if x.DType().IsFloat() {
		if fmod {
			return c.as(0, c.floatPairs(x, y, math.Mod))
		}
		return c.as(0, x.Remainder(y))
	}
	unsigned := c.value(0).Type == proto.Uint64
	return c.as(0, c.pairs(x, y, func(a, b int64) int64 {
		switch {
		case b == 0:
			c.fail("an integer is divided by 0")
		case unsigned:
			return int64(uint64(a) % uint64(b))
		}
		r := a % b
		if !fmod && r != 0 && (r < 0) != (b < 0) {
			r += b
		}
		return r
	}))
}

// power has the type of its first input, whatever the exponent's is.
func power(c *call) []*Value {
	x, y := c.x(0), c.aligned(c.x(0), c.x(1))
	switch {
	case x.DType().IsFloat() && y.Len() == 1 && y.Rank() <= x.Rank():
		if a := y.Cast(device.Float64).Item(); a == 2 {
			return c.as(0, x.Square())
		} else if !y.NeedsGrad() {
			return c.as(0, x.PowScalar(a))
		}
		return c.as(0, x.Pow(y.Cast(x.DType())))
	case x.DType().IsFloat():
		return c.as(0, x.Pow(y.Cast(x.DType())))
	case y.DType().IsFloat():
		f := c.floatPairs(x.Cast(device.Float64), y.Cast(device.Float64), math.Pow)
		return []*Value{c.cast(Of(f), c.value(0).Type)}
	}
	return c.as(0, c.pairs(x, y, integerPower))
}

// integerPower returns a to the power of b, which is 0 for negative b, but for an a of 1 or −1.
func integerPower(a, b int64) int64 {
	if b < 0 {
		switch a {
		case 1:
			return 1
		case -1:
			return 1 - 2*(b&1)
		}
		return 0
	}
	y := int64(1)
	for ; b > 0; b >>= 1 {
		if b&1 == 1 {
			y *= a
		}
		a *= a
	}
	return y
}

// extremum returns the larger or the smaller elements.
func (c *call) extremum(x, y *tensor.Tensor, largest bool) *tensor.Tensor {
	if c.value(0).Type == proto.Uint64 {
		return c.pairs(x, y, func(a, b int64) int64 {
			if (uint64(a) > uint64(b)) == largest {
				return a
			}
			return b
		})
	}
	if largest {
		return x.Maximum(y)
	}
	return x.Minimum(y)
}

func bits(name string, f func(a, b int64) int64) {
	register(name, 18, func(c *call) []*Value {
		x, y := c.pair()
		return c.as(0, c.pairs(x, y, f))
	})
}

func bitShift(c *call) []*Value {
	x, y := c.pair()
	left := c.choice("direction", "", "LEFT", "RIGHT") == "LEFT"
	t := c.value(0).Type
	return c.as(0, c.pairs(x, y, func(a, b int64) int64 {
		switch beyond := b < 0 || b >= int64(t.Bits()); {
		case left && beyond:
			return 0
		case left:
			return a << b
		case t == proto.Uint64:
			return int64(uint64(a) >> uint64(b)) // 0 if b is beyond
		case beyond && a < 0:
			return -1
		}
		return a >> min(uint64(b), 63)
	}))
}
