package cpu

import (
	"unsafe"

	"github.com/jimu-ml/jimu/internal/kernel"
)

const (
	// smallProducts is how many multiply-adds a small product has, at most: what a plan and panels cost then counts.
	smallProducts = 1 << 20
	// smallB is how many elements B may have: they stay in the first cache.
	smallB = 10_000
)

// small computes C = A·B where all of them lie, without a plan and blocks, if it is small, and reports that. Only a B
// that the kernel cannot read is copied.
func small(c, a, b *matrix, ep *epilogue) bool {
	if c.rows*c.cols*a.cols > smallProducts || a.cols*c.cols > smallB || c.rows == 1 ||
		a.rowStride != 1 && a.colStride != 1 || b.rowStride != 1 && b.colStride != 1 {
		return false
	}
	s, shape := workspaces.Get().(*workspace), kernel.GemmShape()
	t := &s.tiles
	t.K, t.Taps, t.AK, t.AI, t.CI = a.cols, 1, a.colStride, a.rowStride, c.rowStride
	if ep.accumulate {
		t.Flags |= kernel.TileContinue
	}
	if ep.relu {
		t.Flags |= kernel.TileReLU
	}
	from := b.data
	t.BK = b.rowStride
	if b.colStride != 1 || b.rowStride%alias == 0 || !shape.PartialB && b.cols%shape.Lanes != 0 {
		t.BK = shape.Width(b.cols)
		from = s.padded(b, t.BK)
		t.Flags |= kernel.TilePadded
	}
	for j := 0; j < c.cols; j += t.Cols {
		var high int
		t.Cols, high = smallTile(c.cols-j, shape)
		t.B = unsafe.Pointer(&from[j])
		if ep.bias != nil {
			t.Bias = unsafe.Pointer(&ep.bias[j])
		}
		s.column(c.data[j:], a, evenly(c.rows, high))
	}
	s.put()
	return true
}

// smallTile returns the columns of the next panel, of so many that are left, and the rows of its tiles: two narrow panels
// are better than a wide one and a thin rest.
func smallTile(left int, shape *kernel.TileShape) (cols, rows int) {
	if left > 2*shape.TallCols || left > shape.TallCols && left <= shape.Cols {
		return min(left, shape.Cols), shape.Rows
	}
	return min(left, shape.TallCols), shape.TallRows
}

// column runs the kernel for all rows of a panel, in tiles of high rows.
func (s *workspace) column(c []float32, a *matrix, high int) {
	t := &s.tiles
	t.ATile = high * a.rowStride
	for i := 0; i < a.rows; i += t.Rows * t.Count {
		t.Rows, t.Count = high, (a.rows-i)/high
		if t.Count == 0 {
			t.Rows, t.Count = a.rows-i, 1
		}
		t.A, t.C = unsafe.Pointer(&a.data[i*a.rowStride]), unsafe.Pointer(&c[i*t.CI])
		kernel.Gemm(t)
		kernel.Checkpoint()
	}
}

// padded returns a copy of b in rows of so many elements, one after another.
func (s *workspace) padded(b *matrix, width int) []float32 {
	to := s.b.grow(b.rows * width)
	if b.colStride == 1 {
		kernel.PackCopy(to, b.data, b.rows, b.cols, b.rowStride, width)
	} else {
		kernel.PackTranspose(to, width, b.data, b.colStride, b.cols, b.rows, width)
	}
	return to
}
