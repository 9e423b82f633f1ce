package kernel

import "math"

var erf = erfGeneric[float32]

// Erf sets dst[i] = erf x[i] = 2/√π ∫₀ˣ e^−t² dt, within 1 ulp.
func Erf(dst, x []float32) { erf(dst, x[:len(dst)]) }

// Erf64 is [Erf] in float64.
func Erf64(dst, x []float64) { erfGeneric(dst, x) }

func erfGeneric[T float](dst, x []T) {
	x = x[:len(dst)]
	for i, v := range x {
		dst[i] = T(math.Erf(float64(v)))
	}
}
