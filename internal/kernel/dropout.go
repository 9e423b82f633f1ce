package kernel

import "math"

// Dropout sets dst[i] = x[i]·scale where u[i] ≥ p, else 0.
func Dropout(dst, x, u []float32, p, scale float32) {
	x, u = x[:len(dst)], u[:len(dst)]
	for i, v := range x {
		var keep uint32 // without a branch, which would be taken at random
		if u[i] >= p {
			keep = 1
		}
		dst[i] = math.Float32frombits(math.Float32bits(v*scale) & -keep)
	}
}

// Dropout64 is [Dropout] in float64.
func Dropout64(dst, x, u []float64, p, scale float64) {
	x, u = x[:len(dst)], u[:len(dst)]
	for i, v := range x {
		var keep uint64
		if u[i] >= p {
			keep = 1
		}
		dst[i] = math.Float64frombits(math.Float64bits(v*scale) & -keep)
	}
}
