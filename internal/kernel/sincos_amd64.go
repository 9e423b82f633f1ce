package kernel

import (
	"math"

	"github.com/jimu-ml/jimu/internal/cpuid"
)

func init() {
	provide("sin", "avx2", cpuid.AVX2, &sin, near(sinAVX2, math.Sin))
	provide("sin", "avx512", cpuid.AVX512, &sin, near(sinAVX512, math.Sin))
	provide("cos", "avx2", cpuid.AVX2, &cos, near(cosAVX2, math.Cos))
	provide("cos", "avx512", cpuid.AVX512, &cos, near(cosAVX512, math.Cos))
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
