package op

import (
	"math"
	"math/bits"
	"math/cmplx"
)

// A fourier is a plan for discrete Fourier transforms of one length: by factors where they are small primes, else by Bluestein's
// convolution.
type fourier struct {
	n       int
	factors []int
	root    []complex128 // e^(−2πi k/n)

	// Bluestein's: a transform of a power of 2 in length convolves with a chirp.
	inner *fourier
	chirp []complex128 // e^(−πi k²/n)
	bend  []complex128 // the transform of its conjugate, around 0
	room  [2][]complex128
}

// primes are the factors that are summed over directly, 4 among them because it is cheap.
var primes = [...]int{4, 2, 3, 5, 7, 11, 13, 17, 19, 23, 29, largestFactor}

const largestFactor = 31

func newFourier(n int) *fourier {
	f := &fourier{n: n}
	left := n
	for _, p := range primes {
		for left%p == 0 {
			f.factors = append(f.factors, p)
			left /= p
		}
	}
	if left > 1 {
		f.bluestein()
		return f
	}
	f.root = make([]complex128, n)
	for k := range f.root {
		f.root[k] = turn(k, n)
	}
	return f
}

// turn returns e^(−2πi k/n), exact at quarters.
func turn(k, n int) complex128 {
	s, c := math.Sincos(2 * math.Pi * float64(k) / float64(n))
	switch {
	case 4*k%n == 0 && n > 0:
		return [4]complex128{1, -1i, -1, 1i}[4*k/n%4]
	case 8*k == n:
		return complex(math.Sqrt2/2, -math.Sqrt2/2)
	}
	return complex(c, -s)
}

func (f *fourier) bluestein() {
	m := 1 << bits.Len(uint(2*f.n-2))
	f.inner = newFourier(m)
	f.chirp = make([]complex128, f.n)
	f.bend = make([]complex128, m)
	around := make([]complex128, m)
	for k := range f.n {
		f.chirp[k] = turn(k*k%(2*f.n), 2*f.n)
		c := cmplx.Conj(f.chirp[k])
		around[k], around[(m-k)%m] = c, c
	}
	f.inner.transform(f.bend, around)
}

// own returns the plan with room that no other goroutine writes to.
func (f *fourier) own() *fourier {
	if f.inner == nil {
		return f
	}
	g := *f
	m := len(f.bend)
	g.room = [2][]complex128{make([]complex128, m), make([]complex128, m)}
	return &g
}

// transform puts Σⱼ x[j] e^(−2πi jk/n) into y[k]. They do not overlap.
func (f *fourier) transform(y, x []complex128) {
	if f.inner == nil {
		f.split(y, x, 1, f.factors)
		return
	}
	a, b := f.room[0], f.room[1]
	clear(a)
	for k, c := range f.chirp {
		a[k] = x[k] * c
	}
	f.inner.transform(b, a)
	for k, v := range f.bend {
		b[k] = cmplx.Conj(b[k] * v) // conjugates turn the transform back
	}
	f.inner.transform(a, b)
	share := complex(1/float64(len(a)), 0)
	for k, c := range f.chirp {
		y[k] = cmplx.Conj(a[k]) * c * share
	}
}

// split transforms the elements of x that lie stride apart: r interleaved parts, then a butterfly of r over each of their
// elements.
//
// Cooley and Tukey, An Algorithm for the Machine Calculation of Complex Fourier Series, 1965.
func (f *fourier) split(y, x []complex128, stride int, factors []int) {
	if len(factors) == 0 {
		y[0] = x[0]
		return
	}
	r := factors[0]
	m := len(y) / r
	for j := range r {
		f.split(y[j*m:(j+1)*m], x[j*stride:], stride*r, factors[1:])
	}
	switch r {
	case 2:
		for k := range m {
			a, b := y[k], y[m+k]*f.root[k*stride]
			y[k], y[m+k] = a+b, a-b
		}
	case 4:
		for k := range m {
			a, b := y[k], y[m+k]*f.root[k*stride]
			c, d := y[2*m+k]*f.root[2*k*stride], y[3*m+k]*f.root[3*k*stride]
			even, odd := a+c, a-c
			sum, diff := b+d, b-d
			diff = complex(imag(diff), -real(diff))
			y[k], y[m+k], y[2*m+k], y[3*m+k] = even+sum, odd+diff, even-sum, odd-diff
		}
	default:
		f.butterfly(y, m, stride, r)
	}
}

func (f *fourier) butterfly(y []complex128, m, stride, r int) {
	var t [largestFactor]complex128
	step := f.n / r
	for k := range m {
		for j := range r {
			t[j] = y[j*m+k] * f.root[j*k*stride]
		}
		for q := range r {
			sum := t[0]
			for j, at := 1, 0; j < r; j++ {
				if at += q * step; at >= f.n {
					at -= f.n
				}
				sum += t[j] * f.root[at]
			}
			y[q*m+k] = sum
		}
	}
}
