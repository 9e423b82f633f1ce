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

// factorQR turns a, m rows of n, to its upper triangle r by reflections 1 − τ v vᵀ, and multiplies them to q.
func factorQR(a, q, r []float64, m, n int) {
	t, o := transposed(a, m, n), make([]float64, m*n) // their columns lie as rows
	taus := make([]float64, n)
	for k := range n {
		v := t[k*m+k : (k+1)*m]
		taus[k] = reflector(v)
		for j := k + 1; j < n; j++ {
			reflect(t[j*m+k:(j+1)*m], v, taus[k])
		}
	}
	for j := range n {
		for i := range j + 1 {
			r[i*n+j] = t[j*m+i]
		}
		o[j*m+j] = 1
	}
	for k := n - 1; k >= 0; k-- {
		for j := k; j < n; j++ {
			reflect(o[j*m+k:(j+1)*m], t[k*m+k:(k+1)*m], taus[k])
		}
	}
	copy(q, transposed(o, n, m))
}

// reflector leaves in v the diagonal element of r, and behind it the reflection's vector without its first element, which is 1.
func reflector(v []float64) (tau float64) {
	below := 0.0
	for _, x := range v[1:] {
		below = math.Hypot(below, x)
	}
	if below == 0 {
		return 0
	}
	alpha := v[0]
	beta := -math.Copysign(math.Hypot(alpha, below), alpha)
	for i := range v[1:] {
		v[i+1] /= alpha - beta
	}
	v[0] = beta
	return (beta - alpha) / beta
}

// reflect applies a reflection to a.
func reflect(a, v []float64, tau float64) {
	s := tau * (a[0] + dot(a[1:], v[1:]))
	a[0] -= s
	for i, x := range v[1:] {
		a[i+1] -= float64(s * x)
	}
}
