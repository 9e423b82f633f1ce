package kernel

import "math"

// Floor sets dst[i] to the largest integer not above x[i].
func Floor[T float](dst, x []T) {
	x = x[:len(dst)]
	for i, v := range x {
		dst[i] = T(math.Floor(float64(v)))
	}
}

// Ceil sets dst[i] to the smallest integer not below x[i].
func Ceil[T float](dst, x []T) {
	x = x[:len(dst)]
	for i, v := range x {
		dst[i] = T(math.Ceil(float64(v)))
	}
}

// Round sets dst[i] to the integer nearest to x[i], the even one of two.
func Round[T float](dst, x []T) {
	x = x[:len(dst)]
	for i, v := range x {
		dst[i] = T(math.RoundToEven(float64(v)))
	}
}

// Sign sets dst[i] to −1, 0 or 1 as x[i] is below, at or above 0; NaN stays NaN.
func Sign[T Number](dst, x []T) {
	x = x[:len(dst)]
	for i, v := range x {
		if v != v {
			dst[i] = v
			continue
		}
		var above, below int8 // without a branch, which would go either way
		if v > 0 {
			above = 1
		}
		if v < 0 {
			below = 1
		}
		dst[i] = T(above - below)
	}
}
