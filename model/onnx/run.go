package onnx

import (
	"context"
	"errors"
	"runtime"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/device/cpu"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/tensor"
)

// A run is one execution of a program.
type run struct {
	ctx    context.Context
	pass   *nn.Pass
	anchor *tensor.Tensor // of the pass: what is made like it belongs to the pass
	keep   bool           // there is a history: nothing is given back before the pass ends
	depth  int
}

// A frame is the values of one execution of one graph.
type frame struct {
	values []*Value
}

func (p *Program) run(ctx context.Context, pass *nn.Pass, in []*Value) []*Value {
	if len(in) != len(p.graph.inputs) {
		panic(tensor.Errorf("Run", "the model takes %d inputs, and %d are given", len(p.graph.inputs), len(in)))
	}
	r := &run{ctx: ctx, pass: pass, anchor: pass.Input(tensor.New(cpu.Device, device.Float32))}
	given := make([]*Value, len(in))
	for i, v := range in {
		given[i] = r.bring(v)
	}
	for _, n := range p.params {
		r.keep = r.keep || pass.UseFull(n.Param).NeedsGrad()
	}
	return r.graph(p.graph, nil, given)
}

// bring returns a value as one of the pass.
func (r *run) bring(v *Value) *Value {
	if v == nil {
		return nil
	}
	own := *v
	if v.Tensor != nil {
		r.keep = r.keep || v.Tensor.NeedsGrad()
		if !v.Tensor.NeedsGrad() {
			own.Tensor = r.pass.Input(v.Tensor)
		}
	}
	own.Elems = nil
	for _, e := range v.Elems {
		own.Elems = append(own.Elems, r.bring(e))
	}
	own.Keys = r.bring(v.Keys)
	return &own
}

// graph runs a graph with the values of the one around it. Its outputs are claimed once.
func (r *run) graph(g *graph, outer *frame, in []*Value) []*Value {
	if r.depth++; r.depth > 2*maxNesting {
		panic(tensor.Errorf("Run", "graphs lie more than %d deep in each other", 2*maxNesting))
	}
	defer func() { r.depth-- }()
	f := &frame{values: make([]*Value, g.slots)}
	for _, c := range g.constants {
		if c.param != nil {
			f.values[c.slot] = Of(r.pass.UseFull(c.param))
		} else {
			f.values[c.slot] = r.bring(c.value)
		}
	}
	for _, c := range g.captures {
		f.values[c.slot] = outer.values[c.outer]
	}
	for i, slot := range g.inputs {
		if i < len(in) {
			f.values[slot] = in[i]
			r.claim(in[i])
		}
	}
	for _, n := range g.nodes {
		r.step(f, n)
	}
	out := make([]*Value, len(g.outputs))
	for i, slot := range g.outputs {
		out[i] = f.values[slot]
		r.claim(out[i])
	}
	r.leave(g, f)
	return out
}

// leave gives back what the graph claimed for itself and no node was the last to read: its inputs and outputs.
func (r *run) leave(g *graph, f *frame) {
	for slot, v := range f.values {
		if !g.foreign[slot] && v != nil {
			r.drop(v)
		}
	}
}

// step runs one node.
func (r *run) step(f *frame, n *node) {
	if err := r.ctx.Err(); err != nil {
		panic(tensor.Errorf(n.op, "%v", err))
	}
	c := &call{run: r, node: n, frame: f, in: make([]*Value, len(n.in))}
	for i, slot := range n.in {
		if slot >= 0 {
			c.in[i] = f.values[slot]
		}
	}
	mark := r.pass.Scope().Mark()
	out := c.guarded()
	for i, slot := range n.out {
		if slot < 0 {
			continue
		}
		if i < len(out) {
			f.values[slot] = out[i]
			r.claim(out[i])
		}
	}
	for _, v := range c.owned {
		r.drop(v)
	}
	for _, slot := range n.dead {
		if v := f.values[slot]; v != nil {
			r.drop(v)
			f.values[slot] = nil
		}
	}
	if !r.keep {
		r.pass.Scope().Sweep(mark)
	}
}

// guarded runs the operator. What panics does so as a [tensor.Error] that names the node: a model is a program of somebody
// else's, so its mistakes are not ours.
func (c *call) guarded() (out []*Value) {
	defer func() {
		caught := recover()
		if caught == nil {
			return
		}
		e, ok := caught.(*tensor.Error)
		if !ok {
			var fault runtime.Error
			err, isError := caught.(error)
			if !isError || !errors.As(err, &fault) {
				panic(caught)
			}
			e = tensor.Errorf(c.node.op, "%v", fault)
		}
		if e.Layer == "" {
			e.Layer = c.node.name
		}
		panic(e)
	}()
	if c.node.body != nil {
		out = c.graph(c.node.body, nil, c.in)
		c.owned = out
	} else {
		out = c.node.run(c)
	}
	limit := c.pass.Scope().Limited()
	for _, v := range out {
		v.each(func(t *tensor.Tensor) {
			if limit > 0 && int64(t.Len()) > limit/int64(t.DType().Bytes()) {
				c.fail("an output of shape %v would exceed the limit of %d bytes", t, limit)
			}
		})
	}
	return out
}

// claim keeps the tensors of a value from being given back.
func (r *run) claim(v *Value) {
	if !r.keep {
		v.each(func(t *tensor.Tensor) { t.Claim() })
	}
}

// drop undoes a claim.
func (r *run) drop(v *Value) {
	if !r.keep {
		v.each(func(t *tensor.Tensor) { t.Drop() })
	}
}
