package op

import (
	"cmp"
	"math"
	"slices"

	"github.com/jimu-ml/jimu/tensor"
)

// SVD returns the singular values of matrices, descending, between orthonormal columns, in the reduced form.
//
//	x [… m n], k = min(m, n) → u [… m k], s [… k], v [… n k],  u diag(s) vᵀ = x
//	dx = u (diag(ds) + (F ∘ (uᵀdu − duᵀu)) S + S (F ∘ (vᵀdv − dvᵀv))) vᵀ + (1 − u uᵀ) du S⁻¹ vᵀ + u S⁻¹ dvᵀ (1 − v vᵀ)
//	Fᵢⱼ = 1/(sⱼ² − sᵢ²), and 0 where they are equal; S = diag(s), and 0 for the inverse of 0
//
// v is not transposed, as PyTorch's and NumPy's vh is. The sign of a pair of columns is arbitrary: here u's component of largest
// magnitude is positive. Where singular values lie close, or at 0, the vectors and their gradient are ill-conditioned; what is
// not defined is left out. It is computed on the host, in float64, by one-sided rotations. A matrix with NaN or infinities gives NaN.
//
// Hestenes, Inversion of Matrices by Biorthogonalization and Related Results, 1958; Townsend, Differentiating the Singular Value
// Decomposition, 2016; Wan and Zhang, Automatic Differentiation for Complex Valued SVD, 2019 (arXiv:1909.02659).
func SVD(x *tensor.Tensor) (u, s, v *tensor.Tensor) {
	m, n := matrixShape("SVD", x)
	if m < n {
		v, s, u = SVD(x.T())
		return u, s, v
	}
	all := inSingle(func(x []*tensor.Tensor) *tensor.Tensor { return packedSVD(x[0]) }, x)
	return all.Slice(-2, 0, m), all.Select(-2, m+n), all.Slice(-2, m, m+n)
}

// packedSVD returns u above v above s, [… m+n+1 n]. m ≥ n.
func packedSVD(x *tensor.Tensor) *tensor.Tensor {
	b := matricesOf("SVD", x)
	m, n := b.m, b.n
	size := (m + n + 1) * n
	data := make([]float64, b.count()*size)
	b.each(func(i int, a []float64) {
		f := factorSVD(a, m, n)
		copy(data[i*size:], slices.Concat(f.u, f.v, f.s))
	})
	return tensor.Record(b.tensor(data, m+n+1, n), "SVD", func(dy, y *tensor.Tensor, _ []*tensor.Tensor) []*tensor.Tensor {
		return []*tensor.Tensor{gradientSVD(dy, y, m, n)}
	}, x)
}

func gradientSVD(dy, y *tensor.Tensor, m, n int) *tensor.Tensor {
	part := func(t *tensor.Tensor) (u, v, s *tensor.Tensor) {
		return t.Slice(-2, 0, m), t.Slice(-2, m, m+n), t.Slice(-2, m+n, m+n+1)
	}
	u, v, s := part(y) // s is a row, which scales columns
	du, dv, ds := part(dy)
	square := s.Square()
	f := inverseOr0(square.Sub(square.T()))
	skew := func(a, da *tensor.Tensor) *tensor.Tensor {
		p := a.T().MatMul(da)
		return p.Sub(p.T()).Mul(f)
	}
	inner := skew(u, du).Mul(s).Add(skew(v, dv).Mul(s.T())).Add(ds.Squeeze(-2).Diag(0))
	r := inverseOr0(s)
	outside := func(a, da *tensor.Tensor) *tensor.Tensor { return da.Sub(a.MatMul(a.T().MatMul(da))).Mul(r) }
	dx := u.MatMul(inner).Add(outside(u, du)).MatMul(v.T())
	return dx.Add(u.MatMul(outside(v, dv).T()))
}

// A svd holds u [m n], s [n] and v [n n].
type svd struct{ u, s, v []float64 }

// factorSVD turns the columns of a, m rows of n, m ≥ n, until they are at right angles: Hestenes' method, a Jacobi method on aᵀa
// that never forms it.
func factorSVD(a []float64, m, n int) svd {
	f := svd{make([]float64, m*n), make([]float64, n), make([]float64, n*n)}
	if !finite(a) {
		fillNaN(f.u)
		fillNaN(f.s)
		fillNaN(f.v)
		return f
	}
	u, v := transposed(a, m, n), make([]float64, n*n) // their columns lie as rows
	scale := scaleDown(u)
	for i := range n {
		v[i*n+i] = 1
	}
	for sweep := 0; sweep < 60 && rotateAll(u, v, m, n); sweep++ {
	}
	length := make([]float64, n)
	order := make([]int, n)
	for j := range n {
		order[j] = j
		length[j] = math.Sqrt(dot(u[j*m:(j+1)*m], u[j*m:(j+1)*m]))
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(length[j], length[i]) })
	for to, from := range order {
		f.s[to] = length[from] * scale
		column := u[from*m : (from+1)*m]
		sign := signOfLargest(column)
		for i, c := range column {
			if length[from] > 0 {
				f.u[i*n+to] = sign * c / length[from]
			}
		}
		for i, c := range v[from*n : (from+1)*n] {
			f.v[i*n+to] = sign * c
		}
	}
	for k := range n {
		if f.s[k] == 0 {
			complete(f.u, k, m, n)
		}
	}
	return f
}

// rotateAll brings every pair of rows of u, n of m, to a right angle, turning those of v along. It reports whether one was not.
func rotateAll(u, v []float64, m, n int) (turned bool) {
	for p := range n - 1 {
		for q := p + 1; q < n; q++ {
			a, b := u[p*m:(p+1)*m], u[q*m:(q+1)*m]
			pp, qq, pq := dot(a, a), dot(b, b), dot(a, b)
			if math.Abs(pq) <= 0x1p-51*math.Sqrt(pp)*math.Sqrt(qq) {
				continue
			}
			turned = true
			z := (qq - pp) / (2 * pq)
			t := math.Copysign(1/(math.Abs(z)+math.Hypot(1, z)), z)
			c := 1 / math.Hypot(1, t)
			rotate(a, b, c, c*t)
			rotate(v[p*n:(p+1)*n], v[q*n:(q+1)*n], c, c*t)
		}
	}
	return turned
}

// dot sums without fused arithmetic, as rotate turns: all processors find the same bits.
func dot(a, b []float64) float64 {
	sum, more := 0.0, 0.0
	n := len(a) &^ 1
	b = b[:len(a)]
	for i := 0; i < n; i += 2 {
		sum += float64(a[i] * b[i])
		more += float64(a[i+1] * b[i+1])
	}
	if n < len(a) {
		sum += float64(a[n] * b[n])
	}
	return sum + more
}

func rotate(a, b []float64, c, s float64) {
	b = b[:len(a)]
	for i, x := range a {
		y := b[i]
		a[i], b[i] = float64(c*x)-float64(s*y), float64(s*x)+float64(c*y)
	}
}

// transposed returns a, m rows of n, as n rows of m.
func transposed(a []float64, m, n int) []float64 {
	t := make([]float64, len(a))
	for i := range m {
		for j, v := range a[i*n : (i+1)*n] {
			t[j*m+i] = v
		}
	}
	return t
}

// complete fills column k of u with a unit vector at right angles to those that are there.
func complete(u []float64, k, m, n int) {
	best, most := make([]float64, m), 0.0
	for axis := range m {
		c := make([]float64, m)
		c[axis] = 1
		for range 2 { // twice is enough
			for j := range n {
				dot := 0.0
				for i := range m {
					dot += u[i*n+j] * c[i]
				}
				for i := range m {
					c[i] -= dot * u[i*n+j]
				}
			}
		}
		size := 0.0
		for _, v := range c {
			size = math.Hypot(size, v)
		}
		if size > most {
			best, most = c, size
		}
		if most > 0.5 {
			break
		}
	}
	for i, v := range best {
		u[i*n+k] = v / most
	}
}
