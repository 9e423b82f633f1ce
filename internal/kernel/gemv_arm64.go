package kernel

import "github.com/jimu-ml/jimu/internal/cpuid"

func init() {
	provide("gemv", "neon", cpuid.NEON, &gemv, func(y, x, w []float32, stride int) {
		gemvRows(y, x, w, stride, gemv8NEON, gemv1NEON)
	})
}
