package kernel

import "github.com/jimu-ml/jimu/internal/cpuid"

func init() {
	provide("packTranspose", "avx2", cpuid.AVX2, &packTranspose, packTransposeWithAVX2)
	provide("packTranspose", "avx512", cpuid.AVX512, &packTranspose, packTransposeAVX512)
	provide("packCopy", "avx512", cpuid.AVX512, &packCopy, packCopyWithAVX512)
}

// packCopyWithAVX512 leaves rows that are too long for the registers to copy.
func packCopyWithAVX512(dst, src []float32, rows, n, stride, width int) {
	if width > 48 {
		packCopyGeneric(dst, src, rows, n, stride, width)
		return
	}
	packCopyAVX512(dst, src, rows, n, stride, width)
}

// packTransposeWithAVX2 transposes blocks of 8 by 8, and the edges in Go.
func packTransposeWithAVX2(dst []float32, dstStride int, src []float32, srcStride, rows, k, width int) {
	done := 0
	for ; done+8 <= rows; done += 8 {
		if k >= 8 {
			transpose8AVX2(&dst[done], dstStride, &src[done*srcStride], srcStride, k/8)
			Checkpoint()
		}
		if edge := k &^ 7; edge < k {
			packTransposeGeneric(dst[edge*dstStride+done:], dstStride, src[done*srcStride+edge:], srcStride, 8, k-edge, 8)
		}
	}
	if done < width {
		var from []float32
		if done < rows {
			from = src[done*srcStride:]
		}
		packTransposeGeneric(dst[done:], dstStride, from, srcStride, rows-done, k, width-done)
	}
}
