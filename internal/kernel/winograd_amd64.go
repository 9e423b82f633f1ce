package kernel

import "github.com/jimu-ml/jimu/internal/cpuid"

func init() {
	provide("winograd", "avx2", cpuid.AVX2, &winogradSlot, [3]winogradUnit{
		{8, tilesOf(winogradInput4AVX2), tilesOf(winogradOutput2x3AVX2), tilesOf(winogradWeights2x3AVX2), tilesOf(winogradOutputGrad2x3AVX2), tilesOf(winogradWeightsGrad2x3AVX2)},
		{8, tilesOf(winogradInput6AVX2), tilesOf(winogradOutput4x3AVX2), tilesOf(winogradWeights4x3AVX2), tilesOf(winogradOutputGrad4x3AVX2), tilesOf(winogradWeightsGrad4x3AVX2)},
		{8, tilesOf(winogradInput6AVX2), tilesOf(winogradOutput2x5AVX2), tilesOf(winogradWeights2x5AVX2), tilesOf(winogradOutputGrad2x5AVX2), tilesOf(winogradWeightsGrad2x5AVX2)},
	})
	provide("winograd", "avx512", cpuid.AVX512, &winogradSlot, [3]winogradUnit{
		{16, tilesOf(winogradInput4AVX512), tilesOf(winogradOutput2x3AVX512), tilesOf(winogradWeights2x3AVX512), tilesOf(winogradOutputGrad2x3AVX512), tilesOf(winogradWeightsGrad2x3AVX512)},
		{16, tilesOf(winogradInput6AVX512), tilesOf(winogradOutput4x3AVX512), tilesOf(winogradWeights4x3AVX512), tilesOf(winogradOutputGrad4x3AVX512), tilesOf(winogradWeightsGrad4x3AVX512)},
		{16, tilesOf(winogradInput6AVX512), tilesOf(winogradOutput2x5AVX512), tilesOf(winogradWeights2x5AVX512), tilesOf(winogradOutputGrad2x5AVX512), tilesOf(winogradWeightsGrad2x5AVX512)},
	})
}
