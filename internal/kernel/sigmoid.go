package kernel

import "math"

var (
	sigmoid     = sigmoidGeneric[float32]
	sigmoidGrad = sigmoidGradGeneric[float32]
)

// Sigmoid sets dst[i] = σ(x[i]) = 1/(1 + e^−x[i]), within 3 ulp.
func Sigmoid(dst, x []float32) { sigmoid(dst, x[:len(dst)]) }

// Sigmoid64 is [Sigmoid] in float64.
func Sigmoid64(dst, x []float64) { sigmoidGeneric(dst, x) }

func sigmoidGeneric[T float](dst, x []T) {
	x = x[:len(dst)]
	for i, v := range x {
		dst[i] = T(sigma(float64(v)))
	}
}

// SigmoidGrad sets dst[i] = dy[i]·y[i]·(1 − y[i]), the gradient of [Sigmoid] from its result y.
func SigmoidGrad(dst, dy, y []float32) { sigmoidGrad(dst, dy[:len(dst)], y[:len(dst)]) }

// SigmoidGrad64 is [SigmoidGrad] in float64.
func SigmoidGrad64(dst, dy, y []float64) { sigmoidGradGeneric(dst, dy, y) }

func sigmoidGradGeneric[T float](dst, dy, y []T) {
	dy, y = dy[:len(dst)], y[:len(dst)]
	for i, v := range y {
		dst[i] = dy[i] * (v * (1 - v))
	}
}

// sigma returns 1/(1+e⁻ˣ), without overflow and without losing the tail.
func sigma(x float64) float64 {
	if x >= 0 {
		return 1 / (1 + math.Exp(-x))
	}
	e := math.Exp(x)
	return e / (1 + e)
}
