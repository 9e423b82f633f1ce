package metric

import (
	"math"
)

// eigen returns the eigenvalues of a symmetric matrix [n n], and its eigenvectors as rows if they are wanted. The matrix is
// spoiled.
//
// It is made tridiagonal by Householder's reflections and then diagonal by the implicit QL algorithm (Golub and Van Loan,
// Matrix Computations, 8.3), in n³ steps.
func eigen(a []float64, n int, wanted bool) (values, vectors []float64) {
	d, e, scale := tridiagonal(a, n)
	if wanted {
		vectors = reflections(a, scale, n)
	}
	for l := range n {
		diagonal(d, e, vectors, l)
	}
	return d, vectors
}

// tridiagonal returns the diagonal and the elements beside it of QᵀaQ. Below the diagonal of a it leaves the vectors v of the
// reflections I − scale·vvᵀ whose product is Q.
func tridiagonal(a []float64, n int) (d, e, scale []float64) {
	d, e, scale = make([]float64, n), make([]float64, n), make([]float64, n)
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
		if v[k+1] -= e[k]; norm == 0 {
			continue
		}
		scale[k] = -1 / (e[k] * v[k+1]) // 2/|v|²
		project(a, v, p, k+1, n, scale[k])
		for i := k + 1; i < n; i++ {
			row := a[i*n : (i+1)*n]
			for j := k + 1; j < n; j++ {
				row[j] -= v[i]*p[j] + p[i]*v[j]
			}
			row[k] = v[i]
		}
	}
	return d, e, scale
}

// project sets p to w of the update a − vwᵀ − wvᵀ that reflects a from both sides, from index k on.
func project(a, v, p []float64, k, n int, scale float64) {
	vp := 0.
	for i := k; i < n; i++ {
		p[i] = 0
		for j, x := range a[i*n+k : (i+1)*n] {
			p[i] += x * v[k+j]
		}
		p[i] *= scale
		vp += v[i] * p[i]
	}
	for i := k; i < n; i++ {
		p[i] -= scale / 2 * vp * v[i]
	}
}

// reflections returns Qᵀ of the reflections that tridiagonal left.
func reflections(a, scale []float64, n int) []float64 {
	q := make([]float64, n*n)
	for i := range n {
		q[i*n+i] = 1
	}
	for k := n - 2; k >= 0; k-- {
		for i := k + 1; i < n && scale[k] != 0; i++ {
			row, dot := q[i*n:(i+1)*n], 0.
			for j := k + 1; j < n; j++ {
				dot += row[j] * a[j*n+k]
			}
			dot *= scale[k]
			for j := k + 1; j < n; j++ {
				row[j] -= dot * a[j*n+k]
			}
		}
	}
	return q
}

// diagonal makes the element beside d[l] zero by implicit shifts, and turns the rows of z with it.
func diagonal(d, e, z []float64, l int) {
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
			rotate(z, i, n, s, c)
		}
		if i < l {
			d[l] -= p
			e[l] = g
		}
		e[m] = 0
	}
}

// rotate turns rows i and i+1 of z, if there are any.
func rotate(z []float64, i, n int, s, c float64) {
	if z == nil {
		return
	}
	a, b := z[i*n:(i+1)*n], z[(i+1)*n:(i+2)*n]
	for k, v := range b {
		b[k] = s*a[k] + c*v
		a[k] = c*a[k] - s*v
	}
}
