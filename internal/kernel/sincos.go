package kernel

import "math"

var (
	sin = sinGeneric[float32]
	cos = cosGeneric[float32]
)

// Sin sets dst[i] = sin x[i]; NaN at ±Inf.
func Sin(dst, x []float32) { sin(dst, x[:len(dst)]) }

// Sin64 is [Sin] in float64.
func Sin64(dst, x []float64) { sinGeneric(dst, x) }

func sinGeneric[T float](dst, x []T) {
	x = x[:len(dst)]
	for i, v := range x {
		dst[i] = T(math.Sin(float64(v)))
	}
}

// Cos sets dst[i] = cos x[i]; NaN at ±Inf.
func Cos(dst, x []float32) { cos(dst, x[:len(dst)]) }

// Cos64 is [Cos] in float64.
func Cos64(dst, x []float64) { cosGeneric(dst, x) }

func cosGeneric[T float](dst, x []T) {
	x = x[:len(dst)]
	for i, v := range x {
		dst[i] = T(math.Cos(float64(v)))
	}
}

// near makes a kernel of one that leaves arguments that are not in ±1e5 as they are, and says whether there were
// any. They are told from results, which are at most 1, and f does them.
func near(fast func(dst, x []float32) (far bool), f func(float64) float64) func(dst, x []float32) {
	return func(dst, x []float32) {
		if !fast(dst, x) {
			return
		}
		for i, v := range dst {
			if !(v <= 2 && v >= -2) {
				dst[i] = float32(f(float64(v)))
			}
		}
	}
}
