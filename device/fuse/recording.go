package fuse

import (
	"errors"
	"slices"

	"github.com/jimu-ml/jimu/device"
)

// ErrValue is that of a [Recording] in which an element was read that depends on an input: whoever read it may have
// decided by it what to do, and would do otherwise for another input.
var ErrValue = errors.New("a value that depends on the input, or on a parameter, is read while recording")

// ErrWrite is that of a [Recording] in which an input or a parameter was written to.
var ErrWrite = errors.New("an input or a parameter is written to while recording")

// A Recording is a device that runs calls on another, and writes them down. [Recording.Plan] makes of them what can be run
// again for other inputs.
//
// It is for one goroutine. What is read back from it must depend neither on inputs nor on parameters; if it does, Plan
// says so. Memory of the host that is copied to it counts as constant.
type Recording struct {
	inner device.Device
	calls []*recorded
	cells map[device.Buffer]*cell // those that stand for memory from outside
	err   error
}

// recorded is a call of a recording, on cells.
type recorded struct {
	call device.Call
	out  []device.View
	in   []device.View
}

// A cell is memory of a recording.
type cell struct {
	memory  device.Buffer
	dtype   device.DType
	n       int
	outside bool
	made    bool // of parameters, for one call
	level   level
	input   int   // which input it is, or −1
	base    int   // offset of that input in its memory
	read    level // of the calls so far that read it, while levels are found
	writers int
	readers int
	buffer  device.Buffer // in the plan
}

// A level says what an element depends on.
type level uint8

const (
	constant level = iota // on nothing
	learned               // on parameters
	varying               // on inputs
)

// Record returns a recording of calls on d.
func Record(d device.Device) *Recording {
	return &Recording{inner: d, cells: map[device.Buffer]*cell{}}
}

// Name returns the name of the device with a note.
func (r *Recording) Name() string { return r.inner.Name() + " (recording)" }

// Alloc returns memory of the recording.
func (r *Recording) Alloc(t device.DType, n int) device.Buffer {
	return &cell{memory: r.inner.Alloc(t, n), dtype: t, n: n, input: -1}
}

// Sync waits for the device.
func (r *Recording) Sync() error { return r.inner.Sync() }

// Parameter returns the recording's view of a parameter, which may have other elements when the plan is run.
func (r *Recording) Parameter(v *device.View) device.View { return r.hold(v, learned, -1) }

// Input returns the recording's view of input i.
func (r *Recording) Input(i int, v *device.View) device.View {
	return r.hold(v, varying, i)
}

func (r *Recording) hold(v *device.View, l level, input int) device.View {
	c := r.cells[v.Buffer]
	if c == nil || input >= 0 { // an input is itself, though it may lie in the memory of another
		c = &cell{memory: v.Buffer, dtype: v.DType, outside: true, level: l, input: input, base: v.Offset}
		if input < 0 {
			r.cells[v.Buffer] = c
		}
	}
	w := *v
	w.Buffer = c
	return w
}

// Run runs a call and writes it down, unless the device refuses it.
func (r *Recording) Run(c *device.Call) bool {
	n := note(c)
	real := on(&n.call)
	r.capture(n)
	for i := range n.out {
		if o, ok := n.out[i].Buffer.(*cell); ok && o.outside {
			r.err = ErrWrite
			return true
		}
	}
	if !r.inner.Run(&real.call) {
		return false
	}
	for i := range n.out {
		if _, ok := n.out[i].Buffer.(*cell); !ok {
			r.read(n)
			return true
		}
	}
	r.calls = append(r.calls, n)
	return true
}

// capture keeps what memory of the host holds now, in a cell of its own.
func (r *Recording) capture(n *recorded) {
	for i := range n.in {
		v := &n.in[i]
		if n.call.In[i] == nil {
			continue
		}
		if _, ok := v.Buffer.(*cell); ok {
			continue
		}
		kept := device.View{DType: v.DType}
		kept.SetRowMajor(v.Dims()...)
		c := r.Alloc(v.DType, v.Len()).(*cell)
		kept.Buffer = c.memory
		r.inner.Run(&device.Call{Op: device.Copy, Out: []*device.View{&kept}, In: []*device.View{v}})
		*v = kept
		v.Buffer = c
	}
}

// read notes that the inputs of a call are copied to the host.
func (r *Recording) read(n *recorded) {
	r.levels()
	for i := range n.in {
		if c, ok := n.in[i].Buffer.(*cell); ok && c.level > constant {
			r.err = ErrValue
		}
	}
}

// levels finds what the cells depend on. A cell that is written to in several places is one thing, and one that is
// written to after a call has read it is made again whenever that call is run.
func (r *Recording) levels() {
	for grown := true; grown; {
		grown = false
		for _, n := range r.calls {
			n.each(func(v *device.View) { cellOf(v).read = constant })
		}
		for _, n := range r.calls {
			l := n.level()
			n.each(func(v *device.View) { l = max(l, cellOf(v).level) })
			for i := range n.out {
				c := cellOf(&n.out[i])
				if to := max(l, c.read); c.level < to {
					c.level, grown = to, true
				}
			}
			n.each(func(v *device.View) { cellOf(v).read = max(cellOf(v).read, l) })
		}
	}
}

// level returns what a call depends on.
func (n *recorded) level() level {
	l := constant
	for i := range n.out {
		l = max(l, cellOf(&n.out[i]).level)
	}
	return l
}

// note returns a copy of a call with views of its own.
func note(c *device.Call) *recorded {
	n := &recorded{call: *c, out: make([]device.View, len(c.Out)), in: make([]device.View, len(c.In))}
	n.call.Out, n.call.In = slices.Clone(c.Out), slices.Clone(c.In)
	for i, v := range c.Out {
		n.out[i] = *v
		n.call.Out[i] = &n.out[i]
	}
	for i, v := range c.In {
		if v != nil {
			n.in[i] = *v
			n.call.In[i] = &n.in[i]
		}
	}
	if p := c.Program; p != nil {
		n.call.Program = &device.Program{Steps: slices.Clone(p.Steps), Registers: slices.Clone(p.Registers)}
	}
	return n
}

// on returns the call on the memory of cells.
func on(c *device.Call) *recorded {
	n := note(c)
	for _, list := range [][]device.View{n.out, n.in} {
		for i := range list {
			if c, ok := list[i].Buffer.(*cell); ok {
				list[i].Buffer = c.memory
			}
		}
	}
	return n
}

// each calls f with the inputs that are there.
func (n *recorded) each(f func(v *device.View)) {
	for _, v := range n.call.In {
		if v != nil {
			f(v)
		}
	}
}

func cellOf(v *device.View) *cell { return v.Buffer.(*cell) }
