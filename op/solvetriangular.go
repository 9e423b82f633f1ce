package op

import "github.com/jimu-ml/jimu/tensor"

// SolveTriangular solves linear equations with a triangular matrix, the lower one of a or the upper. The other triangle is
// not read.
//
//	a [… n n], b [… n k] → y [… n k],  tri(a) · y = b
//	db = tri(a)⁻ᵀ dy    da = −tri(db yᵀ)
//
// Leading axes are broadcast. It is computed on the host, in float64. Where an element of the diagonal is 0 the result is infinite
// or NaN. It panics with a [tensor.Error] if the shapes do not fit.
//
// Giles, An Extended Collection of Matrix Derivative Results for Forward and Reverse Mode Algorithmic Differentiation, 2008.
func SolveTriangular(a, b *tensor.Tensor, upper bool) *tensor.Tensor {
	checkEquations("SolveTriangular", a, b)
	a, b = together("SolveTriangular", a, b)
	return inSingle(func(x []*tensor.Tensor) *tensor.Tensor { return solveTriangular(x[0], x[1], upper) }, a, b)
}

func checkEquations(op string, a, b *tensor.Tensor) {
	m, n := matrixShape(op, a)
	if b.Rank() < 2 || m != n || b.Dim(-2) != n {
		panic(tensor.Errorf(op, "shapes %v and %v are not [… n n] and [… n k]", a, b))
	}
}

func solveTriangular(a, b *tensor.Tensor, upper bool) *tensor.Tensor {
	left, right := matricesOf("SolveTriangular", a), matricesOf("SolveTriangular", b)
	left.each(func(i int, t []float64) {
		size := right.m * right.n
		substitute(t, right.v[i*size:(i+1)*size], right.n, upper, false)
	})
	y := right.tensor(right.v, right.m, right.n)
	return tensor.Record(y, "SolveTriangular", func(dy, y *tensor.Tensor, x []*tensor.Tensor) []*tensor.Tensor {
		db := solveTriangular(x[0].T(), dy, !upper)
		g := []*tensor.Tensor{nil, db}
		if x[0].Wanted() {
			g[0] = db.MatMul(y.T()).Neg()
			if upper {
				g[0] = g[0].Triu(0)
			} else {
				g[0] = g[0].Tril(0)
			}
		}
		return g
	}, a, b)
}

// substitute solves t·y = b in place of b, n rows of k. With one the diagonal counts as 1.
func substitute(t, b []float64, k int, upper, one bool) {
	if k == 0 {
		return
	}
	n := len(b) / k
	for step := range n {
		i, from, to := step, 0, step
		if upper {
			i, from, to = n-1-step, n-step, n
		}
		row := b[i*k : (i+1)*k]
		for j := from; j < to; j++ {
			f := t[i*n+j]
			if f == 0 {
				continue
			}
			for c, v := range b[j*k : (j+1)*k] {
				row[c] -= f * v
			}
		}
		if !one {
			for c := range row {
				row[c] /= t[i*n+i]
			}
		}
	}
}
