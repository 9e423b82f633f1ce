package kernel

import (
	"unsafe"

	"github.com/jimu-ml/jimu/internal/cpuid"
)

func init() {
	provide("weightrows", "avx2", cpuid.AVX2, &weightRows, func(f WeightFormat, m int, p *Weights) {
		weightsAVX2[f][m-1]((*byte)(unsafe.Pointer(p)))
	})
	provide("weightrows", "avx512", cpuid.AVX512, &weightRows, func(f WeightFormat, m int, p *Weights) {
		weightsAVX512[f][m-1]((*byte)(unsafe.Pointer(p)))
	})
	provide("unpackweights", "avx2", cpuid.AVX2, &unpackWeights, func(f WeightFormat, dst []float32, w []byte, scale []float32, group int) {
		unpackAVX2[f](&dst[0], &w[0], unsafe.SliceData(scale), len(dst)/Chunk, group)
	})
	provide("unpackweights", "avx512", cpuid.AVX512, &unpackWeights, func(f WeightFormat, dst []float32, w []byte, scale []float32, group int) {
		unpackAVX512[f](&dst[0], &w[0], unsafe.SliceData(scale), len(dst)/Chunk, group)
	})
	provide("largestbits", "avx512", cpuid.AVX512, &largestBits, largestBitsAVX512)
	provide("roundbytes", "avx512", cpuid.AVX512, &roundBytes, func(dst []uint8, x []float32, factor float32) {
		roundBytesAVX512(unsafe.SliceData(dst), x, factor)
	})
}

// By format and number of vectors.
var (
	weightsAVX2 = [3][MaxVectors]func(*byte){
		{weightsInt41AVX2, weightsInt42AVX2, weightsInt43AVX2, weightsInt44AVX2},
		{weightsInt81AVX2, weightsInt82AVX2, weightsInt83AVX2, weightsInt84AVX2},
		{weightsBF161AVX2, weightsBF162AVX2, weightsBF163AVX2, weightsBF164AVX2},
	}
	weightsAVX512 = [3][MaxVectors]func(*byte){
		{weightsInt41AVX512, weightsInt42AVX512, weightsInt43AVX512, weightsInt44AVX512},
		{weightsInt81AVX512, weightsInt82AVX512, weightsInt83AVX512, weightsInt84AVX512},
		{weightsBF161AVX512, weightsBF162AVX512, weightsBF163AVX512, weightsBF164AVX512},
	}
	unpackAVX2   = [3]func(dst *float32, w *byte, scale *float32, chunks, group int){unpackInt4AVX2, unpackInt8AVX2, unpackBF16AVX2}
	unpackAVX512 = [3]func(dst *float32, w *byte, scale *float32, chunks, group int){unpackInt4AVX512, unpackInt8AVX512, unpackBF16AVX512}
)
