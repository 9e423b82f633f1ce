package cpu

import "github.com/jimu-ml/jimu/internal/parallel"

// parallelFlop is the work below which a matrix product is not worth a second goroutine.
const parallelFlop = 300_000

// sgemm computes C = A·B, with an epilogue. C must not overlap A or B.
//
// The bits of an element of C depend on its row of A and its column of B only: not on the other rows and columns, on
// the order of the matrices in memory, or on the number of threads. Its products are added from the first to the last.
// Only very long sums are cut into pieces if C is small; see [deep].
func sgemm(c, a, b matrix, ep epilogue) { sgemmReady(c, a, b, ep, nil) }

// sgemmReady is sgemm with a B that may be there in panels already, as [panelsOf] makes them.
func sgemmReady(c, a, b matrix, ep epilogue, ready []float32) {
	if c.rows == 0 || c.cols == 0 {
		return
	}
	c, a, b = c.plain(), a.plain(), b.plain()
	c.check()
	a.check()
	b.check()
	if a.cols == 0 {
		withoutProduct(c, ep)
		return
	}
	if c.colStride != 1 {
		intoColumns(c, a, b, ep) // without what is ready
		return
	}
	alone := 2*c.rows*c.cols*a.cols < parallelFlop || parallel.Threads() == 1
	if alone && ready == nil && small(&c, &a, &b, &ep) {
		return
	}
	if betterTurned(c, a, b, ep) {
		turned(c, a, b)
		return
	}
	isDeep := deep(c.rows, c.cols, a.cols)
	if isDeep {
		ready = nil // the bits must not depend on it
	}
	s := workspaces.Get().(*workspace)
	defer s.put()
	if a.rowStride != 1 && a.colStride != 1 {
		a = copied(&s.copyA, a)
	}
	if ready == nil && b.rowStride != 1 && b.colStride != 1 {
		b = copied(&s.copyB, b)
	}
	switch {
	case ready == nil && c.rows == 1 && b.colStride == 1 && c.cols > 1:
		sgemv(c, a, b, ep)
	case alone && !isDeep:
		s.block(c, a, b, ep, ready)
	case isDeep:
		sgemmDeep(c, a, b, ep)
	default:
		sgemmParallel(c, a, b, ep, ready)
	}
}

// withoutProduct is sgemm for matrices A and B with no elements.
func withoutProduct(c matrix, ep epilogue) {
	for i := range c.rows {
		for j := range c.cols {
			ep.put(&c.data[i*c.rowStride+j*c.colStride], 0, j)
		}
	}
}

// intoColumns is sgemm for a C whose rows are not contiguous.
func intoColumns(c, a, b matrix, ep epilogue) {
	if c.rowStride == 1 && ep.bias == nil {
		sgemm(c.transposed(), b.transposed(), a.transposed(), ep)
		return
	}
	s := workspaces.Get().(*workspace)
	defer s.put()
	room := s.copyC.grow(c.rows * c.cols)
	t := matrix{room, c.rows, c.cols, c.cols, 1}
	if ep.accumulate {
		copyMatrix(t, c)
	}
	sgemm(t, a, b, ep)
	copyMatrix(c, t)
}
