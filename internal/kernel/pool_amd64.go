package kernel

import "github.com/jimu-ml/jimu/internal/cpuid"

func init() {
	provide("maxpool", "avx2", cpuid.AVX2, &maxPool, atLeast(8, maxPoolAVX2, maxPoolGeneric[float32]))
	provide("maxpool", "avx512", cpuid.AVX512, &maxPool, poolRow(maxPoolAVX512))
	provide("maxpoolgrad", "avx2", cpuid.AVX2, &maxPoolGrad, atLeast(8, maxPoolGradAVX2, maxPoolGradGeneric[float32]))
	provide("maxpoolgrad", "avx512", cpuid.AVX512, &maxPoolGrad, poolRow(maxPoolGradAVX512))
	provide("meanpool", "avx2", cpuid.AVX2, &meanPool, atLeast(8, meanPoolAVX2, meanPoolGeneric[float32]))
	provide("meanpool", "avx512", cpuid.AVX512, &meanPool, poolRow(meanPoolAVX512))
}
