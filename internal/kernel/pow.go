package kernel

import "math"

// Pow sets dst[i] = a[i] to the power of b[i], computed in float64.
func Pow[T float](dst, a, b []T) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = T(math.Pow(float64(a[i]), float64(b[i])))
	}
}

// PowScalar sets dst[i] = x[i] to the power of s. Small whole powers are products in float64.
func PowScalar[T float](dst, x []T, s T) {
	x = x[:len(dst)]
	switch n := int(s); {
	case s == 0.5:
		for i, v := range x {
			dst[i] = T(math.Sqrt(float64(v)))
		}
	case s == 2:
		for i, v := range x {
			dst[i] = v * v
		}
	case T(n) == s && n >= -8 && n <= 8:
		for i, v := range x {
			dst[i] = T(powWhole(float64(v), n))
		}
	default:
		for i, v := range x {
			dst[i] = T(math.Pow(float64(v), float64(s)))
		}
	}
}

func powWhole(x float64, n int) float64 {
	m, y := max(n, -n), 1.0
	for ; m > 0; m /= 2 {
		if m%2 == 1 {
			y *= x
		}
		x *= x
	}
	if n < 0 {
		return 1 / y
	}
	return y
}
