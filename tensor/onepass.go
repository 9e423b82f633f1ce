package tensor

import (
	"math"
	"slices"

	"github.com/jimu-ml/jimu/device"
)

// fewForOnePass is from how many elements on [OnePass] pays: below, noting the steps costs more than the passes.
const fewForOnePass = 1 << 12

// OnePass returns f(x…), an elementwise function that is composed of operations, with one pass over the memory where the device can.
// It has no history. All of x are of one device and type, and of one shape: that of the first, or with axes of 1 instead.
//
// The bits are those of f itself, which is what runs on other devices, and for small tensors. f is called with tensors that hold
// nothing: it must not read elements, and may use operations whose result at a place depends on their inputs at that place alone.
func OnePass(f func(x []*Tensor) *Tensor, x ...*Tensor) *Tensor {
	bare := bareAll(x)
	several := func(x []*Tensor) []*Tensor { return []*Tensor{f(x)} }
	if w := writeProgram(several, bare); w != nil && w.types[0] == bare[0].view.DType {
		y := Output(bare[0], bare[0].Shape(), bare...)
		if w.run([]*Tensor{y}, bare) {
			return y
		}
	}
	return f(bare)
}

// OnePassInto is [OnePass] for several results, which it writes into the tensors out; these may be among x. f may change its tensors
// by [Tensor.CopyFrom] and return them.
func OnePassInto(out []*Tensor, f func(x []*Tensor) []*Tensor, x ...*Tensor) {
	bare := bareAll(x)
	if w := writeProgram(f, bare); w == nil || !slices.Equal(w.types, typesOf(out)) || !w.run(out, bare) {
		for i, y := range f(bare) {
			if y.mem != out[i].mem {
				out[i].CopyFrom(y)
			}
		}
	}
}

func bareAll(x []*Tensor) []*Tensor {
	bare := make([]*Tensor, len(x))
	for i, t := range x {
		bare[i] = t.Bare()
	}
	return bare
}

func typesOf(x []*Tensor) []device.DType {
	types := make([]device.DType, len(x))
	for i, t := range x {
		types[i] = t.view.DType
	}
	return types
}

// A writer is a device that computes nothing: it notes the calls as the steps of a program.
type writer struct {
	values  []value // in the order in which they are made, the inputs first
	now     []int   // the value that a buffer has, or −1
	results []int
	types   []device.DType // of the results
	refused bool           // something that is not elementwise
}

// A value is what a buffer has until it is written again.
type value struct {
	t      device.DType
	kind   valueKind
	number float64
	step   device.Step
	from   [3]int // the values that the step takes
	last   int    // the last value that is made from this one, of those that the results need; 0: it is not needed
}

type valueKind byte

const (
	valueInput valueKind = iota
	valueNumber
	valueStep
)

func (w *writer) Name() string { return "writer" }

func (w *writer) Sync() error { return nil }

// Alloc returns the number of a buffer.
func (w *writer) Alloc(device.DType, int) device.Buffer {
	w.now = append(w.now, -1)
	return len(w.now) - 1
}

// Run notes a call.
func (w *writer) Run(c *device.Call) bool {
	n := c.Op.Elementwise()
	if n == 0 && c.Op != device.Fill && !c.Op.Basis() {
		return false
	}
	v := value{t: c.Out[0].DType, kind: valueStep, step: device.Step{Op: c.Op, Flag: c.Flag, Scalar: c.Scalars[0]}}
	inputs := 0
	for i, x := range c.In {
		from, ok := w.valueOf(x)
		if !ok || n == 0 {
			w.refused = true
			return true
		}
		v.from[i] = from
		if w.values[from].kind != valueNumber {
			inputs++
		}
	}
	if c.Op == device.Fill {
		v.kind, v.number = valueNumber, c.Scalars[0]
	} else if inputs == 0 || len(c.In) != n || !whole(c.Out[0]) {
		w.refused = true
		return true
	}
	if to, ok := c.Out[0].Buffer.(int); ok {
		w.now[to] = len(w.values)
		w.values = append(w.values, v)
	} else {
		w.refused = true
	}
	return true
}

// valueOf returns the value that a view has, if it has one whole.
func (w *writer) valueOf(x *device.View) (at int, ok bool) {
	if x == nil {
		return 0, false
	}
	b, ok := x.Buffer.(int)
	if !ok || w.now[b] < 0 {
		return 0, false
	}
	at = w.now[b]
	return at, w.values[at].kind == valueNumber || whole(x)
}

// blankLen is the length of the tensors that hold nothing: 2, so that operations along an axis are told from others.
const blankLen = 2

// whole reports whether a view is of all elements, in their order.
func whole(v *device.View) bool { return v.Len() == blankLen && v.Offset == 0 && v.RowMajor() }

// writeProgram has f note its steps. It returns nil if they are no program, or it does not pay.
func writeProgram(f func(x []*Tensor) []*Tensor, x []*Tensor) *writer {
	t := x[0].view.DType
	if x[0].Len() < fewForOnePass || t != device.Float32 && t != device.Float64 {
		return nil
	}
	w := &writer{}
	blank := make([]*Tensor, len(x))
	for i, like := range x {
		if like.dev != x[0].dev || like.view.DType != t || !broadcasts(like, x[0]) {
			return nil
		}
		blank[i] = New(w, t, blankLen)
		w.now[i] = i
		w.values = append(w.values, value{t: t})
	}
	for _, y := range f(blank) {
		at, ok := w.valueOf(&y.view)
		if w.refused || !ok || w.values[at].kind != valueStep {
			return nil
		}
		w.results, w.types = append(w.results, at), append(w.types, y.view.DType)
		w.values[at].last = math.MaxInt
	}
	w.trace()
	return w
}

// broadcasts reports whether x has the axes of y, some perhaps with length 1.
func broadcasts(x, y *Tensor) bool {
	return slices.EqualFunc(x.Shape(), y.Shape(), func(a, b int) bool { return a == b || a == 1 })
}

// trace finds what the results need.
func (w *writer) trace() {
	for i := len(w.values) - 1; i >= 0; i-- {
		if v := &w.values[i]; v.kind == valueStep && v.last > 0 {
			for _, from := range v.from[:v.step.Op.Elementwise()] {
				w.values[from].last = max(w.values[from].last, i)
			}
		}
	}
}

// run runs the program from x into out. It returns false if the device refuses.
func (w *writer) run(out, x []*Tensor) bool {
	places := make([]uint8, len(w.values))
	in := slices.Clone(x)
	for i, v := range w.values {
		switch v.kind {
		case valueInput:
			places[i] = uint8(i)
		case valueNumber:
			if v.last > 0 {
				places[i] = uint8(len(in))
				in = append(in, OutputAs(v.t, x[0], nil).Fill(v.number))
			}
		}
	}
	p := w.lay(places, len(in)+len(out))
	for i, at := range w.results { // behind all steps that may read what the results are written over
		p.Steps = append(p.Steps, device.Step{Op: device.Copy, To: uint8(len(in) + i), In: [3]uint8{places[at]}})
	}
	if len(out) == 1 && len(w.results) == 1 { // written by its own step, which is the last
		p.Steps = p.Steps[:len(p.Steps)-1]
		p.Steps[len(p.Steps)-1].To = uint8(len(in))
	}
	if len(in)+len(out)+len(p.Registers) > math.MaxUint8 {
		return false
	}
	return Try(device.Fused, &device.Attr{Program: p}, out, in...)
}

// lay gives each step a register, which another has when no later step reads it.
func (w *writer) lay(places []uint8, first int) *device.Program {
	p := &device.Program{}
	var free []int
	for i := range w.values {
		v := &w.values[i]
		if v.kind != valueStep || v.last == 0 {
			continue
		}
		at := slices.IndexFunc(free, func(r int) bool { return p.Registers[r] == v.t })
		if at < 0 {
			p.Registers = append(p.Registers, v.t)
			places[i] = uint8(first + len(p.Registers) - 1)
		} else {
			places[i] = uint8(first + free[at])
			free = slices.Delete(free, at, at+1)
		}
		for k := range v.step.Op.Elementwise() {
			from := v.from[k]
			v.step.In[k] = places[from]
			if u := &w.values[from]; u.kind == valueStep && u.last == i {
				u.last = -1 // once, though it is read twice
				free = append(free, int(places[from])-first)
			}
		}
		v.step.To = places[i]
		p.Steps = append(p.Steps, v.step)
	}
	return p
}
