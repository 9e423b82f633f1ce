package audio

import (
	"math"
	"math/bits"
	"math/cmplx"
)

// A fourier transforms n numbers, any n: by halves if n is a power of two, else by Bluestein's convolution.
type fourier struct {
	n     int
	turn  []complex128 // e^(−2πik/n)
	chirp []complex128 // of Bluestein: e^(−πik²/n)
	wave  []complex128 // the transform of its conjugate, wrapped around
	wide  *fourier     // the transform by halves that does the convolution
}

func newFourier(n int) *fourier {
	f := &fourier{n: n}
	if n&(n-1) == 0 {
		f.turn = make([]complex128, n/2)
		for k := range f.turn {
			f.turn[k] = cmplx.Rect(1, -2*math.Pi*float64(k)/float64(n))
		}
		return f
	}
	m := 1 << bits.Len(uint(2*n-2))
	f.wide = newFourier(m)
	f.chirp, f.wave = make([]complex128, n), make([]complex128, m)
	for k := range n {
		// k² is taken modulo 2n, so that large angles stay exact.
		f.chirp[k] = cmplx.Rect(1, -math.Pi*float64(int64(k)*int64(k)%int64(2*n))/float64(n))
		f.wave[k] = cmplx.Conj(f.chirp[k])
		f.wave[(m-k)%m] = f.wave[k]
	}
	f.wide.transform(f.wave)
	return f
}

// transform replaces x by its transform.
//
// Cooley and Tukey, An Algorithm for the Machine Calculation of Complex Fourier Series, 1965; Bluestein, A Linear Filtering
// Approach to the Computation of Discrete Fourier Transform, 1970.
func (f *fourier) transform(x []complex128) {
	if f.wide != nil {
		f.bluestein(x)
		return
	}
	shift := 64 - bits.Len(uint(f.n-1))
	for i := range x {
		if j := int(bits.Reverse64(uint64(i)) >> shift); f.n > 1 && j > i {
			x[i], x[j] = x[j], x[i]
		}
	}
	for half := 1; half < f.n; half *= 2 {
		step := f.n / (2 * half)
		for from := 0; from < f.n; from += 2 * half {
			for k := range half {
				a, b := x[from+k], x[from+k+half]*f.turn[k*step]
				x[from+k], x[from+k+half] = a+b, a-b
			}
		}
	}
}

func (f *fourier) bluestein(x []complex128) {
	m := f.wide.n
	a := make([]complex128, m)
	for k, v := range x {
		a[k] = v * f.chirp[k]
	}
	f.wide.transform(a)
	for k := range a {
		a[k] = cmplx.Conj(a[k] * f.wave[k]) // the conjugate makes the next transform an inverse one
	}
	f.wide.transform(a)
	for k := range x {
		x[k] = cmplx.Conj(a[k]) / complex(float64(m), 0) * f.chirp[k]
	}
}
