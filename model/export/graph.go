package export

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/device/cpu"
	"github.com/jimu-ml/jimu/tensor"
)

// A value is a tensor of the graph that is to be written. It does not change.
type value struct {
	dtype device.DType
	shape []int
	from  *node // what makes it, or nil: an input, a parameter, a constant
	id    int

	varies bool           // with the inputs; else its elements are known:
	data   *tensor.Tensor // on the host, or nil
	ints   []int64        // in place of data, of a shape or a list of axes
	fill   *float64       // all the elements, if they are one number

	name  string // of an input or a parameter
	param bool
	layer string // that made it
}

// A node is an operation of the graph.
type node struct {
	op    string
	in    []*value // nil: absent
	out   []*value
	attrs []attr
	layer string
	near  *linear // of what a linear map makes
	sums  *sums   // of what is on the way to sums of all elements so far
}

// An attr is an attribute of a node: an int64, float64, string or []int64.
type attr struct {
	name  string
	value any
}

// A graph grows while a model runs.
type graph struct {
	opset  int
	nodes  []*node
	known  map[string]*node // by what they compute, so that nothing is computed twice
	values int
	layer  string // that runs now
}

func newGraph(opset int) *graph { return &graph{opset: opset, known: map[string]*node{}} }

func (g *graph) value(t device.DType, shape []int) *value {
	g.values++
	return &value{dtype: t, shape: slices.Clone(shape), id: g.values, layer: g.layer}
}

// node returns the results of an operation, which have the shapes and types of outs.
func (g *graph) node(op string, in []*value, attrs []attr, outs ...*value) []*value {
	key := nodeKey(op, in, attrs, len(outs))
	if n, ok := g.known[key]; ok {
		return n.out
	}
	n := &node{op: op, in: in, attrs: attrs, out: outs, layer: g.layer}
	for _, v := range in {
		if v != nil && v.varies {
			for _, o := range outs {
				o.varies = true
			}
		}
	}
	for _, o := range outs {
		if o != nil {
			o.from = n
		}
	}
	g.nodes = append(g.nodes, n)
	g.known[key] = n
	return outs
}

func nodeKey(op string, in []*value, attrs []attr, outs int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %d", op, outs)
	for _, v := range in {
		switch {
		case v == nil:
			b.WriteString(" -")
		case v.ints != nil:
			fmt.Fprintf(&b, " %v%v", v.shape, v.ints)
		case v.fill != nil && v.from == nil:
			fmt.Fprintf(&b, " %v%v=%v", v.dtype, v.shape, *v.fill)
		default:
			fmt.Fprintf(&b, " %d", v.id)
		}
	}
	for _, a := range attrs {
		fmt.Fprintf(&b, " %s=%v", a.name, a.value)
	}
	return b.String()
}

// one returns the result of an operation with one.
func (g *graph) one(op string, t device.DType, shape []int, in []*value, attrs ...attr) *value {
	return g.node(op, in, attrs, g.value(t, shape))[0]
}

// list returns integers as a vector.
func (g *graph) list(v ...int) *value {
	ints := make([]int64, len(v))
	for i, n := range v {
		ints[i] = int64(n)
	}
	return g.list64(ints)
}

func (g *graph) list64(v []int64) *value {
	l := g.value(device.Int64, []int{len(v)})
	l.ints = slices.Clone(v)
	if l.ints == nil {
		l.ints = []int64{}
	}
	return l
}

// number returns a constant of rank 0.
func (g *graph) number(t device.DType, v float64) *value {
	c := g.value(t, nil)
	c.fill = &v
	return c
}

// known gives y, which is made of x without arithmetic, its elements if those of x are known.
func known(y, x *value, f func(t *tensor.Tensor) *tensor.Tensor) *value {
	if x.data != nil && y.data == nil {
		y.data = f(x.data)
	}
	return y
}

// elements returns the elements of a value, if they are known.
func (v *value) elements() *tensor.Tensor {
	switch {
	case v.data != nil:
		return v.data
	case v.ints != nil:
		return tensor.Of(v.ints, v.shape...)
	case v.fill != nil:
		return tensor.New(cpu.Device, v.dtype, v.shape...).Fill(*v.fill)
	}
	return nil
}

// unary, binary and the like are nodes whose result has the type of the first input.
func (g *graph) unary(op string, x *value, attrs ...attr) *value {
	return g.one(op, x.dtype, x.shape, []*value{x}, attrs...)
}

// binary broadcasts.
func (g *graph) binary(op string, x, y *value) *value {
	return g.one(op, x.dtype, joint(x.shape, y.shape), []*value{x, y})
}

// joint returns the shape that shapes are broadcast to.
func joint(shapes ...[]int) []int {
	var out []int
	for _, s := range shapes {
		for len(out) < len(s) {
			out = slices.Insert(out, 0, 1)
		}
		for i, d := range s {
			if k := len(out) - len(s) + i; out[k] == 1 {
				out[k] = d
			}
		}
	}
	return out
}

// used returns the nodes that the values need, in the order in which they were made.
func (g *graph) used(of []*value) []*node {
	need := map[*node]bool{}
	var want func(v *value)
	want = func(v *value) {
		if v == nil || v.from == nil || need[v.from] {
			return
		}
		need[v.from] = true
		for _, in := range v.from.in {
			want(in)
		}
	}
	for _, v := range of {
		want(v)
	}
	return slices.DeleteFunc(slices.Clone(g.nodes), func(n *node) bool { return !need[n] })
}

// attr returns the value of an attribute, or nil.
func (n *node) attr(name string) any {
	for _, a := range n.attrs {
		if a.name == name {
			return a.value
		}
	}
	return nil
}

func isOp(v *value, ops ...string) bool {
	return v != nil && v.from != nil && slices.Contains(ops, v.from.op)
}
