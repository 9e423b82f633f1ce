package fourier

import (
	"math"
	"math/cmplx"
	"testing"
)

// TestTransform compares with the sum that defines it, for every length.
func TestTransform(t *testing.T) {
	for n := 1; n <= 150; n++ {
		x, want := make([]complex128, n), make([]complex128, n)
		for i := range x {
			x[i] = complex(math.Sin(float64(3*i+1)), math.Cos(float64(i*i)))
		}
		for k := range want {
			for i, v := range x {
				want[k] += v * cmplx.Rect(1, -2*math.Pi*float64(i*k%n)/float64(n))
			}
		}
		y := make([]complex128, n)
		New(n).Own().Transform(y, x)
		for k := range want {
			if cmplx.Abs(y[k]-want[k]) > 1e-12*float64(n) {
				t.Errorf("length %d: number %d is %v, want %v", n, k, y[k], want[k])
			}
		}
	}
}
