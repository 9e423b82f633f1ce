package kernel

import "math"

var (
	silu     = siluGeneric[float32]
	siluGrad = siluGradGeneric[float32]
)

// Silu sets dst[i] = x[i]·σ(x[i]) with σ(x) = 1/(1 + e⁻ˣ), within 4 ulp down to −83, where e^x is nearly subnormal; it is −0 at −Inf.
func Silu(dst, x []float32) { silu(dst, x[:len(dst)]) }

// Silu64 is [Silu] in float64.
func Silu64(dst, x []float64) { siluGeneric(dst, x) }

func siluGeneric[T float](dst, x []T) {
	x = x[:len(dst)]
	for i, v := range x {
		dst[i] = T(timesTail(float64(v), sigma(float64(v))))
	}
}

// SiluGrad sets dst[i] = dy[i]·σ·(1 + x[i]·(1 − σ)) with σ = 1/(1 + e^−x[i]), the gradient of [Silu].
func SiluGrad(dst, dy, x []float32) { siluGrad(dst, dy[:len(dst)], x[:len(dst)]) }

// SiluGrad64 is [SiluGrad] in float64.
func SiluGrad64(dst, dy, x []float64) { siluGradGeneric(dst, dy, x) }

func siluGradGeneric[T float](dst, dy, x []T) {
	dy, x = dy[:len(dst)], x[:len(dst)]
	for i, v := range x {
		u := float64(v)
		s := sigma(u)
		dst[i] = dy[i] * T(s+timesTail(u, s*sigma(-u)))
	}
}

// timesTail returns x·t, where t falls so fast in x that the product is 0 at infinity.
func timesTail(x, t float64) float64 {
	if t == 0 {
		return math.Copysign(0, x)
	}
	return x * t
}
