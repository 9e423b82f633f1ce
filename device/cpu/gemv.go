package cpu

import (
	"github.com/jimu-ml/jimu/internal/kernel"
	"github.com/jimu-ml/jimu/internal/parallel"
)

// sgemv is sgemm for one row: C and A have one row, and the rows of B are contiguous. Every element of B is used once,
// so what counts is to read it in long pieces.
func sgemv(c, a, b matrix, ep epilogue) {
	x := a.data[:a.cols]
	if a.colStride != 1 {
		x = make([]float32, a.cols)
		copyMatrix(matrix{x, 1, a.cols, a.cols, 1}, a)
	}
	// Pieces of at most 8 KB, and not so short that they are not worth a goroutine.
	piece := min(2048, max(256, upTo(1<<17/a.cols, 64)))
	parallel.For(c.cols, piece, func(lo, hi int) {
		var room [2048]float32
		sums := room[:hi-lo]
		k := blocksOf(a.cols)
		for from := 0; from < a.cols; from += k {
			clear(sums)
			to := min(from+k, a.cols)
			kernel.Gemv(sums, x[from:to], b.data[from*b.rowStride+lo:], b.rowStride)
			kernel.Checkpoint()
			e := ep
			e.accumulate = ep.accumulate || from > 0
			if to < a.cols {
				e.bias, e.relu = nil, false
			}
			for j, sum := range sums {
				e.put(&c.data[lo+j], sum, lo+j)
			}
		}
	})
}
