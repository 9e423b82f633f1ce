package kernel

import "github.com/jimu-ml/jimu/internal/cpuid"

func init() {
	provide("sum", "avx2", cpuid.AVX2, &sum, sumAVX2)
	provide("sum", "avx512", cpuid.AVX512, &sum, sumAVX512)
	provide("sumsquare", "avx2", cpuid.AVX2, &sumSquare, sumSquareAVX2)
	provide("sumsquare", "avx512", cpuid.AVX512, &sumSquare, sumSquareAVX512)
	provide("dot", "avx2", cpuid.AVX2, &dot, dotAVX2)
	provide("dot", "avx512", cpuid.AVX512, &dot, dotAVX512)
	provide("sumsquarefrom", "avx2", cpuid.AVX2, &sumSquareFrom, sumSquareFromAVX2)
	provide("sumsquarefrom", "avx512", cpuid.AVX512, &sumSquareFrom, sumSquareFromAVX512)
	provide("standarddot", "avx2", cpuid.AVX2, &standardDot, standardDotAVX2)
	provide("standarddot", "avx512", cpuid.AVX512, &standardDot, standardDotAVX512)
	provide("standarddot3", "avx2", cpuid.AVX2, &standardDot3, standardDot3AVX2)
	provide("standarddot3", "avx512", cpuid.AVX512, &standardDot3, standardDot3AVX512)
	provide("max", "avx2", cpuid.AVX2, &maxOf, maxAVX2)
	provide("max", "avx512", cpuid.AVX512, &maxOf, maxAVX512)
	provide("min", "avx2", cpuid.AVX2, &minOf, minAVX2)
	provide("min", "avx512", cpuid.AVX512, &minOf, minAVX512)
}
