package kernel

import (
	"unsafe"

	"github.com/jimu-ml/jimu/internal/cpuid"
)

func init() {
	provide("maxpool", "avx2", cpuid.AVX2, &maxPool, atLeast8(maxPoolAVX2, maxPoolGeneric[float32]))
	provide("maxpool", "avx512", cpuid.AVX512, &maxPool, poolRow(maxPoolAVX512))
	provide("maxpoolgrad", "avx2", cpuid.AVX2, &maxPoolGrad, atLeast8(maxPoolGradAVX2, maxPoolGradGeneric[float32]))
	provide("maxpoolgrad", "avx512", cpuid.AVX512, &maxPoolGrad, poolRow(maxPoolGradAVX512))
	provide("meanpool", "avx2", cpuid.AVX2, &meanPool, atLeast8(meanPoolAVX2, meanPoolGeneric[float32]))
	provide("meanpool", "avx512", cpuid.AVX512, &meanPool, poolRow(meanPoolAVX512))
}

// poolRow makes a kernel of assembly that takes the address of a row.
func poolRow(f func(r *byte)) func(*PoolRow[float32]) {
	return func(r *PoolRow[float32]) { f((*byte)(unsafe.Pointer(r))) }
}

// atLeast8 is poolRow for a kernel that needs 8 channels, with another for fewer.
func atLeast8(f func(r *byte), fewer func(*PoolRow[float32])) func(*PoolRow[float32]) {
	return func(r *PoolRow[float32]) {
		if r.Channels < 8 {
			fewer(r)
			return
		}
		f((*byte)(unsafe.Pointer(r)))
	}
}
