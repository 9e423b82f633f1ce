package op

import "math"

// tridiagonal reduces the symmetric a to the diagonal d and the elements e beside it by Householder's reflections, which it leaves in
// the rows of a for accumulate: Wilkinson and Reinsch, Handbook for Automatic Computation, volume II, 1971, tred2. The conversions of
// products, here and below, forbid fused arithmetic: all processors find the same bits.
func tridiagonal(a, d, e []float64, n int) {
	copy(d, a[(n-1)*n:])
	for i := n - 1; i > 0; i-- {
		scale := 0.0
		for _, v := range d[:i] {
			scale += math.Abs(v)
		}
		if scale == 0 {
			e[i] = d[i-1]
			for j := range i {
				d[j] = a[j*n+i-1]
				a[j*n+i], a[i*n+j] = 0, 0
			}
			d[i] = 0
			continue
		}
		h := 0.0
		for k := range i {
			d[k] /= scale
			h += float64(d[k] * d[k])
		}
		f := d[i-1]
		g := -math.Copysign(math.Sqrt(h), f)
		e[i] = scale * g
		h -= float64(f * g)
		d[i-1] = f - g
		reduceRow(a, d, e, i, n, h)
		d[i] = h
	}
}

// reduceRow applies the reflection in d to the leading i rows and columns of a.
func reduceRow(a, d, e []float64, i, n int, h float64) {
	clear(e[:i])
	for j := range i {
		f := d[j]
		a[i*n+j] = f
		g := e[j] + float64(a[j*n+j]*f)
		for k := j + 1; k < i; k++ {
			g += float64(a[j*n+k] * d[k])
			e[k] += float64(a[j*n+k] * f)
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
			a[j*n+k] -= float64(f*e[k]) + float64(g*d[k])
		}
		d[j] = a[j*n+i-1]
		a[j*n+i] = 0
	}
}

// accumulate multiplies the reflections that tridiagonal left.
func accumulate(a, d []float64, n int) {
	for i := range n - 1 {
		a[i*n+n-1] = a[i*n+i]
		a[i*n+i] = 1
		if h := d[i+1]; h != 0 {
			for k := range i + 1 {
				d[k] = a[(i+1)*n+k] / h
			}
			for j := range i + 1 {
				g := 0.0
				for k := range i + 1 {
					g += float64(a[(i+1)*n+k] * a[j*n+k])
				}
				for k := range i + 1 {
					a[j*n+k] -= float64(g * d[k])
				}
			}
		}
		for k := range i + 1 {
			a[(i+1)*n+k] = 0
		}
	}
	for j := range n {
		d[j] = a[j*n+n-1]
		a[j*n+n-1] = 0
	}
	a[n*n-1] = 1
}

// implicitQL brings the tridiagonal matrix to its eigenvalues d, and turns the rows of a along: the Handbook's tql2.
func implicitQL(a, d, e []float64, n int) {
	copy(e, e[1:])
	e[n-1] = 0
	f, scale := 0.0, 0.0
	for l := range n {
		scale = max(scale, math.Abs(d[l])+math.Abs(e[l]))
		m := l
		for m < n-1 && math.Abs(e[m]) > 0x1p-52*scale {
			m++
		}
		for range 100 { // a few are enough
			if m == l || math.Abs(e[l]) <= 0x1p-52*scale {
				break
			}
			g := d[l]
			p := (d[l+1] - g) / (2 * e[l])
			r := math.Copysign(math.Hypot(p, 1), p)
			d[l], d[l+1] = e[l]/(p+r), e[l]*(p+r)
			h := g - d[l]
			for i := l + 2; i < n; i++ {
				d[i] -= h
			}
			f += h
			sweepQL(a, d, e, l, m, n)
		}
		d[l] += f
		e[l] = 0
	}
}

// sweepQL is one sweep of rotations from m up to l.
func sweepQL(a, d, e []float64, l, m, n int) {
	p, below, beside := d[m], d[l+1], e[l+1]
	c, c2, c3 := 1.0, 1.0, 1.0
	s, s2 := 0.0, 0.0
	for i := m - 1; i >= l; i-- {
		c3, c2, s2 = c2, c, s
		g := c * e[i]
		h := c * p
		r := math.Hypot(p, e[i])
		e[i+1] = s * r
		s, c = e[i]/r, p/r
		p = float64(c*d[i]) - float64(s*g)
		d[i+1] = h + float64(s*(float64(c*g)+float64(s*d[i])))
		for k := range n {
			h = a[(i+1)*n+k]
			a[(i+1)*n+k] = float64(s*a[i*n+k]) + float64(c*h)
			a[i*n+k] = float64(c*a[i*n+k]) - float64(s*h)
		}
	}
	p = -s * s2 * c3 * beside * e[l] / below
	e[l] = s * p
	d[l] = c * p
}
