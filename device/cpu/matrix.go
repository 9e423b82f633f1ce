package cpu

// A matrixOf is a view of numbers in memory: element (i, j) is data[i·rowStride + j·colStride]. Matrices that have 1
// for one of the strides are multiplied as they lie; others are copied first.
type matrixOf[T any] struct {
	data                 []T
	rows, cols           int
	rowStride, colStride int
}

type (
	matrix   = matrixOf[float32]
	matrix64 = matrixOf[float64]
)

// transposed returns the transposed view.
func (m matrixOf[T]) transposed() matrixOf[T] {
	return matrixOf[T]{m.data, m.cols, m.rows, m.colStride, m.rowStride}
}

// part returns the view of rows and cols from element (i, j) on.
func (m matrixOf[T]) part(i, j, rows, cols int) matrixOf[T] {
	p := m
	p.rows, p.cols = rows, cols
	if rows > 0 && cols > 0 {
		p.data = m.data[i*m.rowStride+j*m.colStride:]
	}
	return p
}

// plain returns m with the strides of axes of length 1 chosen so that one stride is 1.
func (m matrixOf[T]) plain() matrixOf[T] {
	switch {
	case m.cols == 1:
		m.colStride = 1
	case m.rows == 1:
		m.rowStride = 1
		if m.colStride == 1 {
			m.rowStride = m.cols
		}
	}
	return m
}

// check panics, as an index out of range, if the last element does not exist.
func (m matrixOf[T]) check() {
	if m.rows > 0 && m.cols > 0 {
		_ = m.data[(m.rows-1)*m.rowStride+(m.cols-1)*m.colStride]
	}
}

// An epilogue is what is done with a matrix product on its way to memory:
//
//	C = relu(C + A·B + bias)
//
// without the terms that are not asked for.
type epilogueOf[T float32 | float64] struct {
	accumulate bool // add what C holds
	bias       []T  // one for each column, or nil
	relu       bool
}

type (
	epilogue   = epilogueOf[float32]
	epilogue64 = epilogueOf[float64]
)

// part returns the epilogue of n columns from column j on.
func (ep epilogueOf[T]) part(j, n int) epilogueOf[T] {
	if ep.bias != nil {
		ep.bias = ep.bias[j : j+n]
	}
	return ep
}

// put writes the sum of the products of column j to c.
func (ep *epilogueOf[T]) put(c *T, sum T, j int) {
	if ep.accumulate {
		sum += *c
	}
	if ep.bias != nil {
		sum += ep.bias[j]
	}
	if ep.relu && sum < 0 {
		sum = 0
	}
	*c = sum
}
