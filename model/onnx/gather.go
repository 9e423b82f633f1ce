package onnx

import (
	"slices"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

func init() {
	register("Gather", 1, gather)
	register("GatherElements", 11, func(c *call) []*Value {
		axis := c.axis(c.integer("axis", 0), len(c.value(0).Dims()))
		index := c.index(1, c.value(0).Dims()[axis])
		return c.moved(0, func(x *tensor.Tensor) *tensor.Tensor { return x.TakeAlong(axis, index) })
	})
	register("GatherND", 11, func(c *call) []*Value {
		batch := c.integer("batch_dims", 0)
		index := c.coordinates(1, c.value(0).Dims(), batch)
		return c.moved(0, func(x *tensor.Tensor) *tensor.Tensor { return op.GatherND(x, index, batch) })
	})
	register("Scatter", 9, scatterElements)
	register("Scatter", 11, scatterElements)
	register("ScatterElements", 11, scatterElements)
	register("ScatterND", 11, scatterND)
	register("Compress", 9, compress)
	register("OneHot", 9, oneHot)
	register("NonZero", 9, func(c *call) []*Value { return c.give(c.x(0).Detach().Nonzero().T()) })
}

// index returns input i as positions of an axis with n elements, none of them negative.
func (c *call) index(i, n int) *tensor.Tensor {
	v := c.longs(i)
	for k, p := range v {
		if p < 0 {
			v[k] += int64(n)
		}
		if v[k] < 0 || v[k] >= int64(n) {
			c.fail("there is no position %d of %d", p, n)
		}
	}
	return c.ofInts(v, c.x(i).Shape()...)
}

func gather(c *call) []*Value {
	shape := c.value(0).Dims()
	axis := c.axis(c.integer("axis", 0), len(shape))
	index := c.index(1, shape[axis])
	out := slices.Concat(shape[:axis], index.Shape(), shape[axis+1:])
	c.product(out)
	if c.value(0).Type.IsComplex() {
		out = append(out, 2)
	}
	return c.moved(0, func(x *tensor.Tensor) *tensor.Tensor {
		if index.Len() == 1 {
			return x.Slice(axis, int(index.Ints()[0]), int(index.Ints()[0])+1).Reshape(out...)
		}
		return x.Take(axis, index.Reshape(-1)).Reshape(out...)
	})
}

// coordinates returns input i, whose last axis counts the axes of a shape behind batch others, with no negative element.
func (c *call) coordinates(i int, shape []int, batch int) *tensor.Tensor {
	x := c.x(i)
	if x.Rank() == 0 || batch < 0 || batch >= x.Rank() || batch+x.Dim(-1) > len(shape) {
		c.fail("indices of shape %v into %v behind %d axes", x, shape, batch)
	}
	v, k := c.longs(i), x.Dim(-1)
	for j := range v {
		n := int64(shape[batch+j%k])
		if v[j] < 0 {
			v[j] += n
		}
		if v[j] < 0 || v[j] >= n {
			c.fail("there is no position %d of %d", v[j], n)
		}
	}
	return c.ofInts(v, x.Shape()...)
}

var reductions = map[string]tensor.Reduction{"add": tensor.ReduceSum, "mul": tensor.ReduceProd, "max": tensor.ReduceMax, "min": tensor.ReduceMin}

func scatterElements(c *call) []*Value {
	x, src := c.x(0), c.x(2)
	axis := c.axis(c.integer("axis", 0), x.Rank())
	index := c.index(1, x.Dim(axis))
	how := c.choice("reduction", "none", "none", "add", "mul", "max", "min")
	if how == "none" {
		return c.as(0, x.PutAlong(axis, index, src))
	}
	return c.as(0, c.wrapped(c.value(0).Type, x.ReduceAlong(axis, index, src, reductions[how], true)))
}

func scatterND(c *call) []*Value {
	x, src := c.x(0), c.x(2)
	index := c.coordinates(1, x.Shape(), 0)
	how := c.choice("reduction", "none", "none", "add", "mul", "max", "min")
	if how == "none" {
		return c.as(0, op.ScatterND(x, index, src))
	}
	return c.as(0, c.wrapped(c.value(0).Type, op.ScatterNDReduce(x, index, src, reductions[how])))
}

// compress takes the positions where a condition is true, along an axis or of all elements.
func compress(c *call) []*Value {
	var keep []int64
	for i, v := range tensor.Values[uint8](c.wants(1, 1)) {
		if v != 0 {
			keep = append(keep, int64(i))
		}
	}
	index := c.ofInts(keep, len(keep))
	return c.moved(0, func(x *tensor.Tensor) *tensor.Tensor {
		if !c.given("axis") {
			return x.Reshape(-1).Take(0, index)
		}
		return x.Take(c.axis(c.integer("axis", 0), x.Rank()), index)
	})
}

// oneHot puts the second of two values where a position along a new axis is the index, and the first elsewhere, everywhere
// where the index is beyond.
func oneHot(c *call) []*Value {
	depth := int(c.scalar(1, 0))
	if depth < 0 {
		c.fail("the depth is %d", depth)
	}
	c.room(depth)
	index := tensor.Values[int64](c.x(0))
	for i, p := range index {
		if p < 0 {
			index[i] += int64(depth)
		}
	}
	values := c.wants(2, 1)
	if values.Len() != 2 {
		c.fail("there are %d values; want two", values.Len())
	}
	shape := c.x(0).Shape()
	axis := c.axis(c.integer("axis", -1), len(shape)+1)
	lengths := make([]int, len(shape)+1)
	for i := range lengths {
		lengths[i] = 1
	}
	lengths[axis] = depth
	c.product(append(slices.Clone(shape), depth))
	classes := make([]int64, depth)
	for i := range classes {
		classes[i] = int64(i)
	}
	at := tensor.OutputOf(device.Int64, c.anchor, index, shape).Unsqueeze(axis)
	hot := at.Equal(c.ofInts(classes, lengths...))
	return c.as(2, tensor.Where(hot, values.Select(0, 1), values.Select(0, 0)))
}
