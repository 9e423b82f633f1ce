package cpu

import (
	"sync"
	"unsafe"

	"github.com/jimu-ml/jimu/internal/kernel"
)

const (
	// blockA is how many elements of A are multiplied by a panel of B before the next panel: with two panels they fit
	// into the second cache.
	blockA = 1 << 18
	// blockM is how many rows of C are computed before the next, at most, if there are many columns: their panels lie on
	// the same pages, of which a processor knows some hundreds.
	blockM = 512
	// blockN is how many columns of B are packed at once, at most, if they are to be used several times.
	blockN = 3072
	// alias is a row stride at which the rows of a matrix fall into the same places of the first cache, in elements.
	alias = 1024
)

// lengthFor returns how many products are added before C is written and read again, at most, with that many rows. More
// is better for C. But the first tiles read B where it lies, and each of its rows is on a page of its own: with few
// tiles after them that counts more.
func lengthFor(rows int) int {
	switch {
	case rows <= 16:
		return 2048 // nothing is read twice: long runs are what counts
	case rows <= 256:
		return 256
	case rows <= 512:
		return 512
	}
	return 1024
}

// evenly returns the length of the fewest blocks of about the same length, at most so long.
func evenly(n, most int) int {
	blocks := (n + most - 1) / most
	return (n + blocks - 1) / blocks
}

// A reused is memory that is used again.
type reused struct{ data []float32 }

// grow returns n elements, which may hold anything; they begin where a cache line begins.
func (b *reused) grow(n int) []float32 {
	if len(b.data) < n {
		const line = 16
		fresh := make([]float32, n+line)
		skip := -int(uintptr(unsafe.Pointer(&fresh[0]))/4) & (line - 1)
		b.data = fresh[skip:]
	}
	return b.data[:n]
}

// A workspace is what one goroutine needs to multiply matrices. The argument of the kernel is in it because it would
// otherwise be allocated for every product.
type workspace struct {
	tiles               kernel.Tiles
	a, b                reused
	copyA, copyB, copyC reused
}

var workspaces = sync.Pool{New: func() any { return new(workspace) }}

// put gives a workspace back. It must not keep alive the matrices.
func (s *workspace) put() {
	s.tiles = kernel.Tiles{}
	workspaces.Put(s)
}

// A plan is how one goroutine multiplies two matrices.
type plan struct {
	c, a, b matrix
	ep      epilogue
	*workspace
	shape      *kernel.TileShape
	rows, cols int       // of a tile
	packA      bool      // whether A is copied to panels
	panelsA    []float32 // [panels of rows][k][rows]
	panelsB    []float32 // [panels of cols][k][cols], or one panel
	later      bool      // whether there are more rows than are done at once
	inPlace    bool      // whether B is read where it lies
	ready      []float32 // all of B in panels, from an earlier product, or nil
	ahead      ahead     // what is read after the panel
}

// block computes C = A·B in this goroutine. The columns of C are contiguous, and one stride of A and of B is 1. ready is
// B in panels, as [panelsOf] makes them, or nil.
func (s *workspace) block(c, a, b matrix, ep epilogue, ready []float32) {
	shape := kernel.GemmShape()
	switch {
	case ready == nil && small(&c, &a, &b, &ep):
		return
	case ready == nil && fewRows(c, a, b, ep, shape):
		s.few(c, a, b, ep, shape)
		return
	}
	p := plan{c: c, a: a, b: b, ep: ep, workspace: s, shape: shape, ready: ready}
	p.rows, p.cols = p.shape.Rows, p.shape.Cols
	if ready == nil && (c.cols <= p.shape.TallCols || c.rows > p.rows && c.rows <= p.shape.TallRows) {
		p.rows, p.cols = p.shape.TallRows, p.shape.TallCols
	}
	// Even blocks and even tiles: the last ones are not much smaller than the others.
	k := evenly(a.cols, lengthFor(c.rows))
	high := max(1, blockA/k)
	if c.cols > 2*p.cols {
		high = min(high, blockM)
	}
	high = evenly(c.rows, high)
	tiles := (high + p.rows - 1) / p.rows
	p.rows = (high + tiles - 1) / tiles
	high = tiles * p.rows

	p.packA = c.cols > 2*p.cols && c.rows > 4 && (a.colStride != 1 || a.rowStride%alias == 0)
	if p.packA {
		p.panelsA = s.a.grow(high * k)
	}
	// One row of tiles reads B once, and few columns lie near enough.
	p.inPlace = ready == nil && b.colStride == 1 && (p.shape.PartialB || c.cols%p.shape.Lanes == 0) &&
		(c.rows <= p.rows || c.cols <= p.cols && b.rowStride%alias != 0)
	// Rows that come later need all panels of B again; if there are none, one panel has to last for its columns only.
	p.later = c.rows > high
	wide := c.cols
	if p.later {
		wide = upTo(evenly(c.cols, blockN), p.cols)
	}
	if ready == nil {
		p.panelsB = s.b.grow(k * p.room(min(wide, c.cols)))
	}
	for j := 0; j < c.cols; j += wide {
		for from := 0; from < a.cols; from += k {
			for i := 0; i < c.rows; i += high {
				p.panels(part{i, j, from, min(high, c.rows-i), min(wide, c.cols-j), min(k, a.cols-from)})
			}
		}
	}
}

// room returns how many columns of B are packed at a time, of so many.
func (p *plan) room(cols int) int {
	if !p.later {
		cols = min(cols, p.cols)
	}
	return p.shape.Width(cols)
}

// A part of a product is m rows and n columns of C from (i, j) on, with k products from number from on.
type part struct{ i, j, from, m, n, k int }

// panels computes a part of C.
func (p *plan) panels(q part) {
	t := &p.tiles
	*t = kernel.Tiles{K: q.k, Taps: 1, AK: p.a.colStride, AI: p.a.rowStride, CI: p.c.rowStride}
	if p.ep.accumulate || q.from > 0 {
		t.Flags |= kernel.TileContinue
	}
	last := q.from+q.k == p.a.cols
	if last && p.ep.relu {
		t.Flags |= kernel.TileReLU
	}
	a := p.a.part(q.i, q.from, q.m, q.k)
	if p.packA {
		p.copyRows(a)
		t.AK, t.AI = p.rows, 1
	}
	panel := p.panelsB
	for j, end := q.j, q.j+q.n; j < end; j += p.cols {
		t.Cols = min(p.cols, end-j)
		t.Bias = nil
		if last && p.ep.bias != nil {
			t.Bias = unsafe.Pointer(&p.ep.bias[j])
		}
		row := 0
		switch {
		case p.ready != nil:
			panel = p.ready[j*p.a.cols+q.from*p.shape.Width(t.Cols):]
			p.packed(panel)
		case p.later && q.i > 0 && !p.inPlace:
			p.packed(panel)
		default:
			row = p.panelB(j, q.from, panel)
		}
		p.look(q, j+p.cols, panel)
		c := p.c.part(q.i, j, q.m, t.Cols)
		if row > 0 {
			p.tile(c, a, 0, row) // packs B
			p.packed(panel)
		}
		p.tile(c, a, row, q.m)
		if p.later && p.ready == nil {
			panel = panel[q.k*t.Cols:]
		}
		kernel.Checkpoint()
	}
}

// packed makes a packed panel of B the argument of the kernel.
func (p *plan) packed(panel []float32) {
	t := &p.tiles
	t.BPacked = nil
	t.B, t.BK = unsafe.Pointer(&panel[0]), p.shape.Width(t.Cols)
	t.Flags |= kernel.TilePadded
}

// look sets what is read after a panel of B: the next one, at column j.
func (p *plan) look(q part, j int, panel []float32) {
	n := min(p.cols, q.j+q.n-j)
	switch {
	case n <= 0:
		p.ahead = ahead{}
	case p.ready != nil:
		p.ahead = aheadOf(matrix{p.ready[j*p.a.cols+q.from*p.shape.Width(n):], q.k, p.shape.Width(n), p.shape.Width(n), 1})
	case p.later && q.i > 0:
		p.ahead = aheadOf(matrix{panel[q.k*p.cols:], q.k, p.shape.Width(n), p.shape.Width(n), 1})
	default:
		p.ahead = aheadOf(p.b.part(q.from, j, q.k, n))
	}
}

// copyRows packs rows of A to panels.
func (p *plan) copyRows(a matrix) {
	if a.colStride == 1 {
		for i := 0; i < a.rows; i += p.rows {
			rows := min(p.rows, a.rows-i)
			kernel.PackTranspose(p.panelsA[i*a.cols:], p.rows, a.data[i*a.rowStride:], a.rowStride, rows, a.cols, rows)
			kernel.Checkpoint()
		}
		return
	}
	// Some columns of all panels, and then the next: a panel is narrower than a line, and each column on a page of its own.
	const columns = 64
	for k := 0; k < a.cols; k += columns {
		cols := min(columns, a.cols-k)
		for i := 0; i < a.rows; i += p.rows {
			rows := min(p.rows, a.rows-i)
			kernel.PackCopy(p.panelsA[i*a.cols+k*p.rows:], a.data[k*a.colStride+i:], cols, rows, a.colStride, p.rows)
			kernel.Checkpoint()
		}
	}
}

// panelB makes B of the tiles in column j the argument of the kernel: where it lies, packed to room, or to be packed
// by the first row of tiles, whose height is returned then.
func (p *plan) panelB(j, from int, room []float32) (row int) {
	t, b := &p.tiles, p.b.part(from, j, p.tiles.K, p.tiles.Cols)
	width := p.shape.Width(t.Cols)
	t.BPacked = nil
	t.Flags &^= kernel.TilePadded
	if b.colStride == 1 {
		t.B, t.BK = unsafe.Pointer(&b.data[0]), b.rowStride
	}
	if p.inPlace {
		return 0
	}
	if b.colStride == 1 && (p.shape.PartialB || t.Cols == width) && p.rows <= p.shape.FuseRows {
		t.BPacked = unsafe.Pointer(&room[0])
		return min(p.rows, p.c.rows)
	}
	if b.colStride == 1 {
		kernel.PackCopy(room, b.data, t.K, t.Cols, b.rowStride, width)
	} else {
		kernel.PackTranspose(room, width, b.data, b.colStride, t.Cols, t.K, width)
	}
	p.packed(room)
	return 0
}

// tile runs the kernel for the rows of C from i to end.
func (p *plan) tile(c, a matrix, i, end int) {
	t := &p.tiles
	for i < end {
		// As many whole tiles as there are, then what is left.
		t.Rows, t.Count = p.rows, (end-i)/p.rows
		if t.Count == 0 {
			t.Rows, t.Count = end-i, 1
		}
		if t.BPacked == nil {
			t.Count = min(t.Count, max(1, callProducts/(t.Rows*t.Cols*t.K+1)))
			t.Count = p.ahead.next(t)
		}
		t.C = unsafe.Pointer(&c.data[i*c.rowStride])
		if p.packA {
			t.A, t.ATile = unsafe.Pointer(&p.panelsA[i*a.cols]), p.rows*a.cols
		} else {
			t.A, t.ATile = unsafe.Pointer(&a.data[i*a.rowStride]), p.rows*a.rowStride
		}
		kernel.Gemm(t)
		i += t.Rows * t.Count
	}
}
