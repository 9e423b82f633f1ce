package onnx

import (
	"math"
	"slices"

	"github.com/jimu-ml/jimu/device"
	proto "github.com/jimu-ml/jimu/format/onnx"
	"github.com/jimu-ml/jimu/tensor"
)

func init() {
	register("If", 1, func(c *call) []*Value {
		name := "else_branch"
		if c.scalar(0, 0) != 0 {
			name = "then_branch"
		}
		c.owned = c.graph(c.inner(name), c.frame, nil)
		return c.owned
	})
	register("Loop", 1, loop)
	register("Scan", 8, batchedScan)
	register("Scan", 9, scan)
}

// inner returns the graph that an attribute is.
func (c *call) inner(name string) *graph {
	g := c.node.graphs[name]
	if g == nil {
		c.fail("it has no graph %s", name)
	}
	return g
}

// loop repeats a body: while a condition holds, and no more often than a number says. What the body gives beyond its
// state is stacked over the rounds.
func loop(c *call) []*Value {
	body, carried := c.inner("body"), len(c.in)-2
	if carried < 0 || len(body.inputs) != carried+2 || len(body.outputs) < carried+1 {
		c.fail("the body takes %d values and gives %d for a state of %d", len(body.inputs), len(body.outputs), carried)
	}
	most := int64(math.MaxInt64)
	if c.has(0) {
		most = int64(c.scalar(0, 0))
	}
	going := Of(c.full(device.Bool, 1))
	if c.has(1) {
		going = c.value(1)
	}
	c.claim(going)
	state := slices.Clone(c.in[2:])
	for _, v := range state {
		c.claim(v)
	}
	stacks := make([][]*Value, len(body.outputs)-carried-1)
	for i := int64(0); i < most && going.Tensor.Item() != 0; i++ {
		if err := c.ctx.Err(); err != nil {
			c.fail("%v", err)
		}
		out := c.graph(body, c.frame, append([]*Value{Of(c.ofInts([]int64{i}).Reshape()), going}, state...))
		for _, v := range append([]*Value{going}, state...) {
			c.drop(v)
		}
		if going = out[0]; going == nil || going.Tensor == nil {
			c.fail("the body gives no condition")
		}
		state = slices.Clone(out[1 : 1+carried])
		for k := range stacks {
			stacks[k] = append(stacks[k], out[1+carried+k])
		}
	}
	c.owned = append(append(c.owned, going), state...)
	for k, s := range stacks {
		c.owned = append(c.owned, s...)
		state = append(state, c.stacked(s, 0, body, 1+carried+k))
	}
	return state
}

// stacked joins the values of all rounds along a new axis. Of none the type is what the graph says of its output.
func (c *call) stacked(values []*Value, axis int, g *graph, output int) *Value {
	if len(values) == 0 {
		t := proto.Float
		shape := []int{0}
		if output < len(g.types) && g.types[output] != nil && g.types[output].Tensor != nil {
			if t = g.types[output].Tensor.Elem; !t.Known() || t == proto.String {
				c.fail("a stack of no %v", t)
			}
			shape = append(shape, shapeOf(g.types[output].Tensor.Shape)...)
		}
		return &Value{Type: t, Tensor: c.full(t.Carrier(), 0, shape...)}
	}
	x := make([]*tensor.Tensor, len(values))
	for i, v := range values {
		if v == nil || v.Tensor == nil {
			c.fail("only tensors can be stacked, and round %d gave %v", i, v)
		}
		x[i] = v.Tensor
	}
	return &Value{Type: values[0].Type, Tensor: tensor.Stack(axis, x...)}
}

// scan goes over axes of some inputs, slice by slice, with a state.
func scan(c *call) []*Value {
	body, scanned := c.inner("body"), c.integer("num_scan_inputs", 0)
	return c.scan(body, c.in, scanned, c.integers("scan_input_axes", nil), c.integers("scan_output_axes", nil),
		c.integers("scan_input_directions", nil), c.integers("scan_output_directions", nil))
}

func (c *call) scan(body *graph, in []*Value, scanned int, inAxes, outAxes, inDirections, outDirections []int) []*Value {
	carried := len(in) - scanned
	if scanned < 1 || carried < 0 || len(body.outputs) < carried || len(body.inputs) != len(in) {
		c.fail("the body takes %d values and gives %d, for a state of %d and %d inputs that are scanned", len(body.inputs), len(body.outputs), carried, scanned)
	}
	at := func(list []int, i, def int) int {
		if i < len(list) {
			return list[i]
		}
		return def
	}
	state := slices.Clone(in[:carried])
	for _, v := range state {
		c.claim(v)
	}
	rounds := -1
	for i, v := range in[carried:] {
		if v == nil || v.Tensor == nil {
			c.fail("only tensors can be scanned, and input %d is %v", carried+i, v)
		}
		n := v.Tensor.Dim(at(inAxes, i, 0))
		if rounds >= 0 && n != rounds {
			c.fail("one input has %d slices, another %d", rounds, n)
		}
		rounds = n
	}
	stacks := make([][]*Value, len(body.outputs)-carried)
	for r := range rounds {
		given := slices.Clone(state)
		for i, v := range in[carried:] {
			k := r
			if at(inDirections, i, 0) == 1 {
				k = rounds - 1 - r
			}
			given = append(given, &Value{Type: v.Type, Tensor: v.Tensor.Select(at(inAxes, i, 0), k)})
		}
		out := c.graph(body, c.frame, given)
		for _, v := range state {
			c.drop(v)
		}
		state = slices.Clone(out[:carried])
		for k := range stacks {
			stacks[k] = append(stacks[k], out[carried+k])
		}
	}
	c.owned = append(c.owned, state...)
	for k, s := range stacks {
		c.owned = append(c.owned, s...)
		if at(outDirections, k, 0) == 1 {
			slices.Reverse(s)
		}
		state = append(state, c.stacked(s, at(outAxes, k, 0), body, carried+k))
	}
	return state
}

// batchedScan is the first Scan: everything has a batch in front, and each example may have a length of its own.
func batchedScan(c *call) []*Value {
	body, scanned := c.inner("body"), c.integer("num_scan_inputs", 0)
	if len(c.in) < 2 {
		c.fail("nothing is scanned")
	}
	batch := c.x(1).Dim(0)
	var examples [][]*Value
	for b := range batch {
		var in []*Value
		for i := 1; i < len(c.in); i++ {
			x := c.x(i).Select(0, b)
			if carried := len(c.in) - 1 - scanned; i-1 >= carried && c.has(0) {
				x = x.Slice(0, 0, int(c.longs(0)[b]))
			}
			in = append(in, &Value{Type: c.value(i).Type, Tensor: x})
		}
		examples = append(examples, c.scan(body, in, scanned, nil, nil, c.integers("directions", nil), nil))
	}
	if batch == 0 {
		c.fail("the batch is empty")
	}
	out := make([]*Value, len(examples[0]))
	for k := range out {
		var parts []*Value
		for _, e := range examples {
			parts = append(parts, e[k])
		}
		out[k] = c.stacked(parts, 0, body, k)
	}
	return out
}
