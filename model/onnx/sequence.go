package onnx

import (
	"slices"

	"github.com/jimu-ml/jimu/tensor"
)

func init() {
	register("SequenceEmpty", 11, func(*call) []*Value { return []*Value{OfSequence()} })
	register("SequenceConstruct", 11, func(c *call) []*Value { return []*Value{OfSequence(c.in...)} })
	register("SequenceLength", 11, func(c *call) []*Value {
		return c.give(c.ofInts([]int64{int64(len(c.sequence(0).Elems))}).Reshape())
	})
	register("SequenceAt", 11, func(c *call) []*Value {
		s := c.sequence(0)
		return []*Value{s.Elems[c.place(1, len(s.Elems), len(s.Elems)-1)]}
	})
	register("SequenceInsert", 11, func(c *call) []*Value {
		s := c.sequence(0)
		at := c.place(2, len(s.Elems), len(s.Elems))
		return []*Value{OfSequence(slices.Insert(slices.Clone(s.Elems), at, c.value(1))...)}
	})
	register("SequenceErase", 11, func(c *call) []*Value {
		s := c.sequence(0)
		at := c.place(1, len(s.Elems), len(s.Elems)-1)
		return []*Value{OfSequence(slices.Delete(slices.Clone(s.Elems), at, at+1)...)}
	})
	register("ConcatFromSequence", 11, concatFromSequence)
	register("SplitToSequence", 11, splitToSequence)
	register("SequenceMap", 17, sequenceMap)
	register("Optional", 15, func(c *call) []*Value {
		v := &Value{Kind: Optional}
		if c.has(0) {
			v.Elems = []*Value{c.value(0)}
		}
		return []*Value{v}
	})
	register("OptionalHasElement", 15, func(c *call) []*Value {
		there := c.has(0) && (c.value(0).Kind != Optional || len(c.value(0).Elems) > 0)
		v := 0.0
		if there {
			v = 1
		}
		return c.give(c.full(boolType, v))
	})
	register("OptionalGetElement", 15, func(c *call) []*Value {
		v := c.value(0)
		if v.Kind != Optional {
			return []*Value{v}
		}
		if len(v.Elems) == 0 {
			c.fail("the optional is empty")
		}
		return []*Value{v.Elems[0]}
	})
}

// sequence returns input i as a sequence.
func (c *call) sequence(i int) *Value {
	v := c.value(i)
	if v.Kind == Optional && len(v.Elems) == 1 {
		v = v.Elems[0]
	}
	if v.Kind != Sequence {
		c.fail("input %d is a %v; want a sequence", i, v)
	}
	return v
}

// place returns input i as a position up to most; counted from the end, n, if it is negative or absent.
func (c *call) place(i, n, most int) int {
	if !c.has(i) {
		return most
	}
	at := int(c.scalar(i, 0))
	if at < 0 {
		at += n
	}
	if at < 0 || at > most {
		c.fail("there is no position %d of %d", int(c.scalar(i, 0)), n)
	}
	return at
}

func concatFromSequence(c *call) []*Value {
	s := c.sequence(0)
	var x []*tensor.Tensor
	for _, e := range s.Elems {
		if e.Kind != Tensor || e.Type != s.Elems[0].Type {
			c.fail("the sequence holds %v", e)
		}
		x = append(x, e.Tensor)
	}
	if len(x) == 0 {
		c.fail("the sequence is empty")
	}
	axis, rank := c.integer("axis", 0), x[0].Rank()
	var y *tensor.Tensor
	if c.flag("new_axis", false) {
		y = tensor.Stack(c.axis(axis, rank+1), x...)
	} else {
		y = tensor.Concat(c.axis(axis, rank), x...)
	}
	return c.one(s.Elems[0].Type, y)
}

// splitToSequence cuts an axis into pieces of one length, the last perhaps shorter, of given lengths, or of length 1.
func splitToSequence(c *call) []*Value {
	shape := c.value(0).Dims()
	axis := c.axis(c.integer("axis", 0), len(shape))
	n := shape[axis]
	var lengths []int
	switch each := 1; {
	case c.has(1) && c.x(1).Rank() > 0:
		lengths = c.numbers(1, nil)
	default:
		if c.has(1) {
			each = int(c.scalar(1, 1))
		}
		if each < 1 {
			c.fail("pieces of length %d", each)
		}
		for left := n; left > 0; left -= each {
			lengths = append(lengths, min(each, left))
		}
	}
	seq, at := OfSequence(), 0
	for _, k := range lengths {
		if k < 0 || k > n-at {
			c.fail("pieces of %v along %d elements", lengths, n)
		}
		lo := at
		piece := c.moved(0, func(x *tensor.Tensor) *tensor.Tensor {
			y := x.Slice(axis, lo, lo+k)
			if !c.has(1) && !c.flag("keepdims", true) {
				y = y.Squeeze(axis)
			}
			return y
		})
		seq.Elems, at = append(seq.Elems, piece...), at+k
	}
	if at != n {
		c.fail("pieces of %v along %d elements", lengths, n)
	}
	return []*Value{seq}
}

// sequenceMap runs a body on each element of the sequences among the inputs, with the other inputs as they are.
func sequenceMap(c *call) []*Value {
	body := c.inner("body")
	n := len(c.sequence(0).Elems)
	out := make([]*Value, len(body.outputs))
	for k := range out {
		out[k] = OfSequence()
	}
	for i := range n {
		var in []*Value
		for k, v := range c.in {
			if v != nil && v.Kind == Sequence {
				if len(v.Elems) != n {
					c.fail("input %d has %d elements, the first %d", k, len(v.Elems), n)
				}
				v = v.Elems[i]
			}
			in = append(in, v)
		}
		got := c.graph(body, c.frame, in)
		c.owned = append(c.owned, got...)
		for k := range out {
			out[k].Elems = append(out[k].Elems, got[k])
		}
	}
	return out
}
