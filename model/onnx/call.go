package onnx

import (
	"fmt"

	"github.com/jimu-ml/jimu/device"
	proto "github.com/jimu-ml/jimu/format/onnx"
	"github.com/jimu-ml/jimu/tensor"
)

// A call is one node being run: what its operator sees.
//
// What is missing or does not fit panics with a [tensor.Error]; the run adds the node's name.
type call struct {
	*run
	node  *node
	frame *frame
	in    []*Value
	owned []*Value // of subgraphs, claimed until the outputs are
}

// fail panics with an error of the node's operator.
func (c *call) fail(format string, args ...any) {
	panic(tensor.Errorf(c.node.op, format, args...))
}

// has reports whether input i is there.
func (c *call) has(i int) bool { return i < len(c.in) && c.in[i] != nil }

// value returns input i, which must be there.
func (c *call) value(i int) *Value {
	if !c.has(i) {
		c.fail("input %d is missing", i)
	}
	return c.in[i]
}

// x returns input i as a tensor of numbers.
func (c *call) x(i int) *tensor.Tensor {
	v := c.value(i)
	if v.Kind != Tensor {
		c.fail("input %d is a %v; want a tensor of numbers", i, v)
	}
	return v.Tensor
}

// maybe returns input i as a tensor, or nil if it is absent.
func (c *call) maybe(i int) *tensor.Tensor {
	if !c.has(i) {
		return nil
	}
	return c.x(i)
}

// wants panics unless input i has as many axes.
func (c *call) wants(i, rank int) *tensor.Tensor {
	x := c.x(i)
	if x.Rank() != rank {
		c.fail("input %d has shape %v; want %d axes", i, x, rank)
	}
	return x
}

// longs returns the elements of input i, as they are needed to know shapes.
func (c *call) longs(i int) []int64 {
	x := c.x(i)
	if x.DType().IsFloat() {
		c.fail("input %d is %v; want integers", i, c.in[i])
	}
	return x.Ints()
}

// numbers returns the elements of input i as int, or def if it is absent.
func (c *call) numbers(i int, def []int) []int {
	if !c.has(i) {
		return def
	}
	return toInts(c.longs(i))
}

func toInts(v []int64) []int {
	out := make([]int, len(v))
	for i, n := range v {
		out[i] = int(n)
	}
	return out
}

// scalar returns the one element of input i, or def if it is absent.
func (c *call) scalar(i int, def float64) float64 {
	if !c.has(i) {
		return def
	}
	if x := c.x(i); x.Len() != 1 {
		c.fail("input %d has shape %v; want one element", i, x)
	}
	return c.x(i).Item()
}

// strings returns input i as strings.
func (c *call) strings(i int) *Value {
	v := c.value(i)
	if v.Kind != Strings {
		c.fail("input %d is a %v; want strings", i, v)
	}
	return v
}

// outputs returns how many outputs the node names.
func (c *call) outputs() int { return len(c.node.out) }

// one returns a tensor as the only output, of that type, whose carrier it must have.
func (c *call) one(t proto.DataType, x *tensor.Tensor) []*Value {
	return []*Value{{Type: t, Tensor: x}}
}

// as returns a tensor as the only output, of the type of input i.
func (c *call) as(i int, x *tensor.Tensor) []*Value { return c.one(c.value(i).Type, x) }

// give returns tensors that have the types of ours as outputs.
func (c *call) give(x ...*tensor.Tensor) []*Value {
	out := make([]*Value, len(x))
	for i, t := range x {
		if t != nil {
			out[i] = Of(t)
		}
	}
	return out
}

// room panics if that many elements of 8 bytes would take more memory than the run may. It must be asked before
// anything is made whose size follows from the elements of a tensor, unless a tensor operation makes it.
func (c *call) room(n int) {
	if limit := c.pass.Scope().Limited(); n < 0 || limit > 0 && int64(n) > limit/8 {
		c.fail("%d elements would exceed the limit of %d bytes", n, limit)
	}
}

// product returns how many elements a shape has, which it checks: no length below 0, no overflow, not beyond the memory.
func (c *call) product(shape []int) int {
	n := 1
	for _, d := range shape {
		if d < 0 || d > 0 && n > (1<<48)/d {
			c.fail("the shape %v cannot be had", shape)
		}
		n *= d
	}
	c.room(n)
	return n
}

// ofInts returns integers as a tensor of the run.
func (c *call) ofInts(v []int64, shape ...int) *tensor.Tensor {
	if shape == nil {
		shape = []int{len(v)}
	}
	return tensor.OutputOf(device.Int64, c.anchor, v, shape)
}

// ofFloats returns numbers as a tensor of the run, of that type.
func (c *call) ofFloats(t device.DType, v []float64, shape ...int) *tensor.Tensor {
	if shape == nil {
		shape = []int{len(v)}
	}
	return tensor.OutputOf(t, c.anchor, v, shape)
}

// full returns a tensor of the run with one number everywhere.
func (c *call) full(t device.DType, v float64, shape ...int) *tensor.Tensor {
	c.product(shape)
	return tensor.OutputAs(t, c.anchor, shape).Fill(v)
}

// attribute returns the attribute of that name, or nil. Its type must be one of kinds.
func (c *call) attribute(name string, kinds ...proto.AttributeType) *proto.Attribute {
	a := c.node.attributes[name]
	if a == nil {
		return nil
	}
	k := a.Kind()
	for _, want := range kinds {
		if k == want {
			return a
		}
	}
	c.fail("attribute %s has type %d", name, k)
	return nil
}

// given reports whether an attribute is there.
func (c *call) given(name string) bool { return c.node.attributes[name] != nil }

// integer returns an attribute, or def if it is absent.
func (c *call) integer(name string, def int) int {
	if a := c.attribute(name, proto.AttributeInt); a != nil {
		return int(a.Int)
	}
	return def
}

// flag returns an integer attribute that stands for yes or no.
func (c *call) flag(name string, def bool) bool {
	n := 0
	if def {
		n = 1
	}
	return c.integer(name, n) != 0
}

// float returns an attribute, or def if it is absent.
func (c *call) float(name string, def float64) float64 {
	if a := c.attribute(name, proto.AttributeFloat); a != nil {
		return float64(a.Float)
	}
	return def
}

// text returns an attribute, or def if it is absent.
func (c *call) text(name, def string) string {
	if a := c.attribute(name, proto.AttributeString); a != nil {
		return string(a.String)
	}
	return def
}

// integers returns an attribute, or def if it is absent.
func (c *call) integers(name string, def []int) []int {
	if a := c.attribute(name, proto.AttributeInts, proto.AttributeInt); a != nil {
		if len(a.Ints) == 0 && a.Kind() == proto.AttributeInt {
			return []int{int(a.Int)}
		}
		return toInts(a.Ints)
	}
	return def
}

// floats returns an attribute, or def if it is absent.
func (c *call) floats(name string, def []float32) []float32 {
	if a := c.attribute(name, proto.AttributeFloats); a != nil {
		return a.Floats
	}
	return def
}

// texts returns an attribute, or nil if it is absent.
func (c *call) texts(name string) []string {
	a := c.attribute(name, proto.AttributeStrings)
	if a == nil {
		return nil
	}
	out := make([]string, len(a.Strings))
	for i, s := range a.Strings {
		out[i] = string(s)
	}
	return out
}

// axis returns a as an axis of a tensor of that rank.
func (c *call) axis(a, rank int) int {
	if a < 0 {
		a += rank
	}
	if a < 0 || a >= max(rank, 1) {
		c.fail("there is no axis %d of %d", a, rank)
	}
	return a
}

// axes returns them from the front, checked to be different.
func (c *call) axes(list []int, rank int) []int {
	out := make([]int, len(list))
	seen := map[int]bool{}
	for i, a := range list {
		out[i] = c.axis(a, rank)
		if seen[out[i]] {
			c.fail("axis %d stands twice in %v", a, list)
		}
		seen[out[i]] = true
	}
	return out
}

// choice returns one of several texts, or panics.
func (c *call) choice(name, def string, of ...string) string {
	got := c.text(name, def)
	for _, s := range of {
		if s == got {
			return got
		}
	}
	c.fail("%s is %s; there are %s", name, got, fmt.Sprint(of))
	return ""
}
