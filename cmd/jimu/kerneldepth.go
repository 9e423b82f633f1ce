package main

import (
	"unsafe"

	"github.com/jimu-ml/jimu/internal/kernel"
)

// probeDepth takes a row of 5 outputs of 19 channels through the kernels of depthwise convolutions, with 3 taps.
func probeDepth(a, b, c []float32) []float32 {
	const channels, outputs = 19, 5
	taps := []kernel.DepthTap{{X: 0, W: 0}, {X: channels, W: channels}, {X: 2 * channels, W: 2 * channels}}
	y, dw := make([]float32, outputs*channels), make([]float32, len(taps)*channels)
	row := kernel.DepthRow{
		X: unsafe.Pointer(&a[0]), XCol: channels, Y: unsafe.Pointer(&y[0]), YCol: channels, W: unsafe.Pointer(&b[0]),
		Taps: unsafe.Pointer(&taps[0]), Count: len(taps), N: channels, Outputs: outputs, Bias: unsafe.Pointer(&c[0]), Floor: 0.1,
	}
	kernel.DepthForward(&row)
	row.W = unsafe.Pointer(&dw[0])
	kernel.DepthWeights(&row)
	return append(y, dw...)
}
