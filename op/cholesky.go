package op

import (
	"math"

	"github.com/jimu-ml/jimu/tensor"
)

// Cholesky returns the lower triangular root of positive definite matrices.
//
//	x [… n n] → l [… n n],  l lᵀ = (x + xᵀ)/2
//	dx = sym(l⁻ᵀ Φ(lᵀ dl) l⁻¹)    Φ: the lower triangle, with half the diagonal; sym(s) = (s + sᵀ)/2
//
// Of x only the symmetric part counts, also in the gradient. It is computed on the host, in float64. A matrix that is not positive
// definite gives NaN. The gradient loses digits as the square of the condition does.
//
// Murray, Differentiation of the Cholesky decomposition, 2016 (arXiv:1602.07527), equation 9.
func Cholesky(x *tensor.Tensor) *tensor.Tensor {
	return inSingle(func(x []*tensor.Tensor) *tensor.Tensor { return cholesky(x[0]) }, x)
}

func cholesky(x *tensor.Tensor) *tensor.Tensor {
	b := squaresOf("Cholesky", x)
	b.each(func(_ int, a []float64) { factorCholesky(a, b.n) })
	return tensor.Record(b.tensor(b.v, b.n, b.n), "Cholesky", func(dl, l *tensor.Tensor, _ []*tensor.Tensor) []*tensor.Tensor {
		p := l.T().MatMul(dl)
		p = p.Tril(0).Add(p.Tril(-1)).Scale(0.5)
		s := solveTriangular(l.T(), p, true)        // l⁻ᵀ p
		s = solveTriangular(l.T(), s.T(), true).T() // · l⁻¹
		return []*tensor.Tensor{symmetric(s)}
	}, x)
}

// factorCholesky puts the root of the symmetric part of a in its place.
func factorCholesky(a []float64, n int) {
	for i := range n {
		for j := range i + 1 {
			s := (a[i*n+j] + a[j*n+i]) / 2
			for k := range j {
				s -= a[i*n+k] * a[j*n+k]
			}
			if i != j {
				a[i*n+j] = s / a[j*n+j]
				continue
			}
			if !(s > 0) {
				fillNaN(a)
				return
			}
			a[i*n+i] = math.Sqrt(s)
		}
		for j := range i {
			a[j*n+i] = 0 // its other half was read when row i was made
		}
	}
}
