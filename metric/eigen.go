package metric

import (
	"math"

	"github.com/jimu-ml/jimu/internal/parallel"
)

// eigenvalues returns those of a symmetric matrix [n n], which is spoiled.
//
// It is made tridiagonal by Householder's reflections and then diagonal by the implicit QL algorithm (Golub and Van Loan,
// Matrix Computations, 8.3), in 2n³ steps.
func eigenvalues(a []float64, n int) []float64 {
	d, e := tridiagonal(a, n)
	for l := range n {
		diagonal(d, e, l)
	}
	return d
}

// tridiagonal returns the diagonal and the elements beside it of a matrix with the same eigenvalues.
func tridiagonal(a []float64, n int) (d, e []float64) {
	d, e = make([]float64, n), make([]float64, n)
	v, p := make([]float64, n), make([]float64, n)
	for k := range n {
		d[k] = a[k*n+k]
		if k+1 == n {
			break
		}
		norm := 0.
		for i := k + 1; i < n; i++ {
			v[i] = a[i*n+k]
			norm = math.Hypot(norm, v[i])
		}
		e[k] = -math.Copysign(norm, v[k+1])
		if v[k+1] -= e[k]; norm > 0 {
			reflect(a, v, p, k+1, n, -1/(e[k]*v[k+1])) // 2/|v|²
		}
	}
	return d, e
}

// reflect makes a of (I − scale·vvᵀ)·a·(I − scale·vvᵀ) from index k on: a − vpᵀ − pvᵀ.
func reflect(a, v, p []float64, k, n int, scale float64) {
	parallel.For(n-k, 32, func(lo, hi int) {
		for i := k + lo; i < k+hi; i++ {
			sum := 0.
			for j, x := range a[i*n+k : (i+1)*n] {
				sum += x * v[k+j]
			}
			p[i] = scale * sum
		}
	})
	vp := 0.
	for i := k; i < n; i++ {
		vp += v[i] * p[i]
	}
	for i := k; i < n; i++ {
		p[i] -= scale / 2 * vp * v[i]
	}
	parallel.For(n-k, 32, func(lo, hi int) {
		for i := k + lo; i < k+hi; i++ {
			row := a[i*n+k : (i+1)*n]
			for j := range row {
				row[j] -= v[i]*p[k+j] + p[i]*v[k+j]
			}
		}
	})
}

// diagonal makes the element beside d[l] zero by implicit shifts.
func diagonal(d, e []float64, l int) {
	n := len(d)
	for range 100 { // two or three are enough
		m := l
		for ; m < n-1; m++ {
			if math.Abs(e[m]) <= 0x1p-53*(math.Abs(d[m])+math.Abs(d[m+1])) {
				break
			}
		}
		if m == l {
			return
		}
		g := (d[l+1] - d[l]) / (2 * e[l])
		g = d[m] - d[l] + e[l]/(g+math.Copysign(math.Hypot(g, 1), g))
		s, c, p := 1., 1., 0.
		i := m - 1
		for ; i >= l; i-- {
			f, b := s*e[i], c*e[i]
			r := math.Hypot(f, g)
			e[i+1] = r
			if r == 0 {
				d[i+1] -= p
				break
			}
			s, c = f/r, g/r
			g = d[i+1] - p
			r = (d[i]-g)*s + 2*c*b
			p = s * r
			d[i+1] = g + p
			g = c*r - b
		}
		if i < l {
			d[l] -= p
			e[l] = g
		}
		e[m] = 0
	}
}

// factor returns rows g of length n whose outer products sum to a positive semidefinite matrix [n n]: as many as its rank, by
// Cholesky's algorithm with the largest pivot first. Pivots that rounding alone may have made end it.
func factor(a []float64, n int) (g []float64) {
	rest, most := make([]float64, n), 0. // of the diagonal
	for i := range rest {
		rest[i] = a[i*n+i]
		most = max(most, rest[i])
	}
	for range n {
		p := 0
		for i, v := range rest {
			if v > rest[p] {
				p = i
			}
		}
		if rest[p] <= most*float64(n)*smallest {
			break
		}
		l := append([]float64(nil), a[p*n:(p+1)*n]...)
		parallel.For(n, 256, func(lo, hi int) {
			for r := 0; r < len(g); r += n {
				f, part := g[r+p], l[lo:hi]
				for j, v := range g[r+lo : r+hi] {
					part[j] -= f * v
				}
			}
		})
		root := math.Sqrt(l[p])
		for j := range l {
			l[j] /= root
			rest[j] -= l[j] * l[j]
		}
		rest[p] = 0
		g = append(g, l...)
	}
	return g
}
