package kernel

import "math"

var log = logGeneric[float32]

// Log sets dst[i] = ln x[i], within 1 ulp; ln 0 = −Inf, NaN below zero.
func Log(dst, x []float32) { log(dst, x[:len(dst)]) }

// Log64 is [Log] in float64.
func Log64(dst, x []float64) { logGeneric(dst, x) }

func logGeneric[T float](dst, x []T) {
	x = x[:len(dst)]
	for i, v := range x {
		dst[i] = T(math.Log(float64(v)))
	}
}
