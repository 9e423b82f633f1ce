package op

import (
	"math"

	"github.com/jimu-ml/jimu/tensor"
)

// QR factors matrices into orthonormal columns and an upper triangular matrix, in the reduced form.
//
//	x [… m n], k = min(m, n) → q [… m k], r [… k n],  q r = x,  qᵀ q = 1
//	dx = (dq + q · copyltu(r drᵀ − dqᵀ q)) r⁻ᵀ    copyltu: the lower triangle, mirrored above; for m < n in two parts
//
// It is computed on the host, in float64, by Householder's reflections, with LAPACK's signs: elements of r's diagonal may be
// negative. The first k columns must be independent, or the gradient is infinite or undefined.
//
// Walter and Lehmann, Algorithmic Differentiation of Linear Algebra Functions, 2010 (arXiv:1001.1654); Seeger and others,
// Auto-Differentiating Linear Algebra, 2017 (arXiv:1710.08717), section 3.
func QR(x *tensor.Tensor) (q, r *tensor.Tensor) {
	m, n := matrixShape("QR", x)
	if m < n { // the columns beyond the square part follow from q
		q, r = QR(x.Slice(-1, 0, m))
		return q, tensor.Concat(-1, r, q.T().MatMul(x.Slice(-1, m, n)))
	}
	both := inSingle(func(x []*tensor.Tensor) *tensor.Tensor { return packedQR(x[0]) }, x)
	return both.Slice(-2, 0, m), both.Slice(-2, m, m+n)
}

// packedQR returns q above r, [… m+n n].
func packedQR(x *tensor.Tensor) *tensor.Tensor {
	b := matricesOf("QR", x)
	m, n := b.m, b.n
	size := (m + n) * n
	data := make([]float64, b.count()*size)
	b.each(func(i int, a []float64) {
		factorQR(a, data[i*size:i*size+m*n], data[i*size+m*n:(i+1)*size], m, n)
	})
	return tensor.Record(b.tensor(data, m+n, n), "QR", func(dy, y *tensor.Tensor, _ []*tensor.Tensor) []*tensor.Tensor {
		q, r := y.Slice(-2, 0, m), y.Slice(-2, m, m+n)
		dq, dr := dy.Slice(-2, 0, m), dy.Slice(-2, m, m+n).Triu(0)
		p := r.MatMul(dr.T()).Sub(dq.T().MatMul(q))
		p = p.Tril(0).Add(p.Tril(-1).T())
		z := dq.Add(q.MatMul(p))
		return []*tensor.Tensor{solveTriangular(r, z.T(), true).T()}
	}, x)
}

// factorQR turns a, m rows of n, to its upper triangle r by reflections 1 − τ v vᵀ, and multiplies them to q. It destroys a.
func factorQR(a, q, r []float64, m, n int) {
	taus := make([]float64, n)
	for k := range n {
		taus[k] = reflector(a, k, m, n)
		for j := k + 1; j < n; j++ {
			reflect(a, a, taus[k], k, j, m, n)
		}
	}
	for i := range n {
		for j := i; j < n; j++ {
			r[i*n+j] = a[i*n+j]
		}
		q[i*n+i] = 1
	}
	for k := n - 1; k >= 0; k-- {
		for j := range n {
			reflect(a, q, taus[k], k, j, m, n)
		}
	}
}

// reflector leaves in column k the diagonal element of r, and below it v without its first element, which is 1.
func reflector(a []float64, k, m, n int) (tau float64) {
	below := 0.0
	for i := k + 1; i < m; i++ {
		below = math.Hypot(below, a[i*n+k])
	}
	if below == 0 {
		return 0
	}
	alpha := a[k*n+k]
	beta := -math.Copysign(math.Hypot(alpha, below), alpha)
	for i := k + 1; i < m; i++ {
		a[i*n+k] /= alpha - beta
	}
	a[k*n+k] = beta
	return (beta - alpha) / beta
}

// reflect applies the k-th reflection, which stands in v, to column j of a.
func reflect(v, a []float64, tau float64, k, j, m, n int) {
	s := a[k*n+j]
	for i := k + 1; i < m; i++ {
		s += v[i*n+k] * a[i*n+j]
	}
	s *= tau
	a[k*n+j] -= s
	for i := k + 1; i < m; i++ {
		a[i*n+j] -= s * v[i*n+k]
	}
}
