package cpu

import (
	"github.com/jimu-ml/jimu/internal/kernel"
	"github.com/jimu-ml/jimu/internal/parallel"
)

// sgemv is sgemm for one row: C and A have one row, and the rows of B are contiguous. Every element of B is used once,
// so what counts is to read it in long pieces.
func sgemv(c, a, b matrix, ep epilogue) {
	s := workspaces.Get().(*workspace)
	defer s.put()
	x := a.data
	if a.colStride != 1 { // 0 where A is broadcast: then there are fewer elements than columns
		x = s.copyA.grow(a.cols)
		copyMatrix(matrix{x, 1, a.cols, a.cols, 1}, a)
	}
	x = x[:a.cols]
	// Pieces as long as may be: memory is read fast only in long runs, and half as fast in pieces of 1 KB.
	piece := upTo(evenly(c.cols, max(1, c.cols/parallel.Threads())), 64)
	piece = min(8192, max(piece, 256, upTo(1<<17/a.cols, 64)))
	parallel.For(c.cols, piece, func(lo, hi int) {
		s := workspaces.Get().(*workspace)
		defer s.put()
		sums := s.copyC.grow(hi - lo)
		clear(sums)
		e := ep
		if e.accumulate {
			copy(sums, c.data[lo:hi])
			e.accumulate = false // that is where the sums begin
		}
		kernel.Gemv(sums, x, b.data[lo:], b.rowStride)
		for j, sum := range sums {
			e.put(&c.data[lo+j], sum, lo+j)
		}
	})
}
