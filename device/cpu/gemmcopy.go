package cpu

// copied returns a copy of m in room, with contiguous rows.
func copied(room *reused, m matrix) matrix {
	to := matrix{room.grow(m.rows * m.cols), m.rows, m.cols, m.cols, 1}
	copyMatrix(to, m)
	return to
}

// copyMatrix copies from to to, in squares, so that both are near in memory whatever the strides.
func copyMatrix[T any](to, from matrixOf[T]) {
	const side = 32
	for i0 := 0; i0 < to.rows; i0 += side {
		for j0 := 0; j0 < to.cols; j0 += side {
			for i := i0; i < min(i0+side, to.rows); i++ {
				for j := j0; j < min(j0+side, to.cols); j++ {
					to.data[i*to.rowStride+j*to.colStride] = from.data[i*from.rowStride+j*from.colStride]
				}
			}
		}
	}
}
