package cpu

import (
	"sync"
	"unsafe"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/kernel"
)

const (
	operands = 4        // most views of an elementwise call
	block    = 1024     // elements that are gathered at a time
	stretch  = 16 << 10 // elements for one call of a kernel
	grain    = 32 << 10 // elements worth another processor
	short    = 32       // an inner axis shorter than this is gathered
)

// A loop walks over the elements of an output and of the inputs broadcast to it, in the order of the output's memory.
// Axes of length 1 are gone, and neighbours that are one in every operand are joined; the innermost is axis 0.
type loop struct {
	n       int // elements
	rank    int // at least 1
	shape   [device.MaxRank]int
	operand [operands]operand
	used    int  // operands
	whole   bool // pieces do not cross from one inner axis to the next
	limit   int  // elements of a piece
}

// An operand is a view on a loop.
type operand struct {
	view     *device.View
	stride   [device.MaxRank]int
	constant bool // one element for all
	half     bool // stored in 16 bits, computed in float32
}

// plan sets the loop for an output and its inputs.
func (l *loop) plan(views ...*device.View) {
	y := views[0]
	l.used = len(views)
	l.n = y.Len()
	flat := l.n == 1 || y.Dense()
	for i, v := range views {
		o := &l.operand[i]
		o.view = v
		o.half = half(v.DType)
		switch {
		case l.n == 1 || flat && v.SameLayout(y):
			o.stride[0] = 1
		case v.Len() == 1:
			o.constant = true
		default:
			flat = false
		}
	}
	if flat {
		l.rank, l.shape[0] = 1, l.n
	} else {
		l.join(y)
	}
	l.whole = l.rank == 1 || l.shape[0] >= short
	l.bound()
}

// bound sets how long a piece may be.
func (l *loop) bound() {
	l.limit = block
	if l.whole && l.unit() {
		l.limit = stretch
	}
}

// bits makes the loop treat halves as the 16 bits that they are.
func (l *loop) bits() {
	for i := range l.used {
		l.operand[i].half = false
	}
	l.bound()
}

// join finds the axes of the loop: those of y by its strides, joined where all operands allow.
func (l *loop) join(y *device.View) {
	var order [device.MaxRank]int
	axes := byStride(y, &order)
	l.rank = 0
	for _, k := range order[:axes] {
		var stride [operands]int
		grows := l.rank > 0
		for i := range l.used {
			o := &l.operand[i]
			stride[i] = along(o.view, y, k)
			grows = grows && stride[i] == o.stride[l.rank-1]*l.shape[l.rank-1]
		}
		if grows {
			l.shape[l.rank-1] *= y.Shape[k]
			continue
		}
		for i := range l.used {
			l.operand[i].stride[l.rank] = stride[i]
		}
		l.shape[l.rank] = y.Shape[k]
		l.rank++
	}
}

// byStride sets order to the axes of v longer than 1, the one with the smallest stride first, and returns how many.
func byStride(v *device.View, order *[device.MaxRank]int) int {
	n := 0
	for k := v.Rank - 1; k >= 0; k-- {
		if v.Shape[k] == 1 {
			continue
		}
		j := n
		for ; j > 0 && abs(v.Stride[k]) < abs(v.Stride[order[j-1]]); j-- {
			order[j] = order[j-1]
		}
		order[j] = k
		n++
	}
	return n
}

// along returns the stride with which v, broadcast to y, moves along axis k of y.
func along(v, y *device.View, k int) int {
	k -= y.Rank - v.Rank
	if k < 0 || v.Shape[k] == 1 {
		return 0
	}
	return v.Stride[k]
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}

// unit reports whether no operand is gathered or converted.
func (l *loop) unit() bool {
	for i := range l.used {
		o := &l.operand[i]
		if o.half || o.stride[0] != 1 && (o.stride[0] != 0 || i == 0) {
			return false
		}
	}
	return true
}

func half(t device.DType) bool { return t == device.BFloat16 || t == device.Float16 }

// A piece is n elements of a loop from number at on, whose place is pos.
type piece struct {
	at, n int
	pos   [device.MaxRank]int
}

// piece sets p to the part of the loop from number at on that is handled next, before number end.
func (l *loop) piece(p *piece, at, end int) {
	p.at = at
	p.n = min(l.limit, end-at)
	if l.rank == 1 {
		p.pos[0] = at
		return
	}
	for k := range l.rank {
		q := at / l.shape[k]
		p.pos[k] = at - q*l.shape[k]
		at = q
	}
	if l.whole {
		p.n = min(p.n, l.shape[0]-p.pos[0])
	}
}

// offset returns where in its buffer operand i has the first element of a piece.
func (l *loop) offset(i int, p *piece) int {
	o := &l.operand[i]
	at := o.view.Offset
	for k := range l.rank {
		at += p.pos[k] * o.stride[k]
	}
	return at
}

// single reports whether operand i is one element on the whole of every piece.
func (l *loop) single(i int) bool {
	return l.operand[i].constant || l.whole && l.operand[i].stride[0] == 0
}

// direct reports whether operand i, if stored as it is computed with, is used where it lies.
func (l *loop) direct(i int) bool { return l.whole && l.operand[i].stride[0] == 1 }

// scratch is memory for the gathered parts of a piece.
type scratch struct {
	slot [operands][block]uint64
	half [block]uint16
}

var scratches = sync.Pool{New: func() any { return new(scratch) }}

// slot returns the scratch memory for operand i.
func slot[T any](s *scratch, i int) []T {
	return unsafe.Slice((*T)(unsafe.Pointer(&s.slot[i])), block)
}

// load returns the elements of operand i on a piece, halves as float32.
func load[T any](l *loop, i int, p *piece, s *scratch) []T {
	if !l.operand[i].half {
		return raw(l, i, p, func() []T { return slot[T](s, i) })
	}
	h := raw(l, i, p, func() []uint16 { return s.half[:] })
	x := slot[float32](s, i)[:p.n]
	if l.operand[i].view.DType == device.BFloat16 {
		kernel.BFloat16ToFloat32(x, h)
	} else {
		kernel.Float16ToFloat32(x, h)
	}
	return slot[T](s, i)[:p.n]
}

// raw returns the elements of operand i on a piece as they are stored: where they lie, or gathered.
func raw[T any](l *loop, i int, p *piece, slot func() []T) []T {
	data, at := memory[T](l.operand[i].view), l.offset(i, p)
	if l.direct(i) {
		return data[at : at+p.n]
	}
	x := slot()[:p.n]
	collect(x, data, at, l, i, p.pos)
	return x
}

// one returns the element that operand i is on a whole piece.
func one[T any](l *loop, i int, p *piece, s *scratch) T {
	if o := &l.operand[i]; !o.half {
		return memory[T](o.view)[l.offset(i, p)]
	}
	first := *p
	first.n = 1
	return load[T](l, i, &first, s)[0]
}

// target returns where a kernel puts its results: the output itself, or scratch memory for store.
func target[T any](l *loop, p *piece, s *scratch) []T {
	v := l.operand[0].view
	if l.direct(0) && !l.operand[0].half {
		at := l.offset(0, p)
		return memory[T](v)[at : at+p.n]
	}
	return slot[T](s, 0)[:p.n]
}

// store puts what a kernel left at the target into the output.
func store[T any](l *loop, p *piece, s *scratch) {
	v := l.operand[0].view
	switch {
	case l.operand[0].half:
		storeHalf(l, p, s)
	case !l.direct(0):
		spread(memory[T](v), slot[T](s, 0)[:p.n], l.offset(0, p), l, p.pos)
	}
}

func storeHalf(l *loop, p *piece, s *scratch) {
	v := l.operand[0].view
	data, at := memory[uint16](v), l.offset(0, p)
	h := s.half[:p.n]
	if l.direct(0) {
		h = data[at : at+p.n]
	}
	x := slot[float32](s, 0)[:p.n]
	if v.DType == device.BFloat16 {
		kernel.Float32ToBFloat16(h, x)
	} else {
		kernel.Float32ToFloat16(h, x)
	}
	if !l.direct(0) {
		spread(data, h, at, l, p.pos)
	}
}

// collect sets dst to the elements of operand i that follow the one at pos, which lies at data[at].
func collect[T any](dst, data []T, at int, l *loop, i int, pos [device.MaxRank]int) {
	stride := &l.operand[i].stride
	for len(dst) > 0 {
		n := min(len(dst), l.shape[0]-pos[0])
		if stride[0] == 1 {
			copy(dst[:n], data[at:])
		} else {
			for j, k := 0, at; j < n; j, k = j+1, k+stride[0] {
				dst[j] = data[k]
			}
		}
		dst = dst[n:]
		at = l.carry(stride, &pos, at, n)
	}
}

// spread puts src into the elements of the output that follow the one at pos, which lies at data[at].
func spread[T any](data, src []T, at int, l *loop, pos [device.MaxRank]int) {
	stride := &l.operand[0].stride
	for len(src) > 0 {
		n := min(len(src), l.shape[0]-pos[0])
		for j, k := 0, at; j < n; j, k = j+1, k+stride[0] {
			data[k] = src[j]
		}
		src = src[n:]
		at = l.carry(stride, &pos, at, n)
	}
}

// carry moves pos, which lies at offset at of an operand with those strides, on by n elements of the inner axis, and
// returns the offset there.
func (l *loop) carry(stride, pos *[device.MaxRank]int, at, n int) int {
	pos[0] += n
	at += n * stride[0]
	for k := 0; pos[k] == l.shape[k] && k+1 < l.rank; k++ {
		at += stride[k+1] - pos[k]*stride[k]
		pos[k] = 0
		pos[k+1]++
	}
	return at
}
