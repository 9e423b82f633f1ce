package cpu

import (
	"unsafe"

	"github.com/jimu-ml/jimu/internal/kernel"
)

const (
	// fewMost is how many rows of A may have a product that is computed turned: with more of them, to transpose B
	// takes little of the time.
	fewMost = 128
	// fewA is how many elements A may have then, all of which are to stay in the second cache.
	fewA = 1 << 18
	// fewStrip is how many rows of Bᵀ are multiplied before their columns of C are written. It is whole tiles and whole
	// lines of C.
	fewStrip = 112
	// fewLength is how many products are added before a strip is written and read again, at most.
	fewLength = 1024
)

// fewRows reports whether C = A·B is better computed as Cᵀ = Bᵀ·Aᵀ: if the columns of B are contiguous, as those of a
// transposed weight [out in] are, and A is small and its rows fill vectors. Then A is transposed for the kernel, instead
// of B, which is read once, where it lies. The bits are the same.
func fewRows(c, a, b matrix, ep epilogue, shape *kernel.TileShape) bool {
	return b.colStride != 1 && a.colStride == 1 && !ep.accumulate &&
		c.rows >= 8 && c.rows <= fewMost && c.cols >= max(fewStrip, 2*c.rows) && c.rows*a.cols <= fewA &&
		(c.rows <= shape.TallCols || 8*shape.Width(c.rows) <= 9*c.rows)
}

// few computes C = A·B as Cᵀ = Bᵀ·Aᵀ, by strips of C's columns.
func (s *workspace) few(c, a, b matrix, ep epilogue, shape *kernel.TileShape) {
	w := b.transposed()
	k := evenly(a.cols, fewLength)
	panels := s.panelsOfRows(a, k, shape)
	room := s.copyC.grow(min(fewStrip, c.cols) * c.rows)
	var ahead ahead
	for j := 0; j < c.cols; j += fewStrip {
		n := min(fewStrip, c.cols-j)
		high := evenly(n, shape.TallRows)
		t := &s.tiles
		for from := 0; from < a.cols; from += k {
			*t = kernel.Tiles{
				K: min(k, a.cols-from), Taps: 1, AK: 1, AI: w.rowStride, ATile: high * w.rowStride, CI: c.rows, Flags: kernel.TilePadded,
			}
			if from > 0 {
				t.Flags |= kernel.TileContinue
			}
			next := j + fewStrip
			if from == 0 && next < c.cols && w.rowStride == a.cols {
				ahead = aheadOfRun(w.part(next, 0, min(fewStrip, c.cols-next), a.cols))
			}
			for i := 0; i < c.rows; i += shape.TallCols {
				t.Cols = min(shape.TallCols, c.rows-i)
				t.BK = shape.Width(t.Cols)
				t.B = unsafe.Pointer(&panels[i*a.cols+from*t.BK])
				s.strip(w.part(j, from, n, t.K), room[i:], high, &ahead)
			}
		}
		turnBack(c.part(0, j, c.rows, n), room, ep.part(j, n))
	}
}

// strip runs the kernel for rows of A, whose part of C is at to.
func (s *workspace) strip(a matrix, to []float32, high int, ahead *ahead) {
	t := &s.tiles
	for i := 0; i < a.rows; i += t.Rows * t.Count {
		t.Rows, t.Count = high, (a.rows-i)/high
		if t.Count == 0 {
			t.Rows, t.Count = a.rows-i, 1
		}
		t.Count = min(t.Count, max(1, callProducts/(t.Rows*t.Cols*t.K+1)))
		t.Count = ahead.run(t)
		t.A, t.C = unsafe.Pointer(&a.data[i*a.rowStride]), unsafe.Pointer(&to[i*t.CI])
		kernel.Gemm(t)
		kernel.Checkpoint()
	}
}

// panelsOfRows returns the rows of a, whose columns are contiguous, as columns of panels [panels of rows][k][rows].
func (s *workspace) panelsOfRows(a matrix, k int, shape *kernel.TileShape) []float32 {
	panels := s.b.grow(shape.Width(a.rows) * a.cols)
	for i := 0; i < a.rows; i += shape.TallCols {
		n := min(shape.TallCols, a.rows-i)
		width := shape.Width(n)
		for from := 0; from < a.cols; from += k {
			kernel.PackTranspose(panels[i*a.cols+from*width:], width, a.data[i*a.rowStride+from:], a.rowStride, n, min(k, a.cols-from), width)
		}
	}
	return panels
}

// turnBack writes the transpose of a strip to C, with the epilogue.
func turnBack(c matrix, strip []float32, ep epilogue) {
	kernel.PackTranspose(c.data, c.rowStride, strip, c.rows, c.cols, c.rows, c.cols)
	if ep.bias == nil && !ep.relu {
		return
	}
	for i := range c.rows {
		row := c.data[i*c.rowStride:][:c.cols]
		if ep.bias != nil {
			kernel.Add(row, row, ep.bias)
		}
		if ep.relu {
			kernel.Relu(row, row)
		}
		kernel.Checkpoint()
	}
}
