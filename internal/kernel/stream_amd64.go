package kernel

import "github.com/jimu-ml/jimu/internal/cpuid"

func init() {
	provide("streamtranspose", "avx512", cpuid.AVX512, &streamTranspose, func(dst []float32, dstStride int, src []float32, srcStride, rows, k int) {
		streamTransposeAVX512(&dst[0], dstStride, &src[0], srcStride, rows/16, k/16)
	})
	provide("streamcopy", "avx512", cpuid.AVX512, &streamCopy, func(dst []float32, dstStride int, src []float32, srcStride, rows, n int) {
		streamCopyAVX512(&dst[0], dstStride, &src[0], srcStride, rows, n/16)
	})
}
