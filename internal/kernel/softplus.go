package kernel

import "math"

var softplus = softplusGeneric[float32]

// Softplus sets dst[i] = ln(1 + e^x[i]), within 3 ulp.
func Softplus(dst, x []float32) { softplus(dst, x[:len(dst)]) }

// Softplus64 is [Softplus] in float64.
func Softplus64(dst, x []float64) { softplusGeneric(dst, x) }

func softplusGeneric[T float](dst, x []T) {
	x = x[:len(dst)]
	for i, v := range x {
		u := float64(v)
		dst[i] = T(larger(u, 0) + math.Log1p(math.Exp(-math.Abs(u))))
	}
}
