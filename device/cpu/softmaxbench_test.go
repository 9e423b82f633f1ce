package cpu_test

import (
	"fmt"
	"testing"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/device/cpu"
)

// BenchmarkSoftmax measures softmax and cross entropy over vocabularies, in GB/s of what has to be read and written.
func BenchmarkSoftmax(b *testing.B) {
	for _, c := range []int{256, 50257} {
		const n = 2048
		x, y := random(1, n, c), view(device.Float32, n, c)
		target, loss, lse, dloss := view(device.Int64, n), view(device.Float32, n), view(device.Float32, n), random(2, n)
		for _, w := range []struct {
			call  device.Call
			bytes int
		}{
			{device.Call{Op: device.Softmax, Out: v(y), In: v(x)}, 8},
			{device.Call{Op: device.CrossEntropy, Out: v(loss, lse), In: v(x, target)}, 4},
			{device.Call{Op: device.CrossEntropyGrad, Out: v(y), In: v(dloss, x, target, lse)}, 8},
			{device.Call{Op: device.Copy, Out: v(y), In: v(x)}, 8},
		} {
			b.Run(fmt.Sprintf("%v/%d", w.call.Op, c), func(b *testing.B) {
				for b.Loop() {
					cpu.Device.Run(&w.call)
				}
				b.ReportMetric(float64(w.bytes*n*c)*float64(b.N)/b.Elapsed().Seconds()/1e9, "GB/s")
			})
		}
	}
}
