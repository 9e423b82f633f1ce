package kernel

import (
	"unsafe"

	"github.com/jimu-ml/jimu/internal/cpuid"
)

func init() {
	provide("depthforward", "avx2", cpuid.AVX2, &depthForward, func(t *DepthRow) { depthForwardAVX2((*byte)(unsafe.Pointer(t))) })
	provide("depthforward", "avx512", cpuid.AVX512, &depthForward, func(t *DepthRow) { depthForwardAVX512((*byte)(unsafe.Pointer(t))) })
	provide("depthweights", "avx2", cpuid.AVX2, &depthWeights, func(t *DepthRow) { depthWeightsAVX2[t.Count-1]((*byte)(unsafe.Pointer(t))) })
	provide("depthweights", "avx512", cpuid.AVX512, &depthWeights, func(t *DepthRow) { depthWeightsAVX512[t.Count-1]((*byte)(unsafe.Pointer(t))) })
}

var (
	depthWeightsAVX2 = [depthTaps]func(*byte){
		depthWeights1AVX2, depthWeights2AVX2, depthWeights3AVX2, depthWeights4AVX2, depthWeights5AVX2,
		depthWeights6AVX2, depthWeights7AVX2, depthWeights8AVX2, depthWeights9AVX2,
	}
	depthWeightsAVX512 = [depthTaps]func(*byte){
		depthWeights1AVX512, depthWeights2AVX512, depthWeights3AVX512, depthWeights4AVX512, depthWeights5AVX512,
		depthWeights6AVX512, depthWeights7AVX512, depthWeights8AVX512, depthWeights9AVX512,
	}
)
