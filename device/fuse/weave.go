package fuse

import "github.com/jimu-ml/jimu/device"

// A woven is a chain as a call, and the memory for it.
type woven struct {
	call    device.Call
	program device.Program
	views   []device.View
	out, in []*device.View
	places  []int // of the inputs of the chain, −1 for those that no step reads
	free    []int // registers
}

// weave makes one call of the values that are kept and of what they need. It returns nil if none is kept. A chain of one
// value stays the call that it was.
func (w *woven) weave(c *chain) *device.Call {
	steps := c.mark()
	if steps == 0 {
		return nil
	}
	w.views, w.out, w.in, w.places, w.free = w.views[:0], w.out[:0], w.in[:0], w.places[:0], w.free[:0]
	w.program.Steps, w.program.Registers = w.program.Steps[:0], w.program.Registers[:0]
	w.gather(c)
	w.call = device.Call{Op: device.Fused, Out: w.out, In: w.in}
	if steps == 1 {
		w.single(c)
		return &w.call
	}
	w.call.Program = &w.program
	next := len(w.in) + len(w.out)
	for i := range c.values {
		if v := &c.values[i]; v.last >= 0 {
			w.step(c, i, next)
		}
	}
	return &w.call
}

// mark notes for each value the last step that reads it, and returns how many values are needed.
func (c *chain) mark() int {
	for i := range c.values {
		c.values[i].last = -1
	}
	n := 0
	for i := len(c.values) - 1; i >= 0; i-- {
		v := &c.values[i]
		if v.keep {
			v.last = max(v.last, i)
		}
		if v.last < 0 {
			continue
		}
		n++
		for _, p := range v.in[:v.op.Elementwise()] {
			if p >= 0 {
				c.values[p].last = max(c.values[p].last, i)
			}
		}
	}
	return n
}

// gather lists the inputs that are read and the outputs, and gives both their places.
func (w *woven) gather(c *chain) {
	for range c.inputs {
		w.places = append(w.places, -1)
	}
	for i := range c.values {
		v := &c.values[i]
		if v.last < 0 {
			continue
		}
		for _, p := range v.in[:v.op.Elementwise()] {
			if p < 0 && w.places[^p] < 0 {
				w.places[^p] = len(w.views)
				w.views = append(w.views, c.inputs[^p])
			}
		}
	}
	in := len(w.views)
	for i := range c.values {
		if v := &c.values[i]; v.keep {
			v.place = len(w.views)
			w.views = append(w.views, v.out)
		}
	}
	for i := range w.views { // only now: append moves them
		if i < in {
			w.in = append(w.in, &w.views[i])
		} else {
			w.out = append(w.out, &w.views[i])
		}
	}
}

// step appends the step that makes value i. Registers are numbered from first on.
func (w *woven) step(c *chain, i, first int) {
	v := &c.values[i]
	st := device.Step{Op: v.op, Flag: v.flag, Scalar: v.scalar}
	for k, p := range v.in[:v.op.Elementwise()] {
		if p < 0 {
			st.In[k] = uint8(w.places[^p])
			continue
		}
		st.In[k] = uint8(c.values[p].place)
	}
	for k, p := range v.in[:v.op.Elementwise()] { // a step may write where it reads
		if p >= 0 && c.values[p].last == i && !c.values[p].keep && !seen(v.in[:k], p) {
			w.free = append(w.free, c.values[p].place-first)
		}
	}
	if !v.keep {
		v.place = first + w.register(v.dtype)
	}
	st.To = uint8(v.place)
	w.program.Steps = append(w.program.Steps, st)
}

func seen(in []int, p int) bool {
	for _, q := range in {
		if q == p {
			return true
		}
	}
	return false
}

// register returns a free register of a type.
func (w *woven) register(t device.DType) int {
	for i, r := range w.free {
		if w.program.Registers[r] == t {
			last := len(w.free) - 1
			w.free[i] = w.free[last]
			w.free = w.free[:last]
			return r
		}
	}
	w.program.Registers = append(w.program.Registers, t)
	return len(w.program.Registers) - 1
}

// single makes the call of the one value that is needed.
func (w *woven) single(c *chain) {
	for i := range c.values {
		v := &c.values[i]
		if v.last < 0 {
			continue
		}
		w.in = w.in[:0]
		for _, p := range v.in[:v.op.Elementwise()] {
			w.in = append(w.in, &w.views[w.places[^p]])
		}
		w.call.Op, w.call.In = v.op, w.in
		w.call.Flag, w.call.Scalars[0] = v.flag, v.scalar
	}
}
