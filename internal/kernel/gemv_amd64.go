package kernel

import "github.com/jimu-ml/jimu/internal/cpuid"

func init() {
	provide("gemv", "avx2", cpuid.AVX2, &gemv, func(y, x, w []float32, stride int) {
		gemvRows(y, x, w, stride, gemv8AVX2, gemv1AVX2)
	})
	provide("gemv", "avx512", cpuid.AVX512, &gemv, func(y, x, w []float32, stride int) {
		gemvRows(y, x, w, stride, gemv8AVX512, gemv1AVX512)
	})
}
