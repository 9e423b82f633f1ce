package fuse

import "github.com/jimu-ml/jimu/device"

// An emitter is a device that writes down the calls that a fusing device makes of a recording, and when memory for them
// is taken and given back.
type emitter struct {
	calls []*recorded // on slots
	slots []*slot     // those taken, in order
}

// A slot is memory that calls use.
type slot struct {
	dtype       device.DType
	bytes       int
	first, last int           // call that uses it
	outside     device.Buffer // memory from before the run, or nil
	input       int           // the input that it is, or −1
	base        int           // offset of that input in its memory
	output      bool          // it is the result
	offset      int           // in the arena, in bytes
	same        *slot         // whose memory it takes over, or nil
}

func (e *emitter) Name() string { return "plan" }
func (e *emitter) Sync() error  { return nil }

func (e *emitter) Run(c *device.Call) bool {
	e.calls = append(e.calls, note(c))
	return true
}

func (e *emitter) Alloc(t device.DType, n int) device.Buffer {
	s := &slot{dtype: t, bytes: n * t.Bytes(), first: len(e.calls), last: -1, input: -1}
	e.slots = append(e.slots, s)
	return s
}

func (e *emitter) Free(b device.Buffer) {
	if s := b.(*slot); s.outside == nil && s.input < 0 {
		s.last = max(s.first, len(e.calls)-1)
	}
}

// emit runs the calls of a recording through a fusing device, giving back each cell behind its last use, and returns what
// came of it. The result is in the slot that is the output.
func emit(calls []*recorded, result *device.View) *emitter {
	e := &emitter{}
	d := New(e)
	d.trusts = true
	last := map[*cell]int{}
	for i, n := range calls {
		n.each(func(v *device.View) { last[cellOf(v)] = i })
		for k := range n.out {
			last[cellOf(&n.out[k])] = i
		}
	}
	last[cellOf(result)] = len(calls)
	for i, n := range calls {
		d.Run(&placed(d, n).call)
		for _, list := range [][]device.View{n.out, n.in} {
			for k := range list {
				if c, ok := list[k].Buffer.(*cell); ok && last[c] == i && c.buffer != nil {
					d.Free(c.buffer)
					c.buffer = nil
				}
			}
		}
	}
	_ = d.Sync()
	return e
}

// placed returns a call on buffers of a fusing device.
func placed(d *Device, n *recorded) *recorded {
	p := note(&n.call)
	for _, list := range [][]device.View{p.out, p.in} {
		for k := range list {
			if c, ok := list[k].Buffer.(*cell); ok {
				list[k].Buffer = c.on(d)
			}
		}
	}
	return p
}

// on returns the buffer that the cell is on a fusing device.
func (c *cell) on(d *Device) *Buffer {
	if c.buffer == nil {
		b := &Buffer{dtype: c.dtype, n: c.n}
		switch {
		case c.input >= 0:
			b.memory = &slot{input: c.input, base: c.base}
		case c.level < varying:
			b.memory = &slot{outside: c.memory, input: -1}
		}
		c.buffer = b
	}
	return c.buffer.(*Buffer)
}
