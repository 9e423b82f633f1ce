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

// gemvRows gives the rows to a function for eight of them and a function for one.
func gemvRows(y, x, w []float32, stride int, eight, one func(y []float32, x, w *float32, stride int)) {
	i := 0
	for ; i+8 <= len(x); i += 8 {
		eight(y, &x[i], &w[i*stride], stride)
		Checkpoint()
	}
	for ; i < len(x); i++ {
		one(y, &x[i], &w[i*stride], stride)
	}
}
