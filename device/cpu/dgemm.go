package cpu

import (
	"github.com/jimu-ml/jimu/internal/kernel"
	"github.com/jimu-ml/jimu/internal/parallel"
)

// dgemm is sgemm in float64. It is there to check gradients, and not written for speed.
func dgemm(c, a, b matrix64, ep epilogue64) {
	if c.rows == 0 || c.cols == 0 {
		return
	}
	c.check()
	a.check()
	b.check()
	// Four columns of B and two rows of A at a time, each contiguous.
	k, panels := a.cols, (c.cols+3)/4
	packed := make([]float64, 4*k*panels)
	for q := range panels {
		n := min(4, c.cols-4*q)
		copyMatrix(matrix64{packed[4*k*q:], k, n, 4, 1}, b.part(0, 4*q, k, n))
	}
	grain := max(2, upTo(parallelFlop/(k*c.cols+1), 2))
	parallel.For(c.rows, grain, func(lo, hi int) {
		room := make([]float64, 2*k)
		x, y := room[:k], room[k:]
		var sums [2][4]float64
		for i := lo; i < hi; i += 2 {
			rows := min(2, hi-i)
			copyMatrix(matrix64{room, rows, k, k, 1}, a.part(i, 0, rows, k))
			for q := range panels {
				kernel.Dot2x4(&sums, x, y, packed[4*k*q:4*k*(q+1)])
				for r := range rows {
					for j := 4 * q; j < min(4*q+4, c.cols); j++ {
						ep.put(&c.data[(i+r)*c.rowStride+j*c.colStride], sums[r][j-4*q], j)
					}
				}
			}
		}
	})
}
