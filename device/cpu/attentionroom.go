package cpu

import (
	"math"
	"sync"
	"unsafe"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/kernel"
)

var minusInfinity = float32(math.Inf(-1))

// An attentionRoom is what one goroutine needs for attention: a block of queries, one of keys, and what is between.
type attentionRoom struct {
	tiles         kernel.Tiles
	memory, state reused

	q, dy      []float32 // [queryBlock][d], [queryBlock][e]: rows that are padded to whole vectors
	keysT      []float32 // keys as columns, in panels
	valuesT    []float32 // values as columns, in panels
	keys       []float32 // [keyBlock][d]
	values     []float32 // [keyBlock][e]
	p, dp      []float32 // [queryBlock][keyBlock]
	chance     []float32 // [keyBlock]: what is dropped
	most, sum  []float32 // of each query of a chunk
	panel      int       // columns of a panel
	rows       int       // of a tile
	innerWidth int       // d, padded
	outerWidth int       // e, padded
}

var attentionRooms = sync.Pool{New: func() any { return new(attentionRoom) }}

// put gives the room back. It must not keep alive tensors.
func (r *attentionRoom) put() {
	r.tiles = kernel.Tiles{}
	attentionRooms.Put(r)
}

// room returns a room for a, with what the gradient needs as well if grad is true.
func (a *attention) room(grad bool) *attentionRoom {
	const vector = 16
	r := attentionRooms.Get().(*attentionRoom)
	shape := kernel.GemmShape()
	r.rows, r.panel = shape.TallRows, shape.TallCols
	r.innerWidth, r.outerWidth = upTo(a.inner, vector), upTo(a.outer, vector)
	wide := upTo(keyBlock, r.panel)
	sizes := []struct {
		to *[]float32
		n  int
	}{
		{&r.q, queryBlock * r.innerWidth},
		{&r.p, queryBlock * keyBlock},
		{&r.keysT, a.inner * wide},
		{&r.values, keyBlock * r.outerWidth},
		{&r.chance, keyBlock},
		{&r.dy, queryBlock * r.outerWidth},
		{&r.dp, queryBlock * keyBlock},
		{&r.valuesT, a.outer * wide},
		{&r.keys, keyBlock * r.innerWidth},
	}
	if !grad {
		sizes = sizes[:5]
	}
	total := 0
	for _, s := range sizes {
		total += s.n
	}
	room := r.memory.grow(total)
	for _, s := range sizes {
		*s.to, room = room[:s.n:s.n], room[s.n:]
	}
	return r
}

// loadRows copies n rows of v, from position t on, to rows that are padded to a width.
func loadRows(dst []float32, width int, v *device.View, b, h, t, n int) {
	kernel.PackCopy(dst, rowsAt(v, b, h, t), n, v.Shape[3], v.Stride[2], width)
}

// loadColumns writes n rows of v, from position t on, as columns of panels.
func (r *attentionRoom) loadColumns(dst []float32, v *device.View, b, h, t, n int) {
	d := v.Shape[3]
	for j := 0; j < n; j += r.panel {
		cols := min(r.panel, n-j)
		kernel.PackTranspose(dst[j*d:], r.panel, rowsAt(v, b, h, t+j), max(v.Stride[2], d), cols, d, r.panel)
		kernel.Checkpoint()
	}
}

// An attentionProduct is c [m n] = α·a [m k] · b [k n], or that added to c.
type attentionProduct struct {
	m, n, k int
	a       []float32
	ak, ai  int // steps along k, and from row to row
	b       []float32
	bk      int // step along k; 0 if b is in panels
	c       []float32
	ci      int // step from row to row
	alpha   float32
	add     bool
}

// multiply computes a product.
func (r *attentionRoom) multiply(p attentionProduct) {
	t := &r.tiles
	*t = kernel.Tiles{K: p.k, Taps: 1, AK: p.ak, AI: p.ai, CI: p.ci, Alpha: p.alpha}
	if p.alpha != 1 {
		t.Flags |= kernel.TileScale
	}
	if p.add {
		t.Flags |= kernel.TileAccumulate
	}
	for j := 0; j < p.n; j += r.panel {
		t.Cols = min(r.panel, p.n-j)
		t.B, t.BK = unsafe.Pointer(&p.b[j]), p.bk
		if p.bk == 0 {
			t.B, t.BK = unsafe.Pointer(&p.b[j*p.k]), r.panel
		}
		t.A, t.C = unsafe.Pointer(&p.a[0]), unsafe.Pointer(&p.c[j])
		rowTiles(t, p.m, r.rows, nil)
		kernel.Checkpoint()
	}
}
