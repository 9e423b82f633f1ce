package cpu_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/device/cpu"
	"github.com/jimu-ml/jimu/internal/parallel"
)

// TestScatterAddRepeats checks that rows are added in the order of the index, to the bit, however often they are there.
func TestScatterAddRepeats(t *testing.T) {
	defer parallel.SetThreads(0)
	const n = 700
	for _, rows := range []int{1, 9, 64, 700, 20000} {
		for _, width := range []int{1, 17, 130, 256} {
			x, index := random(1, n, width), view(device.Int64, n)
			ids := device.Elements[int64](index.Buffer.(device.HostBuffer))
			want := make([]float32, rows*width)
			for i := range n {
				ids[i] = int64(i * i % 1009 * 31 % rows)
				for j := range width {
					want[int(ids[i])*width+j] += device.Elements[float32](x.Buffer.(device.HostBuffer))[i*width+j]
				}
			}
			for _, threads := range []int{1, 2, 5} {
				parallel.SetThreads(threads)
				y := view(device.Float32, rows, width)
				run(device.Fill, device.Attr{}, y)
				run(device.ScatterAdd, device.Attr{}, y, x, index)
				if !slices.Equal(device.Elements[float32](y.Buffer.(device.HostBuffer))[:rows*width], want) {
					t.Errorf("%d rows of %d on %d threads differ", rows, width, threads)
				}
			}
		}
	}
}

// BenchmarkEmbedding looks up rows, and adds gradients up by rows, some of which are there many times.
func BenchmarkEmbedding(b *testing.B) {
	for _, c := range []struct{ rows, n, width int }{{256, 2048, 256}, {50257, 8192, 768}, {16, 8192, 768}, {1000, 65536, 64}} {
		index := view(device.Int64, c.n)
		ids := device.Elements[int64](index.Buffer.(device.HostBuffer))
		for i := range c.n {
			ids[i] = int64((uint64(i)*2654435761 + 12345) >> 7 % uint64(c.rows))
		}
		table, x := view(device.Float32, c.rows, c.width), random(1, c.n, c.width)
		for _, op := range []device.Op{device.Gather, device.ScatterAdd} {
			call := &device.Call{Op: op, Out: v(x), In: v(table, index)}
			if op == device.ScatterAdd {
				call = &device.Call{Op: op, Out: v(table), In: v(x, index)}
			}
			b.Run(fmt.Sprintf("%v/%v", op, c), func(b *testing.B) {
				for b.Loop() {
					cpu.Device.Run(call)
				}
				b.ReportMetric(8*float64(c.n*c.width)*float64(b.N)/b.Elapsed().Seconds()/1e9, "GB/s")
			})
		}
	}
}
