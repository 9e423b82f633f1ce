package onnx

import (
	"math"

	"github.com/jimu-ml/jimu/device"
	proto "github.com/jimu-ml/jimu/format/onnx"
	"github.com/jimu-ml/jimu/tensor"
)

func init() {
	comparison("Greater", 1, func(x, y *tensor.Tensor) *tensor.Tensor { return x.Greater(y) })
	comparison("Less", 1, func(x, y *tensor.Tensor) *tensor.Tensor { return x.Less(y) })
	comparison("GreaterOrEqual", 12, func(x, y *tensor.Tensor) *tensor.Tensor { return x.GreaterEqual(y) })
	comparison("LessOrEqual", 12, func(x, y *tensor.Tensor) *tensor.Tensor { return x.LessEqual(y) })
	comparison("Equal", 1, func(x, y *tensor.Tensor) *tensor.Tensor { return x.Equal(y) })
	comparison("And", 1, func(x, y *tensor.Tensor) *tensor.Tensor { return x.And(y) })
	comparison("Or", 1, func(x, y *tensor.Tensor) *tensor.Tensor { return x.Or(y) })
	comparison("Xor", 1, func(x, y *tensor.Tensor) *tensor.Tensor { return x.Xor(y) })
	register("Not", 1, func(c *call) []*Value { return c.as(0, c.x(0).Not()) })
	register("Where", 9, where)
	register("IsNaN", 9, func(c *call) []*Value { return c.give(c.x(0).IsNaN()) })
	register("IsInf", 10, isInf)
}

// comparison registers an operator of two tensors that gives booleans.
func comparison(name string, since int64, f func(x, y *tensor.Tensor) *tensor.Tensor) {
	run := func(c *call) []*Value {
		if c.value(0).Kind == Strings {
			return c.give(c.equalStrings())
		}
		x, y := c.pair()
		x, y = x.Detach(), y.Detach()
		if c.value(0).Type == proto.Uint64 && (c.isHuge(0) || c.isHuge(1)) {
			x, y = c.ordered(x), c.ordered(y)
		}
		return c.give(f(x, y))
	}
	register(name, since, run)
	if since < 7 {
		register(name, 7, run)
	}
}

// ordered returns UINT64 as integers with a sign that have their order.
func (c *call) ordered(x *tensor.Tensor) *tensor.Tensor {
	v := x.Ints()
	for i := range v {
		v[i] ^= math.MinInt64
	}
	return c.ofInts(v, x.Shape()...)
}

// equalStrings compares strings with =, broadcast.
func (c *call) equalStrings() *tensor.Tensor {
	if c.node.op != "Equal" {
		c.fail("strings are compared with Equal only")
	}
	a, b, shape := c.broadcastStrings(c.strings(0), c.strings(1))
	out := make([]bool, len(a))
	for i := range a {
		out[i] = a[i] == b[i]
	}
	return tensor.OutputOf(device.Bool, c.anchor, out, shape)
}

// broadcastStrings repeats the elements of x and y to a common shape.
func (c *call) broadcastStrings(x, y *Value) (a, b []string, shape []int) {
	ix, iy := c.places(x), c.places(y)
	shape = tensor.Broadcast(c.node.op, ix, iy)
	c.product(shape)
	return x.picked(ix.Expand(shape...).Ints()), y.picked(iy.Expand(shape...).Ints()), shape
}

// places returns the positions of strings, in their shape. What moves positions about moves strings about.
func (c *call) places(v *Value) *tensor.Tensor {
	p := make([]int64, len(v.Strings))
	for i := range p {
		p[i] = int64(i)
	}
	return tensor.OutputOf(device.Int64, c.anchor, p, v.Shape)
}

// picked returns the strings at positions.
func (v *Value) picked(places []int64) []string {
	out := make([]string, len(places))
	for i, p := range places {
		out[i] = v.Strings[p]
	}
	return out
}

// moved applies a movement of elements to a tensor of numbers or strings.
func (c *call) moved(i int, f func(x *tensor.Tensor) *tensor.Tensor) []*Value {
	v := c.value(i)
	if v.Kind != Strings {
		return c.as(i, f(c.x(i)))
	}
	y := f(c.places(v))
	return []*Value{OfStrings(v.picked(y.Ints()), append([]int{}, y.Shape()...)...)}
}

func where(c *call) []*Value {
	cond := c.x(0)
	if c.value(1).Kind == Strings {
		x, y := c.strings(1), c.strings(2)
		both := OfStrings(append(append([]string{}, x.Strings...), y.Strings...))
		z := tensor.Where(cond, c.places(x), c.places(y).AddScalar(float64(len(x.Strings))))
		return []*Value{OfStrings(both.picked(z.Ints()), append([]int{}, z.Shape()...)...)}
	}
	if c.value(1).Type != c.value(2).Type {
		c.fail("the choices are %v and %v", c.value(1), c.value(2))
	}
	return c.as(1, tensor.Where(cond, c.x(1), c.x(2)))
}

func isInf(c *call) []*Value {
	x := c.x(0).Detach()
	positive, negative := c.flag("detect_positive", true), c.flag("detect_negative", true)
	zero := x.FullLike(0)
	switch {
	case positive && negative:
		return c.give(x.IsInf())
	case positive:
		return c.give(x.IsInf().And(x.Greater(zero)))
	case negative:
		return c.give(x.IsInf().And(x.Less(zero)))
	}
	return c.give(c.full(device.Bool, 0, x.Shape()...))
}
