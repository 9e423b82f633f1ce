package cpu_test

import (
	"fmt"
	"testing"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/device/cpu"
)

func view(t device.DType, shape ...int) *device.View {
	v := &device.View{DType: t}
	v.SetRowMajor(shape...)
	v.Buffer = cpu.Device.Alloc(t, v.Len())
	cpu.Device.Run(&device.Call{Op: device.Fill, Out: []*device.View{v}, Attr: device.Attr{Scalars: [8]float64{1}}})
	return v
}

// BenchmarkRunSmall measures what a call costs beside its arithmetic.
func BenchmarkRunSmall(b *testing.B) {
	x, y, one := view(device.Float32, 8), view(device.Float32, 8), view(device.Float32)
	m, row := view(device.Float32, 2, 4), view(device.Float32, 4)
	for _, c := range []struct {
		name string
		call device.Call
	}{
		{"Add", device.Call{Op: device.Add, Out: []*device.View{y}, In: []*device.View{x, x}}},
		{"AddOne", device.Call{Op: device.Add, Out: []*device.View{y}, In: []*device.View{x, one}}},
		{"AddRow", device.Call{Op: device.Add, Out: []*device.View{m}, In: []*device.View{m, row}}},
		{"Exp", device.Call{Op: device.Exp, Out: []*device.View{y}, In: []*device.View{x}}},
		{"Sum", device.Call{Op: device.Sum, Out: []*device.View{one}, In: []*device.View{x}}},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				cpu.Device.Run(&c.call)
			}
		})
	}
}

func BenchmarkAlloc(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		cpu.Device.(device.Recycler).Free(cpu.Device.Alloc(device.Float32, 1000))
	}
}

// BenchmarkRun measures throughput in bytes read and written.
func BenchmarkRun(b *testing.B) {
	for _, n := range []int{1 << 10, 1 << 17, 1 << 20, 1 << 24} {
		x, y, one := view(device.Float32, n), view(device.Float32, n), view(device.Float32)
		m, w := view(device.Float32, n/64, 64), view(device.Float32, n/64, 64)
		tr, row, column := view(device.Float32, 64, n/64), view(device.Float32, 64), view(device.Float32, n/64, 1)
		tr.Shape, tr.Stride = m.Shape, [device.MaxRank]int{1, n / 64}
		line := view(device.Float32, 1, 64)
		half := view(device.BFloat16, n)
		for _, c := range []struct {
			name  string
			bytes int
			call  device.Call
		}{
			{"Add", 12, device.Call{Op: device.Add, Out: []*device.View{y}, In: []*device.View{x, x}}},
			{"AddRow", 8, device.Call{Op: device.Add, Out: []*device.View{w}, In: []*device.View{m, row}}},
			{"MulColumn", 8, device.Call{Op: device.Mul, Out: []*device.View{w}, In: []*device.View{m, column}}},
			{"Exp", 8, device.Call{Op: device.Exp, Out: []*device.View{y}, In: []*device.View{x}}},
			{"ReluHalf", 4, device.Call{Op: device.Relu, Out: []*device.View{half}, In: []*device.View{half}}},
			{"Copy", 8, device.Call{Op: device.Copy, Out: []*device.View{y}, In: []*device.View{x}}},
			{"Transpose", 8, device.Call{Op: device.Copy, Out: []*device.View{m}, In: []*device.View{tr}}},
			{"Sum", 4, device.Call{Op: device.Sum, Out: []*device.View{one}, In: []*device.View{x}}},
			{"SumRows", 4, device.Call{Op: device.Sum, Out: []*device.View{column}, In: []*device.View{m}}},
			{"SumColumns", 4, device.Call{Op: device.Sum, Out: []*device.View{line}, In: []*device.View{m}}},
			{"Fill", 4, device.Call{Op: device.Fill, Out: []*device.View{y}}},
		} {
			b.Run(fmt.Sprintf("%s/%d", c.name, n), func(b *testing.B) {
				b.SetBytes(int64(c.bytes * n))
				for b.Loop() {
					cpu.Device.Run(&c.call)
				}
			})
		}
	}
}
