package kernel

import "github.com/jimu-ml/jimu/internal/cpuid"

func init() {
	provide("lstm", "avx2", cpuid.AVX2, &lstm, lstmAVX2)
	provide("lstm", "avx512", cpuid.AVX512, &lstm, lstmAVX512)
	provide("lstmgrad", "avx2", cpuid.AVX2, &lstmGrad, lstmGradAVX2)
	provide("lstmgrad", "avx512", cpuid.AVX512, &lstmGrad, lstmGradAVX512)
	provide("gru", "avx2", cpuid.AVX2, &gru, gruAVX2)
	provide("gru", "avx512", cpuid.AVX512, &gru, gruAVX512)
	provide("grugrad", "avx2", cpuid.AVX2, &gruGrad, gruGradAVX2)
	provide("grugrad", "avx512", cpuid.AVX512, &gruGrad, gruGradAVX512)
}
