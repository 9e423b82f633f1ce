package kernel

import "math"

var exp = expGeneric[float32]

// Exp sets dst[i] = e^x[i], within 1 ulp; it is +Inf above 88.73 and 0 below −103.97.
func Exp(dst, x []float32) { exp(dst, x[:len(dst)]) }

// Exp64 is [Exp] in float64.
func Exp64(dst, x []float64) { expGeneric(dst, x) }

func expGeneric[T float](dst, x []T) {
	x = x[:len(dst)]
	for i, v := range x {
		dst[i] = T(math.Exp(float64(v)))
	}
}
