package optim

import (
	"math"
	"slices"

	"github.com/jimu-ml/jimu/tensor"
)

// eigen returns the eigenvalues of a symmetric matrix [n n], row-major, falling, and the eigenvectors as the columns of v.
// It computes on the host, in float64: Householder's reduction to three diagonals, then implicit QL.
//
// Wilkinson and Reinsch, Handbook for Automatic Computation, volume 2, 1971, tred2 and tql2.
func eigen(a []float64, n int) (values, v []float64) {
	v = slices.Clone(a)
	d, e := make([]float64, n), make([]float64, n)
	reduce(v, d, e, n)
	diagonalize(v, d, e, n)
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int {
		switch {
		case d[i] > d[j]:
			return -1
		case d[i] < d[j]:
			return 1
		}
		return 0
	})
	values, sorted := make([]float64, n), make([]float64, n*n)
	for to, from := range order {
		values[to] = d[from]
		for i := range n {
			sorted[i*n+to] = v[from*n+i]
		}
	}
	return values, sorted
}

// reduce makes a symmetric matrix in v tridiagonal: d is the diagonal, e what is beside it, v the reflections. Here and below v
// is column-major, so that the inner loops run along memory.
func reduce(v, d, e []float64, n int) {
	for j := range n {
		d[j] = v[j*n+n-1]
	}
	for i := n - 1; i > 0; i-- {
		scale, h := 0.0, 0.0
		for k := range i {
			scale += math.Abs(d[k])
		}
		if scale == 0 {
			e[i] = d[i-1]
			for j := range i {
				d[j] = v[j*n+i-1]
				v[j*n+i], v[i*n+j] = 0, 0
			}
			d[i] = 0
			continue
		}
		for k := range i {
			d[k] /= scale
			h += float64(d[k] * d[k])
		}
		f := d[i-1]
		g := -math.Copysign(math.Sqrt(h), f)
		e[i] = scale * g
		h -= float64(f * g)
		d[i-1] = f - g
		reflect(v, d, e, n, i, h)
		d[i] = h
	}
	accumulate(v, d, n)
	e[0] = 0
}

// reflect applies the reflection in d to the rows before i.
func reflect(v, d, e []float64, n, i int, h float64) {
	for j := range i {
		e[j] = 0
	}
	for j := range i {
		f := d[j]
		v[i*n+j] = f
		g := e[j] + float64(v[j*n+j]*f)
		for k := j + 1; k < i; k++ {
			g += float64(v[j*n+k] * d[k])
			e[k] += float64(v[j*n+k] * f)
		}
		e[j] = g
	}
	f := 0.0
	for j := range i {
		e[j] /= h
		f += float64(e[j] * d[j])
	}
	for j := range i {
		e[j] -= float64(f / (h + h) * d[j])
	}
	for j := range i {
		f, g := d[j], e[j]
		for k := j; k < i; k++ {
			v[j*n+k] -= float64(f*e[k]) + float64(g*d[k])
		}
		d[j] = v[j*n+i-1]
		v[j*n+i] = 0
	}
}

// accumulate multiplies the reflections together, into v.
func accumulate(v, d []float64, n int) {
	for i := range n - 1 {
		v[i*n+n-1] = v[i*n+i]
		v[i*n+i] = 1
		if h := d[i+1]; h != 0 {
			for k := range i + 1 {
				d[k] = v[(i+1)*n+k] / h
			}
			for j := range i + 1 {
				g := 0.0
				for k := range i + 1 {
					g += float64(v[(i+1)*n+k] * v[j*n+k])
				}
				for k := range i + 1 {
					v[j*n+k] -= float64(g * d[k])
				}
			}
		}
		for k := range i + 1 {
			v[(i+1)*n+k] = 0
		}
	}
	for j := range n {
		d[j] = v[j*n+n-1]
		v[j*n+n-1] = 0
	}
	v[(n-1)*n+n-1] = 1
}

// diagonalize turns the tridiagonal matrix into its eigenvalues d, and v into the eigenvectors.
func diagonalize(v, d, e []float64, n int) {
	copy(e, e[1:])
	e[n-1] = 0
	shift, most := 0.0, 0.0
	for l := range n {
		most = max(most, math.Abs(d[l])+math.Abs(e[l]))
		m := l
		for m < n-1 && math.Abs(e[m]) > 0x1p-52*most {
			m++
		}
		for m > l && math.Abs(e[l]) > 0x1p-52*most {
			g := d[l]
			p := (d[l+1] - g) / (2 * e[l])
			r := math.Copysign(math.Hypot(p, 1), p)
			d[l], d[l+1] = e[l]/(p+r), e[l]*(p+r)
			next, h := d[l+1], g-d[l]
			for i := l + 2; i < n; i++ {
				d[i] -= h
			}
			shift += h
			turn(v, d, e, n, l, m, next)
		}
		d[l] += shift
		e[l] = 0
	}
}

// turn is one sweep of implicit QL from m up to l.
func turn(v, d, e []float64, n, l, m int, next float64) {
	p, c, c2, c3, s, s2, after := d[m], 1.0, 1.0, 1.0, 0.0, 0.0, e[l+1]
	for i := m - 1; i >= l; i-- {
		c3, c2, s2 = c2, c, s
		g, h := c*e[i], c*p
		r := math.Hypot(p, e[i])
		e[i+1] = s * r
		s, c = e[i]/r, p/r
		p = float64(c*d[i]) - float64(s*g)
		d[i+1] = h + float64(s*(float64(c*g)+float64(s*d[i])))
		for k := range n {
			a, b := v[i*n+k], v[(i+1)*n+k]
			v[(i+1)*n+k] = float64(s*a) + float64(c*b)
			v[i*n+k] = float64(c*a) - float64(s*b)
		}
	}
	p = -s * s2 * c3 * after * e[l] / next
	e[l], d[l] = s*p, c*p
}

// square returns numbers as a tensor [n n] of the type and on the device of x.
func square(v []float64, n int, x *tensor.Tensor) *tensor.Tensor {
	return tensor.Of(v, n, n).Cast(x.DType()).To(x.Device())
}
