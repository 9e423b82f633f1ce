package op

import "github.com/jimu-ml/jimu/tensor"

// Inverse returns the inverses of square matrices.
//
//	x [… n n] → y [… n n],  x y = 1
//	dx = −yᵀ dy yᵀ
//
// It is computed on the host, in float64, by [LU]. A singular matrix gives infinities or NaN, never an error: whether it is
// singular depends on rounding. To solve equations, [Solve] is more exact.
//
// Giles, An Extended Collection of Matrix Derivative Results for Forward and Reverse Mode Algorithmic Differentiation, 2008.
func Inverse(x *tensor.Tensor) *tensor.Tensor {
	return inSingle(func(x []*tensor.Tensor) *tensor.Tensor { return inverse(x[0]) }, x)
}

func inverse(x *tensor.Tensor) *tensor.Tensor {
	b := squaresOf("Inverse", x)
	n := b.n
	b.each(func(_ int, a []float64) {
		id := make([]float64, n*n)
		for i := range n {
			id[i*n+i] = 1
		}
		solveDense(a, id, n, n)
		copy(a, id)
	})
	return tensor.Record(b.tensor(b.v, n, n), "Inverse", func(dy, y *tensor.Tensor, _ []*tensor.Tensor) []*tensor.Tensor {
		return []*tensor.Tensor{y.T().MatMul(dy).MatMul(y.T()).Neg()}
	}, x)
}

// solveDense solves a·y = b in place of b, n rows of k. It destroys a.
func solveDense(a, b []float64, n, k int) {
	rows := make([]int64, n)
	factorLU(a, n, rows)
	moved := make([]float64, len(b))
	for i, r := range rows {
		copy(moved[i*k:(i+1)*k], b[int(r)*k:(int(r)+1)*k])
	}
	substitute(a, moved, k, false, true)
	substitute(a, moved, k, true, false)
	copy(b, moved)
}

// Solve solves linear equations.
//
//	a [… n n], b [… n k] → y [… n k],  a y = b
//	db = a⁻ᵀ dy    da = −db yᵀ
//
// Leading axes are broadcast. It is computed on the host, in float64, by [LU]. A singular matrix gives infinities or NaN. It
// panics with a [tensor.Error] if the shapes do not fit.
//
// Giles, An Extended Collection of Matrix Derivative Results for Forward and Reverse Mode Algorithmic Differentiation, 2008.
func Solve(a, b *tensor.Tensor) *tensor.Tensor {
	checkEquations("Solve", a, b)
	a, b = together("Solve", a, b)
	return inSingle(func(x []*tensor.Tensor) *tensor.Tensor { return solve(x[0], x[1]) }, a, b)
}

func solve(a, b *tensor.Tensor) *tensor.Tensor {
	left, right := matricesOf("Solve", a), matricesOf("Solve", b)
	size := right.m * right.n
	left.each(func(i int, t []float64) { solveDense(t, right.v[i*size:(i+1)*size], right.m, right.n) })
	y := right.tensor(right.v, right.m, right.n)
	return tensor.Record(y, "Solve", func(dy, y *tensor.Tensor, x []*tensor.Tensor) []*tensor.Tensor {
		db := solve(x[0].T(), dy)
		g := []*tensor.Tensor{nil, db}
		if x[0].Wanted() {
			g[0] = db.MatMul(y.T()).Neg()
		}
		return g
	}, a, b)
}
