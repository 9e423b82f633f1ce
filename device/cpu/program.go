package cpu

import (
	"sync"
	"unsafe"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/kernel"
	"github.com/jimu-ml/jimu/internal/parallel"
)

const (
	lap  = 2048 // elements of a program's block: a few places of them fit into the nearest cache
	wide = 256  // an inner axis from which on blocks do not cross to the next one, so that rows need not be gathered
)

// A strand is an input of a program, as it lies to the outputs.
type strand struct {
	view   *device.View
	loop   loop // of an output and the input, unless it is flat or one
	flat   bool // in the order of the outputs
	one    bool // one element for all
	single bool // one element for a whole block
	fill   bool // though single, some step wants it for each element
}

// A weave is a program on its way.
type weave struct {
	call    *device.Call
	n       int // elements
	width   int // blocks do not cross multiples of it; 0: there are none
	strands []strand
	types   []device.DType // of each place
	slots   []int          // where in the memory of a machine a place is, or −1
	size    int            // of that memory
}

var weaves = sync.Pool{New: func() any { return new(weave) }}

// runProgram runs the steps of a program, all of them on one block of the elements, and then on the next.
func runProgram(c *device.Call) bool {
	w := weaves.Get().(*weave)
	defer weaves.Put(w)
	if !w.plan(c) {
		return false
	}
	step := (grain/len(c.Program.Steps) + lap - 1) / lap * lap
	if w.n <= step {
		w.part(0, w.n)
	} else {
		parallel.For(w.n, step, w.part)
	}
	clear(w.strands)
	w.call = nil
	return true
}

// plan says where everything lies, or returns false if a step is none of the kernels'.
func (w *weave) plan(c *device.Call) bool {
	y := c.Out[0]
	w.call, w.n = c, y.Len()
	w.types = w.types[:0]
	for _, v := range c.In {
		w.types = append(w.types, v.DType)
	}
	for _, v := range c.Out {
		if !v.SameLayout(y) || !v.Dense() {
			return false
		}
		w.types = append(w.types, v.DType)
	}
	w.types = append(w.types, c.Program.Registers...)
	for i := range c.Program.Steps {
		if !w.known(&c.Program.Steps[i]) {
			return false
		}
	}
	w.lay(y)
	w.widen()
	for i := range c.Program.Steps {
		w.want(&c.Program.Steps[i])
	}
	w.place()
	return true
}

// lay finds how the inputs lie to the outputs.
func (w *weave) lay(y *device.View) {
	w.strands = append(w.strands[:0], make([]strand, len(w.call.In))...)
	for i, v := range w.call.In {
		s := &w.strands[i]
		s.view = v
		s.flat = w.n == 1 || v.SameLayout(y)
		s.one = !s.flat && v.Len() == 1
		s.single = s.one
		if !s.flat && !s.one && w.n > 0 {
			s.loop.plan(y, v)
		}
	}
}

// widen finds the width: the shortest inner axis, if it is wide and all others are multiples of it.
func (w *weave) widen() {
	w.width = 0
	if w.n == 0 {
		return
	}
	for i := range w.strands {
		if s := &w.strands[i]; s.gathered() && (w.width == 0 || s.loop.shape[0] < w.width) {
			w.width = s.loop.shape[0]
		}
	}
	for i := range w.strands {
		if s := &w.strands[i]; s.gathered() && (w.width < wide || s.loop.shape[0]%w.width != 0) {
			w.width = 0
			return
		}
	}
	for i := range w.strands {
		if s := &w.strands[i]; s.gathered() && s.loop.operand[1].stride[0] == 0 {
			s.single = true
		}
	}
}

func (s *strand) gathered() bool { return !s.flat && !s.one }

// direct reports whether the elements of a block are used where they lie.
func (w *weave) direct(s *strand) bool {
	return s.flat || s.gathered() && w.width > 0 && s.loop.operand[1].stride[0] == 1
}

// want notes the inputs that are one element for a block but that a step wants for each element.
func (w *weave) want(st *device.Step) {
	right, left := w.sides(st)
	for i, p := range st.In[:st.Op.Elementwise()] {
		if int(p) < len(w.strands) && !(i == 1 && right || i == 0 && left) {
			w.strands[p].fill = true
		}
	}
}

// place gives memory to registers, and to inputs that are gathered.
func (w *weave) place() {
	w.slots, w.size = w.slots[:0], 0
	in, out := len(w.strands), len(w.call.Out)
	for p, t := range w.types {
		own := p >= in+out || p < in && !w.direct(&w.strands[p]) && (!w.strands[p].single || w.strands[p].fill)
		if !own {
			w.slots = append(w.slots, -1)
			continue
		}
		w.slots = append(w.slots, w.size)
		w.size += lap * t.Bytes()
	}
}

// A machine is the memory in which a processor runs a program: where each place has the elements of the block.
type machine struct {
	memory []uint64
	at     []unsafe.Pointer
	n      int
}

var machines = sync.Pool{New: func() any { return new(machine) }}

// part runs the program on elements lo to hi.
func (w *weave) part(lo, hi int) {
	m := machines.Get().(*machine)
	if len(m.memory)*8 < w.size {
		m.memory = make([]uint64, w.size/8)
	}
	m.at = append(m.at[:0], make([]unsafe.Pointer, len(w.types))...)
	for p, s := range w.slots {
		if s >= 0 {
			m.at[p] = unsafe.Pointer(&m.memory[s/8])
		}
	}
	for first := true; lo < hi; lo, first = lo+m.n, false {
		m.n = min(lap, hi-lo)
		if w.width > 0 {
			m.n = min(m.n, w.width-lo%w.width)
		}
		w.load(m, lo, first)
		for i := range w.call.Program.Steps {
			w.run(m, &w.call.Program.Steps[i])
			kernel.Checkpoint()
		}
	}
	clear(m.at)
	machines.Put(m)
}

// load makes the block of elements from number at on ready: inputs where they lie or gathered, and outputs.
func (w *weave) load(m *machine, at int, first bool) {
	for i := range w.strands {
		switch s := &w.strands[i]; w.types[i].Bytes() {
		case 1:
			draw[uint8](w, m, s, i, at, first)
		case 4:
			draw[uint32](w, m, s, i, at, first)
		default:
			draw[uint64](w, m, s, i, at, first)
		}
	}
	for k, v := range w.call.Out {
		p := len(w.strands) + k
		size := w.types[p].Bytes()
		m.at[p] = unsafe.Pointer(&memory[byte](v)[(v.Offset+at)*size : (v.Offset+at+m.n)*size][0])
	}
}

// draw makes the elements of input i ready.
func draw[T comparable](w *weave, m *machine, s *strand, i, at int, first bool) {
	data := memory[T](s.view)
	from := s.view.Offset
	var p piece
	switch {
	case s.flat:
		m.at[i] = unsafe.Pointer(&data[from+at : from+at+m.n][0])
		return
	case s.one && !first && s.fill:
		return
	case !s.one:
		locate(&s.loop, &p, at)
		from = s.loop.offset(1, &p)
	}
	switch {
	case w.direct(s):
		m.at[i] = unsafe.Pointer(&data[from : from+m.n][0])
	case s.single && !s.fill:
		m.at[i] = unsafe.Pointer(&data[from])
	case s.one:
		kernel.Fill(cells[T](m, uint8(i), lap), data[from])
	case s.single:
		kernel.Fill(cells[T](m, uint8(i), m.n), data[from])
	default:
		collect(cells[T](m, uint8(i), m.n), data, from, &s.loop, 1, p.pos)
	}
}

// cells returns the first n elements of a place.
func cells[T any](m *machine, place uint8, n int) []T { return unsafe.Slice((*T)(m.at[place]), n) }
