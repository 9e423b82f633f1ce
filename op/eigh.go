package op

import (
	"cmp"
	"math"
	"slices"

	"github.com/jimu-ml/jimu/tensor"
)

// Eigh returns the eigenvalues of symmetric matrices, ascending, and orthonormal eigenvectors, as columns.
//
//	x [… n n] → w [… n], v [… n n],  v diag(w) vᵀ = (x + xᵀ)/2
//	dx = v (diag(dw) + F ∘ (vᵀ dv)) vᵀ, made symmetric    Fᵢⱼ = 1/(wⱼ − wᵢ), and 0 where they are equal
//
// Of x only the symmetric part counts. The sign of an eigenvector is arbitrary: here its component of largest magnitude is
// positive. Where eigenvalues lie close, the vectors and their gradient are ill-conditioned; where they are equal, the part of the
// gradient that is not defined is left out, so that functions of the matrix as a whole keep theirs. It is computed on the host,
// in float64. A matrix with NaN or infinities gives NaN.
//
// Giles, An Extended Collection of Matrix Derivative Results for Forward and Reverse Mode Algorithmic Differentiation, 2008.
func Eigh(x *tensor.Tensor) (w, v *tensor.Tensor) {
	_, n := matrixShape("Eigh", x)
	both := inSingle(func(x []*tensor.Tensor) *tensor.Tensor { return packedEigh(x[0]) }, x)
	return both.Select(-2, n), both.Slice(-2, 0, n)
}

// packedEigh returns v above w, [… n+1 n].
func packedEigh(x *tensor.Tensor) *tensor.Tensor {
	b := squaresOf("Eigh", x)
	n := b.n
	data := make([]float64, b.count()*(n+1)*n)
	b.each(func(i int, a []float64) {
		out := data[i*(n+1)*n : (i+1)*(n+1)*n]
		factorEigh(a, out[n*n:], n)
		copy(out, a)
	})
	return tensor.Record(b.tensor(data, n+1, n), "Eigh", func(dy, y *tensor.Tensor, _ []*tensor.Tensor) []*tensor.Tensor {
		w, v := y.Slice(-2, n, n+1), y.Slice(-2, 0, n)
		dw, dv := dy.Select(-2, n), dy.Slice(-2, 0, n)
		inner := dw.Diag(0).Add(v.T().MatMul(dv).Mul(inverseOr0(w.Sub(w.T()))))
		return []*tensor.Tensor{symmetric(v.MatMul(inner).MatMul(v.T()))}
	}, x)
}

// inverseOr0 returns 1/x, and 0 where x is 0.
func inverseOr0(x *tensor.Tensor) *tensor.Tensor {
	none := x.Detach().Equal(x.FullLike(0))
	return tensor.Where(none, x.FullLike(0), tensor.Where(none, x.FullLike(1), x).Reciprocal())
}

// factorEigh puts the eigenvalues of the symmetric part of a into w and the eigenvectors, as columns, in the place of a.
func factorEigh(a, w []float64, n int) {
	if !finite(a) {
		fillNaN(a)
		fillNaN(w)
		return
	}
	for i := range n {
		for j := range i {
			s := (a[i*n+j] + a[j*n+i]) / 2
			a[i*n+j], a[j*n+i] = s, s
		}
	}
	scale := scaleDown(a)
	d, e := make([]float64, n), make([]float64, n)
	tridiagonal(a, d, e, n)
	accumulate(a, d, n)
	implicitQL(a, d, e, n)
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(d[i], d[j]) })
	v := slices.Clone(a)
	for to, from := range order {
		w[to] = d[from] * scale
		row := v[from*n : (from+1)*n] // an eigenvector
		sign := signOfLargest(row)
		for i, c := range row {
			a[i*n+to] = sign * c
		}
	}
}

// signOfLargest returns the sign of the component of largest magnitude; of the first of those that are nearly as large.
func signOfLargest(v []float64) float64 {
	best := 0.0
	for _, c := range v {
		if math.Abs(c) > math.Abs(best)*(1+1e-9) {
			best = c
		}
	}
	return math.Copysign(1, best)
}
