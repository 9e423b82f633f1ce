package kernel

import (
	"fmt"
	"unsafe"
)

// Streams reports whether [StreamTranspose] can write to rows of dst, stride elements apart.
func Streams(dst []float32, stride int) bool {
	return uintptr(unsafe.Pointer(unsafe.SliceData(dst)))%64 == 0 && stride%16 == 0
}

// StreamTranspose writes rows of k elements, srcStride apart in src, as columns of dst, whose rows are dstStride apart,
// past the caches where the processor can: for results that are larger than these.
//
//	dst[p·dstStride+i] = src[i·srcStride+p]     i < rows, p < k
//
// It panics if rows or k is not a multiple of 16, if [Streams] says no, or if a slice is too short.
func StreamTranspose(dst []float32, dstStride int, src []float32, srcStride, rows, k int) {
	if rows <= 0 || k <= 0 {
		return
	}
	if rows%16 != 0 || k%16 != 0 || !Streams(dst, dstStride) {
		panic(NotAligned{rows, k, dstStride})
	}
	_, _ = dst[(k-1)*dstStride+rows-1], src[(rows-1)*srcStride+k-1]
	streamTranspose(dst, dstStride, src, srcStride, rows, k)
}

var streamTranspose = streamTransposeGeneric

func streamTransposeGeneric(dst []float32, dstStride int, src []float32, srcStride, rows, k int) {
	for i := range rows {
		for p, v := range src[i*srcStride:][:k] {
			dst[p*dstStride+i] = v
		}
	}
}

// StreamCopy copies rows of n elements, srcStride apart in src, to rows dstStride apart in dst, as [StreamTranspose] does:
//
//	dst[r·dstStride+j] = src[r·srcStride+j]     r < rows, j < n
//
// It panics if n is not a multiple of 16, if [Streams] says no, or if a slice is too short.
func StreamCopy(dst []float32, dstStride int, src []float32, srcStride, rows, n int) {
	if rows <= 0 || n <= 0 {
		return
	}
	if n%16 != 0 || !Streams(dst, dstStride) {
		panic(NotAligned{rows, n, dstStride})
	}
	_, _ = dst[(rows-1)*dstStride+n-1], src[(rows-1)*srcStride+n-1]
	streamCopy(dst, dstStride, src, srcStride, rows, n)
}

var streamCopy = streamCopyGeneric

func streamCopyGeneric(dst []float32, dstStride int, src []float32, srcStride, rows, n int) {
	for r := range rows {
		copy(dst[r*dstStride:][:n], src[r*srcStride:][:n])
	}
}

// NotAligned are rows and columns, or a stride, that cannot be written past the caches.
type NotAligned struct{ Rows, Cols, Stride int }

// Error says which they are.
func (e NotAligned) Error() string {
	return fmt.Sprintf("kernel: %d rows and %d columns, with a stride of %d, are not aligned", e.Rows, e.Cols, e.Stride)
}
