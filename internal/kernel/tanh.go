package kernel

import "math"

var (
	tanh     = tanhGeneric[float32]
	tanhGrad = tanhGradGeneric[float32]
)

// Tanh sets dst[i] = tanh x[i], within 3 ulp.
func Tanh(dst, x []float32) { tanh(dst, x[:len(dst)]) }

// Tanh64 is [Tanh] in float64.
func Tanh64(dst, x []float64) { tanhGeneric(dst, x) }

func tanhGeneric[T float](dst, x []T) {
	x = x[:len(dst)]
	for i, v := range x {
		dst[i] = T(math.Tanh(float64(v)))
	}
}

// TanhGrad sets dst[i] = dy[i]·(1 − y[i]²), the gradient of [Tanh] from its result y.
func TanhGrad(dst, dy, y []float32) { tanhGrad(dst, dy[:len(dst)], y[:len(dst)]) }

// TanhGrad64 is [TanhGrad] in float64.
func TanhGrad64(dst, dy, y []float64) { tanhGradGeneric(dst, dy, y) }

func tanhGradGeneric[T float](dst, dy, y []T) {
	dy, y = dy[:len(dst)], y[:len(dst)]
	for i, v := range y {
		dst[i] = dy[i] * (1 - T(v*v))
	}
}
