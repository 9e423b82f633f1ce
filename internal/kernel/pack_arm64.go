package kernel

import "github.com/jimu-ml/jimu/internal/cpuid"

func init() {
	provide("packTranspose", "neon", cpuid.NEON, &packTranspose, packTransposeWithNEON)
	provide("packCopy", "neon", cpuid.NEON, &packCopy, packCopyNEON)
}

// packTransposeWithNEON transposes blocks of 4 by 4, and the edges in Go.
func packTransposeWithNEON(dst []float32, dstStride int, src []float32, srcStride, rows, k, width int) {
	done := 0
	for ; done+4 <= rows; done += 4 {
		if k >= 4 {
			transpose4NEON(&dst[done], dstStride, &src[done*srcStride], srcStride, k/4)
			Checkpoint()
		}
		if edge := k &^ 3; edge < k {
			packTransposeGeneric(dst[edge*dstStride+done:], dstStride, src[done*srcStride+edge:], srcStride, 4, k-edge, 4)
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
