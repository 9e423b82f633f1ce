package kernel

import "github.com/jimu-ml/jimu/internal/cpuid"

func init() {
	provide("sgdplain", "avx2", cpuid.AVX2, &sgdPlain, sgdPlainAVX2)
	provide("sgdplain", "avx512", cpuid.AVX512, &sgdPlain, sgdPlainAVX512)
	provide("sgdmomentum", "avx2", cpuid.AVX2, &sgdMomentum, sgdMomentumAVX2)
	provide("sgdmomentum", "avx512", cpuid.AVX512, &sgdMomentum, sgdMomentumAVX512)
	provide("sgdnesterov", "avx2", cpuid.AVX2, &sgdNesterov, sgdNesterovAVX2)
	provide("sgdnesterov", "avx512", cpuid.AVX512, &sgdNesterov, sgdNesterovAVX512)
	provide("adam", "avx2", cpuid.AVX2, &adam, adamAVX2)
	provide("adam", "avx512", cpuid.AVX512, &adam, adamAVX512)
}
