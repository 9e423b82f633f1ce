// Package fourier has the discrete Fourier transform of any length, over slices.
package fourier

import (
	"math"
	"math/bits"
	"math/cmplx"
)

// A Plan is what is computed once for discrete Fourier transforms of one length: by factors where they are small primes, else by
// Bluestein's convolution.
type Plan struct {
	n      int
	stages []stage

	// Bluestein's: a transform of a power of 2 in length convolves with a chirp.
	inner *Plan
	chirp []complex128 // e^(−πi k²/n)
	bend  []complex128 // the transform of its conjugate, around 0
	room  [2][]complex128
}

// A stage joins r transforms of m elements each, of which s lie side by side.
type stage struct {
	r, m, s int
	twist   []complex128 // e^(−2πi pj/(rm)), for each p < m those of j from 1 to r − 1
	unit    []complex128 // e^(−2πi j/r)
}

// primes are the factors that are summed over directly, 4 among them because it is cheap.
var primes = [...]int{4, 2, 3, 5, 7, 11, 13, 17, 19, 23, 29, largestFactor}

const largestFactor = 31

// New returns the plan for length n, which is at least 1.
func New(n int) *Plan {
	f := &Plan{n: n}
	left, s := n, 1
	for _, r := range primes {
		for left%r == 0 {
			m := left / r
			st := stage{r: r, m: m, s: s}
			for p := range m {
				for j := 1; j < r; j++ {
					st.twist = append(st.twist, Turn(p*j*s, n))
				}
			}
			for j := range r {
				st.unit = append(st.unit, Turn(j, r))
			}
			f.stages = append(f.stages, st)
			left, s = m, s*r
		}
	}
	if left > 1 {
		f.bluestein()
	}
	return f
}

// Turn returns e^(−2πi k/n), exact at quarters.
func Turn(k, n int) complex128 {
	s, c := math.Sincos(2 * math.Pi * float64(k) / float64(n))
	switch {
	case 4*k%n == 0 && n > 0:
		return [4]complex128{1, -1i, -1, 1i}[4*k/n%4]
	case 8*k == n:
		return complex(math.Sqrt2/2, -math.Sqrt2/2)
	}
	return complex(c, -s)
}

func (f *Plan) bluestein() {
	m := 1 << bits.Len(uint(2*f.n-2))
	f.inner = New(m)
	f.chirp = make([]complex128, f.n)
	f.bend = make([]complex128, m)
	around := make([]complex128, m)
	for k := range f.n {
		f.chirp[k] = Turn(k*k%(2*f.n), 2*f.n)
		c := cmplx.Conj(f.chirp[k])
		around[k], around[(m-k)%m] = c, c
	}
	f.inner.Transform(f.bend, around)
}

// Own returns the plan with room that no other goroutine writes to.
func (f *Plan) Own() *Plan {
	if f.inner == nil {
		return f
	}
	g := *f
	m := len(f.bend)
	g.room = [2][]complex128{make([]complex128, m), make([]complex128, m)}
	return &g
}

// Transform puts Σⱼ x[j] e^(−2πi jk/n) into y[k]. They are as long as the plan says and do not
// overlap; x is overwritten. The plan must be the caller's [Plan.Own].
func (f *Plan) Transform(y, x []complex128) {
	if f.inner != nil {
		f.convolve(y, x)
		return
	}
	to, from := y, x
	for i := range f.stages {
		f.stages[i].run(to, from)
		to, from = from, to
	}
	if len(f.stages)%2 == 0 {
		copy(y, x)
	}
}

func (f *Plan) convolve(y, x []complex128) {
	a, b := f.room[0], f.room[1]
	clear(a)
	for k, c := range f.chirp {
		a[k] = x[k] * c
	}
	f.inner.Transform(b, a)
	for k, v := range f.bend {
		b[k] = cmplx.Conj(b[k] * v) // conjugates turn the transform back
	}
	f.inner.Transform(a, b)
	share := complex(1/float64(len(a)), 0)
	for k, c := range f.chirp {
		y[k] = cmplx.Conj(a[k]) * c * share
	}
}

// run goes from x to y, which it leaves in the order that the next stage wants, so that nothing has to be sorted: Stockham's way.
//
// Cooley and Tukey, An Algorithm for the Machine Calculation of Complex Fourier Series, 1965; Cochran and others, What Is the Fast
// Fourier Transform?, 1967.
func (st *stage) run(y, x []complex128) {
	switch st.r {
	case 2:
		st.pairs(y, x)
	case 4:
		st.fours(y, x)
	case 5:
		st.fives(y, x)
	default:
		st.sums(y, x)
	}
}

func (st *stage) pairs(y, x []complex128) {
	m, s := st.m, st.s
	for p := range m {
		w := st.twist[p]
		a, b := x[s*p:][:s], x[s*(p+m):][:s]
		even, odd := y[2*s*p:][:s], y[s*(2*p+1):][:s]
		for q, a := range a {
			b := b[q]
			even[q], odd[q] = a+b, w*(a-b)
		}
	}
}

func (st *stage) fours(y, x []complex128) {
	m, s := st.m, st.s
	for p := range m {
		w := st.twist[3*p:][:3]
		w1, w2, w3 := w[0], w[1], w[2]
		x0, x1, x2, x3 := x[s*p:][:s], x[s*(p+m):][:s], x[s*(p+2*m):][:s], x[s*(p+3*m):][:s]
		y := y[4*s*p:][:4*s]
		y0, y1, y2, y3 := y[:s], y[s:][:s], y[2*s:][:s], y[3*s:][:s]
		for q, a := range x0 {
			b, c, d := x1[q], x2[q], x3[q]
			even, odd, sum, diff := a+c, a-c, b+d, b-d
			diff = complex(imag(diff), -real(diff))
			y0[q], y1[q], y2[q], y3[q] = even+sum, w1*(odd+diff), w2*(even-sum), w3*(odd-diff)
		}
	}
}

func (st *stage) fives(y, x []complex128) {
	m, s := st.m, st.s
	c1, s1, c2, s2 := real(st.unit[1]), imag(st.unit[1]), real(st.unit[2]), imag(st.unit[2])
	for p := range m {
		w := st.twist[4*p:][:4]
		x0, x1, x2, x3, x4 := x[s*p:][:s], x[s*(p+m):][:s], x[s*(p+2*m):][:s], x[s*(p+3*m):][:s], x[s*(p+4*m):][:s]
		y := y[5*s*p:][:5*s]
		for q, a := range x0 {
			b, c, d, e := x1[q], x2[q], x3[q], x4[q]
			outer, inner, right, left := b+e, c+d, b-e, c-d
			y[q] = a + outer + inner
			even1 := complex(real(a)+c1*real(outer)+c2*real(inner), imag(a)+c1*imag(outer)+c2*imag(inner))
			even2 := complex(real(a)+c2*real(outer)+c1*real(inner), imag(a)+c2*imag(outer)+c1*imag(inner))
			odd1 := complex(-s1*imag(right)-s2*imag(left), s1*real(right)+s2*real(left))
			odd2 := complex(-s2*imag(right)+s1*imag(left), s2*real(right)-s1*real(left))
			y[s+q], y[2*s+q] = w[0]*(even1+odd1), w[1]*(even2+odd2)
			y[3*s+q], y[4*s+q] = w[2]*(even2-odd2), w[3]*(even1-odd1)
		}
	}
}

// sums is for any factor.
func (st *stage) sums(y, x []complex128) {
	var t [largestFactor]complex128
	r, m, s := st.r, st.m, st.s
	for p := range m {
		w := st.twist[(r-1)*p:][:r-1]
		for q := range s {
			first := complex128(0)
			for j := range r {
				t[j] = x[q+s*(p+m*j)]
				first += t[j]
			}
			y[q+s*r*p] = first
			for u := 1; u < r; u++ {
				sum := t[0]
				for j, at := 1, 0; j < r; j++ {
					if at += u; at >= r {
						at -= r
					}
					sum += t[j] * st.unit[at]
				}
				y[q+s*(r*p+u)] = w[u-1] * sum
			}
		}
	}
}
