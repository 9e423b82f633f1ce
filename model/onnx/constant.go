package onnx

import (
	"math"

	"github.com/jimu-ml/jimu/device"
	proto "github.com/jimu-ml/jimu/format/onnx"
	"github.com/jimu-ml/jimu/tensor"
)

func init() {
	register("Constant", 1, constantValue)
	register("ConstantOfShape", 9, constantOfShape)
	register("Shape", 1, shapeOperator)
	register("Size", 1, func(c *call) []*Value {
		n := int64(1)
		for _, d := range c.value(0).Dims() {
			n *= int64(d)
		}
		return c.give(c.ofInts([]int64{n}).Reshape())
	})
	register("Range", 11, rangeOperator)
	register("EyeLike", 9, eyeLike)
}

// constantValue gives an attribute, whichever is there.
func constantValue(c *call) []*Value {
	for name, a := range c.node.attributes {
		switch name {
		case "value":
			v, err := FromProto(a.Tensor)
			if err != nil {
				c.fail("%v", err)
			}
			return []*Value{c.bring(v)}
		case "sparse_value":
			dense, err := a.SparseTensor.Dense(max(c.pass.Scope().Limited(), 1<<30))
			if err != nil {
				c.fail("%v", err)
			}
			v, err := FromProto(dense)
			if err != nil {
				c.fail("%v", err)
			}
			return []*Value{c.bring(v)}
		case "value_int":
			return c.give(c.ofInts([]int64{a.Int}).Reshape())
		case "value_ints":
			return c.give(c.ofInts(a.Ints))
		case "value_float":
			return c.give(c.full(device.Float32, float64(a.Float)))
		case "value_floats":
			return c.give(tensor.OutputOf(device.Float32, c.anchor, a.Floats, []int{len(a.Floats)}))
		case "value_string":
			return []*Value{OfStrings([]string{string(a.String)})}
		case "value_strings":
			s := c.texts(name)
			return []*Value{OfStrings(s, len(s))}
		}
	}
	c.fail("it has no value")
	return nil
}

func constantOfShape(c *call) []*Value {
	shape := c.numbers(0, nil)
	a := c.attribute("value", proto.AttributeTensor)
	if a == nil {
		return c.give(c.full(device.Float32, 0, shape...))
	}
	v, err := FromProto(a.Tensor)
	if err != nil {
		c.fail("%v", err)
	}
	n := c.product(shape)
	if v.Kind == Strings && len(v.Strings) == 1 {
		s := make([]string, n)
		for i := range s {
			s[i] = v.Strings[0]
		}
		return []*Value{OfStrings(s, shape...)}
	}
	if v.Kind != Tensor || v.Tensor.Len() != 1 {
		c.fail("the value is %v; want one element", v)
	}
	return c.one(v.Type, c.pass.Input(v.Tensor).Reshape().Expand(shape...).Contiguous())
}

// shapeOperator gives the lengths of the axes from start to end, which are held within the rank.
func shapeOperator(c *call) []*Value {
	shape := c.value(0).Dims()
	rank := len(shape)
	bound := func(name string, def int) int {
		n := c.integer(name, def)
		if n < 0 {
			n += rank
		}
		return min(max(n, 0), rank)
	}
	lo, hi := bound("start", 0), bound("end", rank)
	var out []int64
	for i := lo; i < hi; i++ {
		out = append(out, int64(shape[i]))
	}
	return c.give(c.ofInts(out, len(out)))
}

func rangeOperator(c *call) []*Value {
	t := c.value(0).Type
	if c.x(0).DType().IsFloat() {
		lo, hi, step := c.scalar(0, 0), c.scalar(1, 0), c.scalar(2, 1)
		count := math.Ceil((hi - lo) / step)
		if !(count < 1<<40) {
			c.fail("from %v to %v by %v has no end", lo, hi, step)
		}
		n := max(0, int(count))
		c.room(n)
		v := make([]float64, n)
		for i := range v {
			v[i] = lo + float64(i)*step
		}
		return c.one(t, c.ofFloats(c.x(0).DType(), v))
	}
	lo, hi, step := c.longs(0)[0], c.longs(1)[0], c.longs(2)[0]
	if step == 0 {
		c.fail("from %d to %d by 0 has no end", lo, hi)
	}
	count := math.Ceil((float64(hi) - float64(lo)) / float64(step))
	c.room(int(max(0, min(count, 1<<60))))
	v := make([]int64, 0, int(max(0, count)))
	for i := range int(max(0, count)) {
		v = append(v, lo+int64(i)*step)
	}
	return c.one(t, c.integersLike(0, v, []int{len(v)}))
}

func eyeLike(c *call) []*Value {
	x := c.wants(0, 2)
	t := c.value(0).Type
	if c.given("dtype") {
		t = proto.DataType(c.integer("dtype", 0))
	}
	k := c.integer("k", 0)
	rows, cols := x.Dim(0), x.Dim(1)
	v := make([]float64, c.product([]int{rows, cols}))
	for i := range rows {
		if j := i + k; j >= 0 && j < cols {
			v[i*cols+j] = 1
		}
	}
	return []*Value{c.cast(Of(c.ofFloats(device.Float64, v, rows, cols)), t)}
}
