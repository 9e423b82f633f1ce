package cpu

import "github.com/jimu-ml/jimu/internal/parallel"

// batchFlop is the work from which on the processors share one product of a batch, instead of each having its own.
const batchFlop = 1 << 26

// sgemmBatch computes n products C = A·B, all with the same epilogue. The matrices of product i are at(i); they have
// the same shapes for all i, and no C overlaps another matrix. at is called by several goroutines at once.
func sgemmBatch(n int, at func(i int) (c, a, b matrix), ep epilogue) {
	eachProduct(n, at, func(c, a, b matrix) { sgemm(c, a, b, ep) })
}

// dgemmBatch is sgemmBatch in float64.
func dgemmBatch(n int, at func(i int) (c, a, b matrix64), ep epilogue64) {
	eachProduct(n, at, func(c, a, b matrix64) { dgemm(c, a, b, ep) })
}

// bgemmBatch is sgemmBatch of bfloat16, without an epilogue.
func bgemmBatch(n int, at func(i int) (c, a, b matrix16)) {
	eachProduct(n, at, func(c, a, b matrix16) { bgemm(c, a, b, epilogue{}) })
}

// eachProduct calls f for every product of a batch: one after another if they are large, otherwise in parallel.
func eachProduct[T any](n int, at func(i int) (c, a, b matrixOf[T]), f func(c, a, b matrixOf[T])) {
	if n == 0 {
		return
	}
	c, a, _ := at(0)
	flop := 2*c.rows*c.cols*a.cols + 1
	if n < 2*parallel.Threads() && flop >= parallelFlop || flop >= batchFlop {
		for i := range n {
			f(at(i))
		}
		return
	}
	parallel.For(n, max(1, parallelFlop/flop), func(lo, hi int) {
		for i := lo; i < hi; i++ {
			f(at(i))
		}
	})
}
