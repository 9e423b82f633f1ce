package export

import (
	"cmp"
	"fmt"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/device/cpu"
	"github.com/jimu-ml/jimu/tensor"
)

// A recorder is a device that writes calls down as nodes of a graph. What depends on the inputs is not computed; the rest,
// which depends on parameters or on nothing, is computed as well, on the CPU, so that its elements are known.
type recorder struct {
	graph *graph
}

// A cell is memory of a recorder: what was written to it, the last last. A write of all of it is the first.
type cell struct {
	dtype  device.DType
	n      int
	writes []write
	varies bool
	memory device.Buffer // of the host, with the elements, unless they vary
	shared bool          // a value has its data in the memory
	owner  string        // the parameter whose memory it is
}

// Name returns what messages call the device.
func (*recorder) Name() string { return "export" }

// Sync returns nil: nothing runs later.
func (*recorder) Sync() error { return nil }

// Alloc returns a cell.
func (*recorder) Alloc(t device.DType, n int) device.Buffer { return &cell{dtype: t, n: n} }

// input returns the tensor of an input.
func (r *recorder) input(name string, t device.DType, shape []int) (*tensor.Tensor, *value) {
	x := r.graph.value(t, shape)
	x.name, x.varies = name, true
	v := device.View{DType: t}
	v.SetRowMajor(shape...)
	c := &cell{dtype: t, n: v.Len(), varies: true, writes: []write{{v, x}}}
	v.Buffer = c
	return tensor.On(r, v), x
}

// parameter returns the tensor of a parameter.
func (r *recorder) parameter(name string, t *tensor.Tensor) *tensor.Tensor {
	t = t.To(cpu.Device)
	v := *t.View()
	x := r.graph.value(v.DType, v.Dims())
	x.name, x.param, x.data, x.layer = name, true, t, layerOf(name)
	shown := v
	shown.Buffer = nil
	c := &cell{dtype: v.DType, n: v.Len(), memory: v.Buffer, shared: true, owner: x.layer, writes: []write{{shown, x}}}
	v.Buffer = c
	return tensor.On(r, v)
}

// Run writes a call down, unless the graph has nothing like it.
func (r *recorder) Run(c *device.Call) bool {
	if !touches(c.Out) {
		r.read(c)
		return true
	}
	r.graph.layer = r.layer(c)
	varies := false
	for _, v := range c.In {
		varies = varies || v != nil && varying(v)
	}
	for _, v := range c.Out {
		varies = varies || inPlace(c.Op) && varying(v)
	}
	if varies {
		return r.note(c)
	}
	return r.compute(c)
}

// touches reports whether one of the views is on a cell.
func touches(views []*device.View) bool {
	for _, v := range views {
		if _, ok := v.Buffer.(*cell); ok {
			return true
		}
	}
	return false
}

func varying(v *device.View) bool {
	c, ok := v.Buffer.(*cell)
	return ok && c.varies
}

// inPlace reports whether an operation reads what it writes to.
func inPlace(o device.Op) bool {
	return o == device.ScatterAdd || o == device.Accumulate || o == device.LSTM || o == device.GRU
}

// note adds the nodes of a call.
func (r *recorder) note(c *device.Call) bool {
	lower := lowerings[c.Op]
	n := &noted{graph: r.graph, Call: c, out: make([]*value, len(c.Out))}
	if lower == nil || !lower(n) {
		return false
	}
	for i, v := range c.Out {
		o := v.Buffer.(*cell)
		o.write(*v, n.out[i], true)
	}
	for _, p := range n.pieces {
		p.view.Buffer.(*cell).write(p.view, p.value, true)
	}
	return true
}

// compute runs a call whose inputs are known, and adds its nodes too where the graph has such.
func (r *recorder) compute(c *device.Call) bool {
	lower := lowerings[c.Op]
	if lower == nil && !c.Op.Basis() {
		return false
	}
	n := &noted{graph: r.graph, Call: c, out: make([]*value, len(c.Out))}
	known := lower != nil && !inPlace(c.Op) && lower(n)
	if !known && !c.Op.Basis() {
		return false
	}
	real := *c
	real.In, real.Out = make([]*device.View, len(c.In)), make([]*device.View, len(c.Out))
	for i, v := range c.In {
		real.In[i] = onHost(v)
	}
	for i, v := range c.Out {
		real.Out[i] = v.Buffer.(*cell).room(v)
	}
	if !cpu.Device.Run(&real) {
		return false
	}
	for i, v := range c.Out {
		x := n.out[i]
		if !known || x == nil {
			x = r.graph.value(v.DType, v.Dims())
		}
		o := v.Buffer.(*cell)
		o.write(*v, x, false)
		if !o.varies {
			o.memory = real.Out[i].Buffer
		}
		if x.data == nil && x.fill == nil {
			x.data, o.shared = tensor.On(cpu.Device, *real.Out[i]), true
		}
	}
	return true
}

// onHost returns a view on the memory of the host.
func onHost(v *device.View) *device.View {
	if v == nil {
		return nil
	}
	w := *v
	if c, ok := v.Buffer.(*cell); ok {
		w.Buffer = c.memory
	}
	return &w
}

// room returns a view to write known elements to, that no value has its data in.
func (c *cell) room(v *device.View) *device.View {
	w := *v
	switch {
	case c.varies:
		w.Buffer = cpu.Device.Alloc(c.dtype, c.n)
		return &w
	case c.memory == nil:
		c.memory = cpu.Device.Alloc(c.dtype, c.n)
	case c.shared:
		var all, old device.View
		all.DType = c.dtype
		all.SetRowMajor(c.n)
		old = all
		old.Buffer, all.Buffer = c.memory, cpu.Device.Alloc(c.dtype, c.n)
		cpu.Device.Run(&device.Call{Op: device.Copy, Out: []*device.View{&all}, In: []*device.View{&old}})
		c.memory, c.shared = all.Buffer, false
	}
	w.Buffer = c.memory
	return &w
}

// write notes what a view shows from now on.
func (c *cell) write(v device.View, x *value, varies bool) {
	if c.owner != "" {
		panic(tensor.Errorf("export", "a parameter of %s is written to while the model runs", c.owner))
	}
	v.Buffer = nil
	if v.Len() == c.n && v.Dense() {
		c.writes, c.varies = c.writes[:0:0], varies
	}
	c.writes = append(c.writes, write{v, x})
	c.varies = c.varies || varies
}

// read copies elements to memory outside, which can only be done if they are known.
func (r *recorder) read(c *device.Call) {
	for _, v := range c.In {
		if varying(v) {
			panic(&Unsupported{Layer: r.layer(c), Why: "it decides by the elements that it computes, which a graph without control flow cannot"})
		}
	}
	real := *c
	real.In = make([]*device.View, len(c.In))
	for i, v := range c.In {
		real.In[i] = onHost(v)
	}
	cpu.Device.Run(&real)
}

// layer returns the layer that a call belongs to: that of a parameter it reads, of what is made of parameters, or else of what
// made its first input.
func (r *recorder) layer(c *device.Call) string {
	var first, learned string
	for _, v := range c.In {
		if v == nil {
			continue
		}
		o, ok := v.Buffer.(*cell)
		if !ok || len(o.writes) == 0 {
			continue
		}
		if o.owner != "" {
			return o.owner
		}
		x := o.writes[len(o.writes)-1].value
		switch {
		case x == nil || x.layer == "":
		case !o.varies && learned == "":
			learned = x.layer
		case first == "":
			first = x.layer
		}
	}
	return cmp.Or(learned, first, r.graph.layer)
}

// An Unsupported error says what of a model a graph cannot hold.
type Unsupported struct {
	Layer string // its path
	Why   string
}

// Error names the layer.
func (e *Unsupported) Error() string {
	if e.Layer == "" {
		return e.Why
	}
	return fmt.Sprintf("layer %s: %s", e.Layer, e.Why)
}
