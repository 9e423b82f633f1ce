package cpu

import (
	"unsafe"

	"github.com/jimu-ml/jimu/internal/kernel"
	"github.com/jimu-ml/jimu/internal/parallel"
)

// panels is the right factor B [k n] of many matrix products, packed once. Its columns come in groups of equal length,
// the gates of a recurrence, and no panel crosses the border of two.
type panels struct {
	k, groups, length int
	cols, width       int // of a panel: most columns, and floats in a row
	each              int // panels in a group
	rows              int // of a tile, at most
	buffer            *Buffer
	data              []float32
}

// packPanels packs b, one of whose strides is 1, whose columns are groups of equal length.
func packPanels(b matrix, groups int) *panels {
	s := kernel.GemmShape()
	p := &panels{k: b.rows, groups: groups, length: b.cols / groups, cols: s.TallCols, rows: s.TallRows}
	p.each = (p.length + p.cols - 1) / p.cols
	p.width = s.Width(p.cols)
	p.buffer, p.data = floats(groups * p.each * p.k * p.width)
	parallel.For(groups*p.each, max(1, grain/(p.k*p.width+1)), func(lo, hi int) {
		for i := lo; i < hi; i++ {
			from, cols := p.columns(i)
			width := s.Width(cols)
			part := b.part(0, from, b.rows, cols)
			if b.colStride == 1 {
				kernel.PackCopy(p.panel(i), part.data, p.k, cols, part.rowStride, width)
			} else {
				kernel.PackTranspose(p.panel(i), width, part.data, part.colStride, cols, p.k, width)
			}
			kernel.Checkpoint()
		}
	})
	return p
}

func (p *panels) free() { pool.put(p.buffer) }

func (p *panels) panel(i int) []float32 { return p.data[i*p.k*p.width:] }

// columns returns the first column of a panel, and how many it has.
func (p *panels) columns(i int) (from, cols int) {
	at := i % p.each * p.cols
	return i/p.each*p.length + at, min(p.cols, p.length-at)
}

// multiply computes rows of C = A·B + bias, of the columns from lo to hi of every group, where lo begins a panel. The
// columns of A and of C are contiguous.
func (p *panels) multiply(c, a []float32, rows, strideC, strideA int, bias []float32, lo, hi int) {
	t := kernel.Tiles{K: p.k, Taps: 1, AK: 1, AI: strideA, CI: strideC}
	for g := range p.groups {
		for i := g*p.each + lo/p.cols; i < g*p.each+(hi+p.cols-1)/p.cols; i++ {
			from, cols := p.columns(i)
			t.Cols, t.BK = cols, kernel.GemmShape().Width(cols)
			t.A, t.B, t.C = pointer(a, 0), pointer(p.panel(i), 0), pointer(c, from)
			t.Bias = nil
			if bias != nil {
				t.Bias = unsafe.Pointer(&bias[from])
			}
			rowTiles(&t, rows, p.rows, nil)
		}
	}
}
