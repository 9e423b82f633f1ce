package main

import (
	"unsafe"

	"github.com/jimu-ml/jimu/internal/kernel"
)

// probeWeights multiplies four vectors by rows of weights in every format of few bits, and unpacks and makes such rows.
func probeWeights(a, b, _ []float32) (result []float32) {
	const rows, chunks, group = 3, 7, 2
	const k = chunks * kernel.Chunk
	for _, f := range []kernel.WeightFormat{kernel.Int4, kernel.Int8, kernel.BFloat16} {
		w := make([]byte, rows*chunks*f.Bytes())
		if f == kernel.BFloat16 {
			kernel.Float32ToBFloat16(unsafe.Slice((*uint16)(unsafe.Pointer(&w[0])), len(w)/2), b[:len(w)/2])
		} else {
			for i := range w {
				w[i] = byte(int(50 * b[i%len(b)]))
			}
		}
		y := make([]float32, kernel.MaxVectors*rows)
		kernel.WeightRows(f, kernel.MaxVectors, &kernel.Weights{
			W: unsafe.Pointer(&w[0]), WI: chunks * f.Bytes(), Scale: unsafe.Pointer(&b[0]), ScaleI: 4 * (chunks + 1) / group,
			X: unsafe.Pointer(&a[0]), XI: 4 * k, Y: unsafe.Pointer(&y[0]), YI: 4 * rows, Rows: rows, Chunks: chunks, Group: group,
		})
		row := make([]float32, k)
		kernel.UnpackWeights(f, row, w, b, group)
		result = append(append(result, y...), row...)
	}
	bytes := make([]uint8, len(a))
	result = append(result, kernel.QuantizeRow(bytes, a))
	for _, v := range bytes {
		result = append(result, float32(v))
	}
	return result
}

// probeWinograd takes tiles of 19 channels through every transformation of the fast convolutions.
func probeWinograd(a, b, _ []float32) (result []float32) {
	const channels = 19
	for _, w := range []*kernel.Winograd{kernel.Winograd2x3, kernel.Winograd4x3, kernel.Winograd2x5} {
		n := w.Points()
		for _, f := range []struct {
			run      func(*kernel.WinogradTiles)
			from, to int
		}{{w.Input, n, n}, {w.Output, n, w.Out}, {w.Weights, w.Window, n}, {w.OutputGrad, w.Out, n}, {w.WeightsGrad, n, w.Window}} {
			to := make([]float32, f.to*f.to*channels)
			f.run(&kernel.WinogradTiles{
				Src: unsafe.Pointer(&a[0]), SrcRow: f.from * channels, SrcCol: channels, SrcTile: f.from * f.from * channels,
				Dst: unsafe.Pointer(&to[0]), DstRow: f.to * channels, DstCol: channels, DstTile: f.to * f.to * channels,
				N: channels, Count: 1, Bias: unsafe.Pointer(&b[0]),
			})
			result = append(result, to...)
		}
	}
	return result
}
