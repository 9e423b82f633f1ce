package kernel

// PackCopy copies rows of n elements, stride apart in src, to rows of width elements in dst, one after another and
// filled up with zeros:
//
//	dst[r·width+j] = src[r·stride+j] for j < n, 0 for n ≤ j < width
//
// It panics if n > width or a slice is too short.
func PackCopy(dst, src []float32, rows, n, stride, width int) {
	if rows <= 0 || width <= 0 {
		return
	}
	_ = dst[rows*width-1]
	if n > 0 {
		_ = src[(rows-1)*stride+n-1]
	}
	_ = dst[n:width]
	packCopy(dst, src, rows, n, stride, width)
}

var packCopy = packCopyGeneric

func packCopyGeneric(dst, src []float32, rows, n, stride, width int) {
	for r := range rows {
		row := dst[r*width : r*width+width]
		if n > 0 {
			copy(row, src[r*stride:r*stride+n])
		}
		clear(row[n:])
	}
}

// PackTranspose writes rows of k elements, srcStride apart in src, as columns of dst, whose rows are dstStride apart
// and of width elements, filled up with zeros:
//
//	dst[p·dstStride+i] = src[i·srcStride+p] for i < rows, 0 for rows ≤ i < width; p < k
//
// It panics if rows > width or a slice is too short.
func PackTranspose(dst []float32, dstStride int, src []float32, srcStride, rows, k, width int) {
	if k <= 0 || width <= 0 {
		return
	}
	_ = dst[(k-1)*dstStride+width-1]
	if rows > 0 {
		_ = src[(rows-1)*srcStride+k-1]
	}
	for i := 0; i < width; i += 16 {
		n := max(0, min(16, rows-i))
		var from []float32
		if n > 0 {
			from = src[i*srcStride:]
		}
		packTranspose(dst[i:], dstStride, from, srcStride, n, k, min(16, width-i))
		Checkpoint()
	}
}

// packTranspose is PackTranspose for a width of at most 16.
var packTranspose = packTransposeGeneric

func packTransposeGeneric(dst []float32, dstStride int, src []float32, srcStride, rows, k, width int) {
	for p := range k {
		row := dst[p*dstStride : p*dstStride+width]
		for i := range rows {
			row[i] = src[i*srcStride+p]
		}
		clear(row[rows:])
	}
}
