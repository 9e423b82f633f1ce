package onnx

import (
	"math"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/tensor"
)

func init() {
	register("Slice", 1, func(c *call) []*Value {
		starts := c.integers("starts", nil)
		return c.slice(starts, c.integers("ends", nil), c.integers("axes", nil), nil)
	})
	register("Slice", 10, func(c *call) []*Value {
		return c.slice(c.numbers(1, nil), c.numbers(2, nil), c.numbers(3, nil), c.numbers(4, nil))
	})
	register("Split", 1, func(c *call) []*Value { return c.split(c.integers("split", nil)) })
	register("Split", 13, func(c *call) []*Value { return c.split(c.numbers(1, nil)) })
	register("Concat", 1, concat)
	register("Pad", 1, func(c *call) []*Value {
		pads := c.integers("pads", c.integers("paddings", nil))
		return c.pad(pads, nil, c.full(c.x(0).DType(), c.float("value", 0)))
	})
	register("Pad", 11, func(c *call) []*Value {
		value := c.maybe(2)
		if value == nil && c.value(0).Kind == Tensor {
			value = c.full(c.x(0).DType(), 0)
		}
		return c.pad(c.numbers(1, nil), c.numbers(3, nil), value)
	})
}

// slice takes elements from starts to ends by steps along axes. Bounds count from the end if they are negative, and are then
// held within the axis.
func (c *call) slice(starts, ends, axes, steps []int) []*Value {
	shape := c.value(0).Dims()
	if axes == nil {
		for i := range starts {
			axes = append(axes, i)
		}
	}
	axes = c.axes(axes, len(shape))
	if len(ends) != len(starts) || len(axes) != len(starts) || steps != nil && len(steps) != len(starts) {
		c.fail("there are %d starts, %d ends, %d axes and %d steps", len(starts), len(ends), len(axes), len(steps))
	}
	return c.moved(0, func(x *tensor.Tensor) *tensor.Tensor {
		for i, a := range axes {
			step := 1
			if steps != nil {
				step = steps[i]
			}
			x = c.sliced(x, a, starts[i], ends[i], step)
		}
		return x
	})
}

func (c *call) sliced(x *tensor.Tensor, axis, lo, hi, step int) *tensor.Tensor {
	n := x.Dim(axis)
	if lo < 0 {
		lo += n
	}
	if hi < 0 && hi > math.MinInt+n {
		hi += n
	}
	switch {
	case step == 0 || step == math.MinInt:
		c.fail("a step is %d", step)
	case step > 0:
		lo, hi = min(max(lo, 0), n), min(max(hi, 0), n)
		if lo >= hi {
			return x.Slice(axis, 0, 0)
		}
		if step == 1 {
			return x.Slice(axis, lo, hi)
		}
		return x.SliceStep(axis, lo, hi, min(step, n))
	}
	lo, hi = min(max(lo, -1), n-1), min(max(hi, -1), n-1)
	if lo <= hi {
		return x.Slice(axis, 0, 0)
	}
	if hi < 0 {
		hi = -n - 1
	}
	return x.SliceStep(axis, lo, hi, max(step, -n))
}

// split cuts an axis into parts of given lengths, or into as many equal ones as there are outputs, the last perhaps shorter.
func (c *call) split(lengths []int) []*Value {
	shape := c.value(0).Dims()
	axis := c.axis(c.integer("axis", 0), len(shape))
	n, parts := shape[axis], c.integer("num_outputs", c.outputs())
	if lengths == nil {
		if parts < 1 || parts > max(n, c.outputs()) {
			c.fail("%d elements in %d parts", n, parts)
		}
		each := (n + parts - 1) / parts
		for left := n; len(lengths) < parts; left -= each {
			lengths = append(lengths, max(0, min(each, left)))
		}
	}
	total := 0
	for _, k := range lengths {
		if k < 0 || k > n {
			c.fail("parts of %v along %d elements", lengths, n)
		}
		total += k
	}
	if total != n {
		c.fail("parts of %v along %d elements", lengths, n)
	}
	var out []*Value
	at := 0
	for _, k := range lengths {
		lo, hi := at, at+k
		out = append(out, c.moved(0, func(x *tensor.Tensor) *tensor.Tensor { return x.Slice(axis, lo, hi) })...)
		at = hi
	}
	return out
}

func concat(c *call) []*Value {
	axis := c.axis(c.integer("axis", 1), len(c.value(0).Dims()))
	if c.value(0).Kind == Strings {
		all := OfStrings(nil)
		var places []*tensor.Tensor
		for i := range c.in {
			v := c.strings(i)
			places = append(places, c.places(v).AddScalar(float64(len(all.Strings))))
			all.Strings = append(all.Strings, v.Strings...)
		}
		y := tensor.Concat(axis, places...)
		return []*Value{OfStrings(all.picked(y.Ints()), append([]int{}, y.Shape()...)...)}
	}
	parts := make([]*tensor.Tensor, len(c.in))
	for i := range parts {
		parts[i] = c.x(i)
		if c.value(i).Type != c.value(0).Type {
			c.fail("the inputs are %v and %v", c.value(0), c.value(i))
		}
	}
	return c.as(0, tensor.Concat(axis, parts...))
}

// pad puts elements before and behind, or takes some away where a number is negative.
func (c *call) pad(pads, axes []int, value *tensor.Tensor) []*Value {
	rank := len(c.value(0).Dims())
	if axes == nil {
		for i := range rank {
			axes = append(axes, i)
		}
	}
	axes = c.axes(axes, rank)
	if len(pads) != 2*len(axes) {
		c.fail("there are %d pads for %d axes", len(pads), len(axes))
	}
	mode := c.choice("mode", "constant", "constant", "reflect", "edge", "wrap")
	x := c.x(0)
	for i, a := range axes {
		before, behind := pads[i], pads[i+len(axes)]
		c.room(max(before, -before))
		c.room(max(behind, -behind))
		if mode == "constant" {
			x = c.surrounded(x, a, before, behind, value)
		} else {
			x = c.continued(x, a, before, behind, mode)
		}
	}
	return c.as(0, x)
}

func (c *call) surrounded(x *tensor.Tensor, axis, before, behind int, value *tensor.Tensor) *tensor.Tensor {
	x = c.sliced(x, axis, max(0, -before), max(0, x.Dim(axis)-max(0, -behind)), 1)
	parts := []*tensor.Tensor{x}
	block := func(n int) *tensor.Tensor {
		shape := append([]int{}, x.Shape()...)
		shape[axis] = n
		c.product(shape)
		return value.Reshape().Expand(shape...)
	}
	if before > 0 {
		parts = append([]*tensor.Tensor{block(before)}, parts...)
	}
	if behind > 0 {
		parts = append(parts, block(behind))
	}
	if len(parts) == 1 {
		return x
	}
	return tensor.Concat(axis, parts...)
}

// continued takes each new element from where the mode says that the axis goes on.
func (c *call) continued(x *tensor.Tensor, axis, before, behind int, mode string) *tensor.Tensor {
	n := x.Dim(axis)
	if n == 0 {
		c.fail("an empty axis has nothing to go on with")
	}
	index := make([]int64, max(0, n+before+behind))
	for i := range index {
		k := i - before
		switch mode {
		case "edge":
			k = min(max(k, 0), n-1)
		case "wrap":
			k = ((k % n) + n) % n
		default:
			period := max(1, 2*(n-1))
			if k = ((k % period) + period) % period; k >= n {
				k = period - k
			}
		}
		index[i] = int64(k)
	}
	return x.Take(axis, tensor.OutputOf(device.Int64, c.anchor, index, []int{len(index)}))
}
