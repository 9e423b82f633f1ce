package cpu

import (
	"github.com/jimu-ml/jimu/internal/kernel"
	"github.com/jimu-ml/jimu/internal/parallel"
)

// betterTurned reports whether Cᵀ = Bᵀ·Aᵀ takes less time than C = A·B, with turning the result: where A would be packed
// because its columns are contiguous, and is larger than B, as in the gradient of most weights. Bᵀ is packed instead, and
// if it has few rows in short pieces, whose pages are all at hand. It is a question of shapes and strides alone, and
// the bits are the same either way.
func betterTurned(c, a, b matrix, ep epilogue) bool {
	const (
		most = 256  // rows of Bᵀ
		long = 1024 // from so many products on, turning the result is cheap beside them
	)
	plain := !ep.accumulate && ep.bias == nil && !ep.relu
	return plain && a.rowStride == 1 && a.colStride != 1 && b.colStride == 1 &&
		c.rows > c.cols && c.cols > 64 && c.cols <= most && a.cols >= long
}

// turned computes C = A·B as the transpose of Bᵀ·Aᵀ.
func turned(c, a, b matrix) {
	buffer, room := floats(c.rows * c.cols)
	defer pool.put(buffer)
	sgemm(matrix{room, c.cols, c.rows, c.rows, 1}, b.transposed(), a.transposed(), epilogue{})
	const rows, cols = 256, 16 // at once
	parallel.For(c.rows, rows, func(lo, hi int) {
		for j := 0; j < c.cols; j += cols {
			n := min(cols, c.cols-j)
			kernel.PackTranspose(c.data[lo*c.rowStride+j:], c.rowStride, room[j*c.rows+lo:], c.rows, n, hi-lo, n)
			kernel.Checkpoint()
		}
	})
}
