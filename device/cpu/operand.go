package cpu

import (
	"sync"
	"unsafe"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/kernel"
)

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
	fromHalves(slot[float32](s, i)[:p.n], h, l.operand[i].view.DType)
	return slot[T](s, i)[:p.n]
}

// fromHalves converts halves of type t.
func fromHalves(dst []float32, src []uint16, t device.DType) {
	if t == device.BFloat16 {
		kernel.BFloat16ToFloat32(dst, src)
	} else {
		kernel.Float16ToFloat32(dst, src)
	}
}

// toHalves rounds to halves of type t.
func toHalves(dst []uint16, src []float32, t device.DType) {
	if t == device.BFloat16 {
		kernel.Float32ToBFloat16(dst, src)
	} else {
		kernel.Float32ToFloat16(dst, src)
	}
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
	toHalves(h, slot[float32](s, 0)[:p.n], v.DType)
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
