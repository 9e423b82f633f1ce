package kernel

import "math"

var (
	neg  = negGeneric[float32]
	abs  = absGeneric[float32]
	sqrt = sqrtGeneric[float32]
)

// Neg sets dst[i] = −x[i].
func Neg(dst, x []float32) { neg(dst, x[:len(dst)]) }

// Neg64 is [Neg] in float64.
func Neg64(dst, x []float64) { negGeneric(dst, x) }

func negGeneric[T float](dst, x []T) {
	x = x[:len(dst)]
	for i, v := range x {
		dst[i] = -v
	}
}

// Abs sets dst[i] = |x[i]|.
func Abs(dst, x []float32) { abs(dst, x[:len(dst)]) }

// Abs64 is [Abs] in float64.
func Abs64(dst, x []float64) { absGeneric(dst, x) }

func absGeneric[T float](dst, x []T) {
	x = x[:len(dst)]
	for i, v := range x {
		dst[i] = T(math.Abs(float64(v)))
	}
}

// Sqrt sets dst[i] = √x[i], correctly rounded; NaN below zero.
func Sqrt(dst, x []float32) { sqrt(dst, x[:len(dst)]) }

// Sqrt64 is [Sqrt] in float64.
func Sqrt64(dst, x []float64) { sqrtGeneric(dst, x) }

func sqrtGeneric[T float](dst, x []T) {
	x = x[:len(dst)]
	for i, v := range x {
		dst[i] = T(math.Sqrt(float64(v)))
	}
}
