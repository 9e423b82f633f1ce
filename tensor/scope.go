package tensor

import "github.com/jimu-ml/jimu/device"

// A Scope is what the memory of one pass belongs to: when it closes, that memory goes back to the device at once.
//
// Whatever is computed from a tensor of a scope belongs to it too, but for what [Scope.Keep] takes out. A tensor used
// after its scope is closed panics and says so. A scope is for one goroutine. Tensors of no scope are the garbage
// collector's.
type Scope struct {
	mems   []*memory
	fresh  []Tensor // tensors to come: made in one piece, since each by itself costs as much as a small operation
	closed bool
	back   bool // a walk back is under way: what is allocated are gradients
	limit  int64
	used   int64 // bytes that are allocated, if there is a limit
}

// memory is one allocation, shared by a tensor and its views.
type memory struct {
	buffer device.Buffer
	scope  *Scope // that gives it back, or nil
	dev    device.Device
	gone   bool
	bytes  int64 // counted towards the scope's limit
	grad   bool  // allocated on a walk back
	pinned bool  // a tensor outside the history shares it, so a walk back leaves it
	holds  int32 // how many gradients in flight share it; see package autograd

	version uint64 // counts the writes
}

// NewScope returns an open scope.
func NewScope() *Scope { return &Scope{mems: make([]*memory, 0, 64)} }

// Limit sets how many bytes the tensors of the scope may take at a time: what would be more panics with an [Error] before
// it is allocated. It is for running what others wrote; set it before anything is allocated.
func (s *Scope) Limit(bytes int64) { s.limit = bytes }

// Limited returns the limit, or 0 if there is none.
func (s *Scope) Limited() int64 { return s.limit }

// slab is how many tensors are made at once. All are kept while one is in use, so they are few.
const slab = 16

// tensor returns an empty tensor that is going to belong to s, which may be nil.
func (s *Scope) tensor() *Tensor {
	if s == nil {
		return new(Tensor)
	}
	if len(s.fresh) == 0 {
		s.fresh = make([]Tensor, slab)
	}
	t := &s.fresh[0]
	s.fresh = s.fresh[1:]
	return t
}

// Bring returns x as a tensor of the scope: what is computed from it belongs to s. It shares memory with x and has no
// history.
func (s *Scope) Bring(x *Tensor) *Tensor {
	x.alive()
	x.pin()
	y := x.aliasIn(s)
	y.origin = x.Origin()
	return y
}

// Keep returns x as a tensor of no scope, with its memory and without its history. Its memory outlives the scope.
func (s *Scope) Keep(x *Tensor) *Tensor {
	x.alive()
	if x.mem.scope == s {
		x.mem.scope = nil
	}
	y := x.aliasIn(nil)
	if x.mem.scope == nil { // so that y does not keep alive the tensors that were made with x
		y.own = *x.mem
		y.mem = &y.own
	}
	return y
}

// Close gives the memory of the scope back.
func (s *Scope) Close() {
	s.closed = true
	s.freeFrom(0)
	s.mems, s.fresh = nil, nil
}

// Mark returns a position for [Scope.Sweep].
func (s *Scope) Mark() int { return len(s.mems) }

// Sweep gives back what was allocated since the mark and is not held; the rest stays the scope's. Package autograd
// uses it to drop what a VJP made on its way.
func (s *Scope) Sweep(mark int) {
	kept := s.mems[:mark]
	for _, m := range s.mems[mark:] {
		if m.scope != s || m.gone {
			continue
		}
		if m.holds > 0 {
			kept = append(kept, m)
			continue
		}
		m.free()
	}
	clear(s.mems[len(kept):])
	s.mems = kept
}

func (s *Scope) freeFrom(mark int) {
	for _, m := range s.mems[mark:] {
		if m.scope == s && !m.gone {
			m.free()
		}
	}
	s.mems = s.mems[:mark]
}

func (m *memory) free() {
	m.gone = true
	if m.bytes > 0 && m.scope != nil {
		m.scope.used -= m.bytes
	}
	if r, ok := m.dev.(device.Recycler); ok {
		r.Free(m.buffer)
	}
	m.buffer = nil
}

// Scope returns what x's memory and that of its results belongs to, or nil.
func (x *Tensor) Scope() *Scope { return x.scope }

// Backward notes that a walk back over the scope's history begins or ends. It is for package autograd.
func (s *Scope) Backward(on bool) { s.back = on }

// Back reports whether a walk back is under way.
func (s *Scope) Back() bool { return s.back }

// Accumulate adds y to x in place, if x alone holds memory that a walk back allocated, and reports whether it did. It
// is for package autograd.
func (x *Tensor) Accumulate(y *Tensor) bool {
	m := x.mem
	if m != &x.own || !m.grad || m.holds != 1 || x.view.DType != y.view.DType || x.view.Shape != y.view.Shape || !x.view.Dense() {
		return false
	}
	return Try(device.Accumulate, &device.Attr{Scalars: [8]float64{1}}, []*Tensor{x}, y)
}

// Hold counts the gradients in flight that use x's memory: Hold(1) before use, Hold(-1) after. When the count falls to
// zero the memory goes back to its device, if a scope owns it. It is for package autograd.
func (x *Tensor) Hold(n int) {
	m := x.mem
	m.holds += int32(n)
	if n < 0 && m.holds <= 0 && m.grad && m.scope != nil && !m.gone { // a VJP may hand on what it was given: that is not its to free
		m.free()
		x.view.Buffer = nil
	}
}

// Held returns the count of [Tensor.Hold].
func (x *Tensor) Held() int { return int(x.mem.holds) }

// Release gives back the memory that x alone owns, if a scope owns it and nothing holds it. It is for package autograd,
// which calls it when the walk back is past x.
func (x *Tensor) Release() {
	if m := x.mem; m == &x.own && m.scope != nil && m.holds == 0 && !m.gone && !m.pinned {
		m.free()
	}
}

// OwnsMemory reports whether x is what its memory was allocated for, and no view of it.
func (x *Tensor) OwnsMemory() bool { return x.mem == &x.own }

// Keepsake undoes a [Tensor.Hold] of 1 without giving the memory back. It is for package autograd.
func (x *Tensor) Keepsake() { x.mem.holds-- }

// Claim notes, for memory that a scope owns, that x is going to be read again: [Scope.Sweep] leaves it alone. It is for
// what runs a program without history and knows which tensors are read again.
func (x *Tensor) Claim() {
	if x.mem.scope != nil {
		x.mem.holds++
	}
}

// Drop undoes a [Tensor.Claim], and gives the memory back if that was the last.
func (x *Tensor) Drop() {
	m := x.mem
	if m.scope == nil || m.gone {
		return
	}
	if m.holds--; m.holds <= 0 {
		m.free()
	}
}

// SharesMemory reports whether x and y are windows on the same allocation.
func (x *Tensor) SharesMemory(y *Tensor) bool { return x.mem == y.mem }

// alloc gives x memory for its view, of scope s.
func (x *Tensor) alloc(s *Scope) {
	if s != nil && s.limit > 0 {
		x.own.bytes = s.take(int64(x.view.Len()) * int64(x.view.DType.Bytes()))
	}
	x.own.buffer = x.dev.Alloc(x.view.DType, x.view.Len())
	x.own.dev = x.dev
	x.mem = &x.own
	x.view.Buffer = x.own.buffer
	x.scope = s
	if s != nil {
		if s.closed {
			panic(Errorf("Scope", "the pass that this tensor of shape %v would belong to has ended", x.view.Dims()))
		}
		x.own.scope = s
		x.own.grad = s.back
		s.mems = append(s.mems, &x.own)
	}
}

// take counts bytes towards the limit.
func (s *Scope) take(bytes int64) int64 {
	if bytes > s.limit-s.used {
		panic(Errorf("Scope", "%d bytes more than the %d in use would exceed the limit of %d", bytes, s.used, s.limit))
	}
	s.used += bytes
	return bytes
}

// alive panics if x's memory was given back.
func (x *Tensor) alive() {
	if !x.mem.gone {
		return
	}
	if s := x.mem.scope; s != nil && !s.closed {
		panic(Errorf("Tensor", "a tensor of shape %v is used after Backward went past it; take it out with Pass.Keep before", x.view.Dims()))
	}
	panic(Errorf("Tensor", "a tensor of shape %v is used after the pass that made it has ended; take it out with Pass.Keep", x.view.Dims()))
}
