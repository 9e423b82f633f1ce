package op

import (
	"math"
	"math/cmplx"
	"slices"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/fourier"
	"github.com/jimu-ml/jimu/internal/parallel"
	"github.com/jimu-ml/jimu/tensor"
)

// A Norm says how a Fourier transform and its inverse are scaled.
type Norm int

// The norms. n is the number of points, over all axes.
const (
	NormBackward Norm = iota // the inverse by 1/n
	NormOrtho                // both by 1/√n
	NormForward              // the transform by 1/n
)

// scale returns the factor for the transform, or for its inverse.
func (norm Norm) scale(n int, inverse bool) float64 {
	switch {
	case norm == NormOrtho:
		return 1 / math.Sqrt(float64(n))
	case (norm == NormBackward) == inverse:
		return 1 / float64(n)
	}
	return 1
}

// FFT returns the discrete Fourier transform along axes; the last, if none is given.
//
//	x [… n … 2] → y [… n … 2]
//	y[k] = Σⱼ x[j] · e^(−2πi jk/n)    dx = the inverse of dy, without its scale
//
// Complex numbers are pairs, real and imaginary part, in an axis of 2 at the end, as PyTorch's view_as_real has them. Axes are
// counted before it: −1 is the last but one of x. It is computed on the host, in float64, for any length in n log n steps. It panics
// with a [tensor.Error] if the last axis is not 2, or an axis is empty.
//
// Cooley and Tukey, An Algorithm for the Machine Calculation of Complex Fourier Series, 1965; Bluestein, A Linear Filtering Approach to
// the Computation of the Discrete Fourier Transform, 1970.
func FFT(x *tensor.Tensor, norm Norm, axes ...int) *tensor.Tensor {
	return fourierAxes("FFT", x, norm, axes, false)
}

// IFFT returns the inverse of [FFT].
//
//	x [… n … 2] → y [… n … 2]
//	y[j] = 1/n Σₖ x[k] · e^(2πi jk/n)
func IFFT(x *tensor.Tensor, norm Norm, axes ...int) *tensor.Tensor {
	return fourierAxes("IFFT", x, norm, axes, true)
}

// RFFT returns the first half of the Fourier transform of real numbers along axes; the last, if none is given. The other half is
// its conjugate.
//
//	x [… n …] → y [… n/2+1 … 2]
//
// Of several axes the last one is halved. See [FFT].
func RFFT(x *tensor.Tensor, norm Norm, axes ...int) *tensor.Tensor {
	checkFloat("RFFT", x)
	if len(axes) == 0 {
		axes = []int{-1}
	}
	last, rest := front("RFFT", x, axes[len(axes)-1]), axes[:len(axes)-1]
	n := x.Dim(last)
	if n == 0 || slices.Contains(rest, last) || slices.Contains(rest, last-x.Rank()) {
		panic(tensor.Errorf("RFFT", "axis %d of shape %v is empty, or named twice", last, x))
	}
	y := realAxis(x, last)
	if s := norm.scale(n, false); s != 1 {
		y = y.Scale(s)
	}
	if len(rest) > 0 {
		return fourierAxes("RFFT", y, norm, rest, false)
	}
	return y
}

// realAxis is the first half of the transform of real numbers along one axis, without a scale.
func realAxis(x *tensor.Tensor, axis int) *tensor.Tensor {
	rows := x.Bare().MoveAxis(axis, -1)
	n := x.Dim(axis)
	half := n/2 + 1
	shape := append(slices.Clone(rows.Shape()[:rows.Rank()-1]), half, 2)
	var y *tensor.Tensor
	if x.DType() == device.Float64 {
		y = tensor.OutputBy(x.DType(), x, shape, func(y []float64) { transformReal(y, tensor.Peek[float64](rows), n) })
	} else {
		y = tensor.OutputBy(x.DType(), x, shape, func(y []float32) { transformReal(y, tensor.Peek[float32](rows), n) })
	}
	y = y.MoveAxis(-2, axis)
	return tensor.Record(y, "RFFT", func(dy, _ *tensor.Tensor, _ []*tensor.Tensor) []*tensor.Tensor {
		pads := make([][2]int, dy.Rank())
		pads[axis][1] = n - half
		return []*tensor.Tensor{fourierAxis("RFFT", Pad(dy, 0, pads...), axis, true).Select(-1, 0)}
	}, x)
}

// transformReal transforms rows of n real numbers to n/2 + 1 pairs each. Rows of even length go as complex ones of half of it.
func transformReal[T float32 | float64](out, v []T, n int) {
	half, size := n/2+1, n
	if n%2 == 0 {
		size = n / 2
	}
	shared := fourier.New(size)
	twist := make([]complex128, half)
	for k := range twist {
		twist[k] = fourier.Turn(k, n) * complex(0, -0.5)
	}
	parallel.For(len(v)/n, max(16384/n, 1), func(lo, hi int) {
		plan := shared.Own()
		in, z := make([]complex128, size), make([]complex128, size+1)
		for r := lo; r < hi; r++ {
			x, y := v[r*n:(r+1)*n], out[2*half*r:2*half*(r+1)]
			for k := range in {
				if n%2 == 0 {
					in[k] = complex(float64(x[2*k]), float64(x[2*k+1]))
				} else {
					in[k] = complex(float64(x[k]), 0)
				}
			}
			plan.Transform(z[:size], in)
			z[size] = z[0]
			for k := range half {
				c := z[k]
				if n%2 == 0 {
					d := cmplx.Conj(z[size-k])
					c = 0.5*(c+d) + twist[k]*(c-d)
				}
				y[2*k], y[2*k+1] = T(real(c)), T(imag(c))
			}
		}
	})
}

// IRFFT returns the inverse of [RFFT], n real numbers along the last of the axes.
//
//	x [… n/2+1 … 2] → y [… n …]
//
// n tells an even length from an odd one; there are n/2 + 1 points in x. The imaginary parts of the first, and for even n of the last, have no
// effect.
func IRFFT(x *tensor.Tensor, n int, norm Norm, axes ...int) *tensor.Tensor {
	checkComplex("IRFFT", x)
	if len(axes) == 0 {
		axes = []int{-1}
	}
	last := complexAxis("IRFFT", x, axes[len(axes)-1])
	if n < 1 || x.Dim(last) != n/2+1 {
		panic(tensor.Errorf("IRFFT", "axis %d of shape %v is not half of %d numbers", last, x, n))
	}
	if len(axes) > 1 {
		x = IFFT(x, norm, axes[:len(axes)-1]...)
	}
	rest := ComplexConj(x.Slice(last, 1, (n+1)/2).Flip(last))
	return IFFT(tensor.Concat(last, x, rest), norm, last).Select(-1, 0)
}

// fourierAxes transforms along each axis, and scales.
func fourierAxes(op string, x *tensor.Tensor, norm Norm, axes []int, inverse bool) *tensor.Tensor {
	checkComplex(op, x)
	if len(axes) == 0 {
		axes = []int{-1}
	}
	n := 1
	y := x
	for i, a := range axes {
		k := complexAxis(op, x, a)
		if slices.ContainsFunc(axes[:i], func(b int) bool { return complexAxis(op, x, b) == k }) {
			panic(tensor.Errorf(op, "axis %d of shape %v is named twice", a, x))
		}
		n *= x.Dim(k)
		y = fourierAxis(op, y, k, inverse)
	}
	if s := norm.scale(n, inverse); s != 1 {
		y = y.Scale(s)
	}
	return y
}

// fourierAxis is the transform along one axis, or with the other sign, without a scale.
func fourierAxis(op string, x *tensor.Tensor, axis int, conjugate bool) *tensor.Tensor {
	rows := x.Bare().MoveAxis(axis, -2)
	n := x.Dim(axis)
	sign := 1.0
	if conjugate {
		sign = -1
	}
	var y *tensor.Tensor
	if x.DType() == device.Float64 {
		y = tensor.OutputBy(x.DType(), x, rows.Shape(), func(y []float64) { transformRows(y, tensor.Peek[float64](rows), n, sign) })
	} else {
		y = tensor.OutputBy(x.DType(), x, rows.Shape(), func(y []float32) { transformRows(y, tensor.Peek[float32](rows), n, sign) })
	}
	y = y.MoveAxis(-2, axis)
	return tensor.Record(y, op, func(dy, _ *tensor.Tensor, _ []*tensor.Tensor) []*tensor.Tensor {
		return []*tensor.Tensor{fourierAxis(op, dy, axis, !conjugate)}
	}, x)
}

// transformRows transforms rows of n pairs; a sign of −1 takes the conjugates before and after.
func transformRows[T float32 | float64](y, v []T, n int, sign float64) {
	shared := fourier.New(n)
	parallel.For(len(v)/(2*n), max(8192/n, 1), func(lo, hi int) {
		plan := shared.Own()
		in, out := make([]complex128, n), make([]complex128, n)
		for r := lo; r < hi; r++ {
			row, to := v[2*n*r:2*n*(r+1)], y[2*n*r:2*n*(r+1)]
			for k := range in {
				in[k] = complex(float64(row[2*k]), sign*float64(row[2*k+1]))
			}
			plan.Transform(out, in)
			for k, c := range out {
				to[2*k], to[2*k+1] = T(real(c)), T(sign*imag(c))
			}
		}
	})
}

func checkComplex(op string, x *tensor.Tensor) {
	checkFloat(op, x)
	if x.Rank() < 1 || x.Dim(-1) != 2 {
		panic(tensor.Errorf(op, "shape %v has no pairs of real and imaginary parts at its end", x))
	}
}

// complexAxis returns an axis, counted before the pairs, from the front.
func complexAxis(op string, x *tensor.Tensor, axis int) int {
	k := axis
	if k < 0 {
		k += x.Rank() - 1
	}
	if k < 0 || k >= x.Rank()-1 || x.Dim(k) == 0 {
		panic(tensor.Errorf(op, "no axis %d to transform in shape %v, whose last are pairs", axis, x))
	}
	return k
}

// FFTShift returns x with the middle of each axis moved to the front's place and the front to the middle: frequency 0 to the
// centre. Axes are those of x as it is; without any, nothing moves.
//
//	y[(i + ⌊n/2⌋) mod n] = x[i]
func FFTShift(x *tensor.Tensor, axes ...int) *tensor.Tensor {
	for _, a := range axes {
		x = x.Roll(a, x.Dim(a)/2)
	}
	return x.Reshape(x.Shape()...)
}

// IFFTShift undoes [FFTShift].
func IFFTShift(x *tensor.Tensor, axes ...int) *tensor.Tensor {
	for _, a := range axes {
		x = x.Roll(a, -(x.Dim(a) / 2))
	}
	return x.Reshape(x.Shape()...)
}
