package kernel

import "math"

var (
	gelu     = geluGeneric[float32]
	geluGrad = geluGradGeneric[float32]
)

// Gelu sets dst[i] = x[i]·Φ(x[i]), Φ being the normal distribution; within 9 ulp, also in the negative tail.
func Gelu(dst, x []float32) { gelu(dst, x[:len(dst)]) }

// Gelu64 is [Gelu] in float64.
func Gelu64(dst, x []float64) { geluGeneric(dst, x) }

func geluGeneric[T float](dst, x []T) {
	x = x[:len(dst)]
	for i, v := range x {
		u := float64(v)
		dst[i] = T(timesTail(u, math.Erfc(-u*invSqrt2)/2))
	}
}

// GeluGrad sets dst[i] = dy[i]·(Φ(x[i]) + x[i]·φ(x[i])), φ being the density of the normal distribution Φ.
func GeluGrad(dst, dy, x []float32) { geluGrad(dst, dy[:len(dst)], x[:len(dst)]) }

// GeluGrad64 is [GeluGrad] in float64.
func GeluGrad64(dst, dy, x []float64) { geluGradGeneric(dst, dy, x) }

func geluGradGeneric[T float](dst, dy, x []T) {
	dy, x = dy[:len(dst)], x[:len(dst)]
	for i, v := range x {
		u := float64(v)
		φ := math.Exp(-u*u/2) * invSqrt2Pi
		dst[i] = dy[i] * T(math.Erfc(-u*invSqrt2)/2+timesTail(u, φ))
	}
}

const (
	invSqrt2   = 1 / math.Sqrt2                         // 1/√2
	invSqrt2Pi = 0.398942280401432677939946059934381868 // 1/√2π
)
