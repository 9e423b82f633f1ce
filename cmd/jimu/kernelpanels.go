package main

import (
	"unsafe"

	"github.com/jimu-ml/jimu/internal/kernel"
)

// probePanels multiplies matrices of bfloat16 and of bytes by panels of 32 columns. The numbers are small integers, so that
// the sums are exact in whatever order.
func probePanels(a, b, _ []float32) (result []float32) {
	const rows, k = 7, 96
	whole := func(x []float32, n int) []float32 {
		y := make([]float32, n)
		for i := range y {
			y[i] = float32(int(4 * x[i%len(x)]))
		}
		return y
	}
	x, w := make([]uint16, rows*k), make([]uint16, k*kernel.PanelCols)
	kernel.Float32ToBFloat16(x, whole(a, len(x)))
	kernel.Float32ToBFloat16(w, whole(b, len(w)))
	across := make([]uint16, rows*k) // x again, from its transpose
	kernel.PackRows(across, k, x, rows, k, rows)
	panel := make([]byte, kernel.PanelBytes(2*k))
	kernel.PackPairs(panel, w, kernel.PanelCols, k, kernel.PanelCols)
	sums := make([]float32, rows*kernel.PanelCols)
	for _, x := range [][]uint16{x, across} {
		kernel.PanelBFloat16(&kernel.Panel{
			Steps: 2 * k / kernel.StepBytes, A: unsafe.Pointer(&x[0]), AI: 2 * k, B: unsafe.Pointer(&panel[0]),
			C: unsafe.Pointer(&sums[0]), CI: 4 * kernel.PanelCols, Rows: rows,
		})
		result = append(result, putSums(sums, a, rows)...)
	}

	bytes, columns := make([]byte, rows*2*k), make([]byte, kernel.PanelCols*2*k)
	for i := range bytes {
		bytes[i] = byte(int(100 * a[i%len(a)]))
	}
	for i := range columns {
		columns[i] = byte(int(100 * b[i%len(b)]))
	}
	kernel.PackColumns(panel, columns, 2*k, kernel.PanelCols, 2*k)
	kernel.PanelInt8(&kernel.Panel{
		Steps: 2 * k / kernel.StepBytes, A: unsafe.Pointer(&bytes[0]), AI: 2 * k, B: unsafe.Pointer(&panel[0]),
		C: unsafe.Pointer(&sums[0]), CI: 4 * kernel.PanelCols, Rows: rows,
	})
	minus := make([]int32, kernel.PanelCols)
	to := make([]float32, len(sums))
	s := sumsTo(to, sums, a, rows)
	s.Minus, s.RowScale, s.ColScale = unsafe.Pointer(&minus[0]), unsafe.Pointer(&b[0]), unsafe.Pointer(&b[rows])
	kernel.PutInt32(&s)
	return append(result, to...)
}

// putSums returns sums as they are put away in float32 and in bfloat16.
func putSums(sums, bias []float32, rows int) []float32 {
	to, half := make([]float32, 2*len(sums)), make([]uint16, len(sums))
	s := sumsTo(to, sums, bias, rows)
	kernel.PutFloat32(&s)
	s.Dst, s.Stride = unsafe.Pointer(&half[0]), 2*kernel.PanelCols
	kernel.PutBFloat16(&s)
	kernel.BFloat16ToFloat32(to[len(sums):], half)
	return to
}

func sumsTo(to, sums, bias []float32, rows int) kernel.Sums {
	return kernel.Sums{
		Dst: unsafe.Pointer(&to[0]), Stride: 4 * kernel.PanelCols, Src: unsafe.Pointer(&sums[0]), Rows: rows, Cols: kernel.PanelCols,
		Bias: unsafe.Pointer(&bias[0]), ReLU: 1,
	}
}
