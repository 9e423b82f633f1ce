package kernel

import "unsafe"

// PackColumns packs a panel from columns that are contiguous along k: rows of src, stride bytes apart and of that many
// bytes. It panics if there are more than 32 or a slice is too short.
func PackColumns(panel, src []byte, stride, rows, bytes int) {
	checkPanel(panel, src, stride, rows, bytes, rows)
	if bytes == 0 {
		return
	}
	for j := 0; j < PanelCols; j += 16 {
		n, from := max(0, min(16, rows-j)), src
		if n > 0 {
			from = src[j*stride:]
		}
		packGroups(panel[groupSize*j:], from, stride, n, bytes)
		Checkpoint()
	}
}

// checkPanel panics if the panel does not hold rows of A of that many bytes, or src not n rows of them.
func checkPanel(panel, src []byte, stride, n, row, cols int) {
	_ = panel[:PanelBytes(row)]
	_ = panel[:PanelCols-cols]
	if n > 0 && row > 0 {
		_ = src[:(n-1)*stride+row]
	}
}

// packGroups is PackColumns for up to 16 columns.
var packGroups = packGroupsGeneric

func packGroupsGeneric(panel, src []byte, stride, rows, bytes int) {
	for k := range stepsOf(bytes) * StepBytes {
		to := panel[k/groupSize*panelRow+k%groupSize:]
		for j := range 16 {
			to[groupSize*j] = 0
			if j < rows && k < bytes {
				to[groupSize*j] = src[j*stride+k]
			}
		}
	}
}

// PackPairs packs a panel of 16-bit numbers from rows along which the columns are contiguous: k rows, stride elements
// apart. It panics if there are more than 32 columns or a slice is too short.
func PackPairs(panel []byte, src []uint16, stride, k, cols int) {
	_, _ = panel[:PanelBytes(2*k)], panel[:PanelCols-cols]
	if k > 0 && cols > 0 {
		_ = src[:(k-1)*stride+cols]
	}
	packPairs(panel, src, stride, k, cols)
	clear(panel[(k+1)/2*panelRow : PanelBytes(2*k)])
}

// packPairs is PackPairs without the zeros behind the last row.
var packPairs = packPairsGeneric

func packPairsGeneric(panel []byte, src []uint16, stride, k, cols int) {
	if k == 0 {
		return
	}
	to := unsafe.Slice((*uint16)(unsafe.Pointer(&panel[0])), (k+1)/2*2*PanelCols)
	clear(to)
	for p := range k {
		for j := range cols {
			to[p/2*2*PanelCols+2*j+p%2] = src[p*stride+j]
		}
	}
}

// PackRows writes columns of k rows of 16-bit numbers, stride elements apart, as rows of whole steps, filled up with
// zeros. The steps of a row are dstStep elements apart, the rows of a step half of [StepBytes]:
//
//	dst[p/32·dstStep+32·i+p%32] = src[p·stride+i]     i < cols, p < k
//
// It panics if a slice is too short.
func PackRows(dst []uint16, dstStep int, src []uint16, stride, k, cols int) {
	if k == 0 || cols == 0 {
		return
	}
	const half = StepBytes / 2
	_ = src[:(k-1)*stride+cols]
	_ = dst[:(stepsOf(2*k)-1)*dstStep+cols*half]
	for p := 0; p < k; p += half {
		for i := 0; i < cols; i += 16 {
			packRows(dst[p/half*dstStep+half*i:], src[p*stride+i:], stride, min(half, k-p), min(16, cols-i))
		}
		Checkpoint()
	}
}

// packRows is PackRows for one step of up to 16 columns.
var packRows = packRowsGeneric

func packRowsGeneric(dst, src []uint16, stride, k, cols int) {
	for i := range cols {
		row := dst[i*StepBytes/2:][:StepBytes/2]
		for p := range row {
			row[p] = 0
			if p < k {
				row[p] = src[p*stride+i]
			}
		}
	}
}
