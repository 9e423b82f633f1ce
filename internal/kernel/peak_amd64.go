package kernel

import "github.com/jimu-ml/jimu/internal/cpuid"

func init() {
	provide("peak", "avx2", cpuid.AVX2, &peak, func(rounds int) int {
		peakAVX2(rounds)
		return rounds * 12 * 8 * 2
	})
	provide("peak", "avx512", cpuid.AVX512, &peak, func(rounds int) int {
		peakAVX512(rounds)
		return rounds * 24 * 16 * 2
	})
}
