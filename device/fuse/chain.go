package fuse

import "github.com/jimu-ml/jimu/device"

const (
	longest = 32 // most steps of a chain
	broad   = 64 // most inputs of one
)

// A chain is elementwise calls on outputs of one shape and layout, not run yet.
type chain struct {
	like   device.View   // the shape and layout, without memory
	inputs []device.View // what it reads that it has not made
	values []value       // what it makes, in the order of the calls
}

// A value is what one call makes.
type value struct {
	op     device.Op
	flag   bool
	scalar float64
	in     [3]int // another value, or ^i for input i
	dtype  device.DType

	out   device.View // where it is stored, if it is
	keep  bool        // it is
	last  int         // number of the last step that reads it; −1: none, and it is not stored either
	place int
}

// chainable reports whether a call can be part of a chain: an elementwise one on floats and booleans.
func chainable(c *device.Call) bool {
	n := c.Op.Elementwise()
	if n == 0 || n != len(c.In) || len(c.Out) != 1 {
		return false
	}
	y, x := c.Out[0], c.In[0]
	if !y.Dense() || y.Len() == 0 || !typed(y.DType) || !typed(x.DType) {
		return false
	}
	switch c.Op {
	case device.Copy: // one that changes the layout has faster ways
		return x.SameLayout(y) || x.Len() == 1
	case device.Where:
		return x.DType == device.Bool && c.In[1].DType == y.DType && c.In[2].DType == y.DType
	case device.Equal, device.Less, device.LessEqual:
		return y.DType == device.Bool && x.DType != device.Bool && c.In[1].DType == x.DType
	case device.And, device.Or, device.Not:
		return y.DType == device.Bool && x.DType == device.Bool && c.In[n-1].DType == device.Bool
	case device.Pow: // a device may compute a power for all elements otherwise than one for each
		if !x.SameLayout(y) || y.Len() == 1 || c.In[1].Len() != 1 && !c.In[1].SameLayout(y) {
			return false
		}
	}
	return y.DType != device.Bool && x.DType == y.DType && c.In[n-1].DType == y.DType
}

func typed(t device.DType) bool {
	return t == device.Float32 || t == device.Float64 || t == device.Bool
}

// fits reports whether a call's output has the layout of a chain, perhaps after [reshape].
func fits(c *device.Call, like *device.View) bool {
	y := c.Out[0]
	if y.SameLayout(like) {
		return true
	}
	if !y.RowMajor() || !like.RowMajor() || y.Len() != like.Len() {
		return false
	}
	for _, v := range c.In {
		if v.Len() != 1 && !(v.Len() == y.Len() && v.RowMajor()) {
			return false
		}
	}
	return true
}

// reshape gives an input of a call that fits the shape of the chain.
func reshape(v *device.View, y, like *device.View) device.View {
	w := *v
	if !y.SameLayout(like) {
		if v.Len() == 1 {
			w.SetRowMajor()
		} else {
			w.SetRowMajor(like.Dims()...)
		}
	}
	return w
}

// begin makes the chain ready for calls with outputs like y.
func (c *chain) begin(y *device.View) {
	c.like = *y
	c.like.Buffer, c.like.Offset = nil, 0
	c.inputs, c.values = c.inputs[:0], c.values[:0]
}

// input returns the operand for memory that a step reads.
func (c *chain) input(v *device.View) int {
	for i := range c.inputs {
		if c.inputs[i] == *v {
			return ^i
		}
	}
	c.inputs = append(c.inputs, *v)
	return ^(len(c.inputs) - 1)
}

// add appends what a call makes of operands.
func (c *chain) add(call *device.Call, in [3]int) int {
	c.values = append(c.values, value{
		op: call.Op, flag: call.Flag, scalar: call.Scalars[0], in: in, dtype: call.Out[0].DType,
	})
	return len(c.values) - 1
}

// join appends the values of another chain of the same layout, which reads nothing of this one, and returns by how much
// their numbers grow.
func (c *chain) join(o *chain) int {
	n := len(c.values)
	for _, v := range o.values {
		for i, p := range v.in {
			switch {
			case i >= v.op.Elementwise():
			case p < 0:
				v.in[i] = c.input(&o.inputs[^p])
			default:
				v.in[i] = p + n
			}
		}
		c.values = append(c.values, v)
	}
	return n
}
