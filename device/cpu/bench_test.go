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

// BenchmarkFused measures the operations on rows and images, in bytes of the input.
func BenchmarkFused(b *testing.B) {
	x, y := random(1, 2048, 768), random(2, 2048, 768)
	d, n := view(device.Float32, 768), view(device.Float32, 2048)
	d2, d3, n2 := view(device.Float32, 768), view(device.Float32, 768), view(device.Float32, 2048)
	target := view(device.Int64, 2048)
	last := func(shape ...int) *device.View {
		v := view(device.Float32, shape...)
		c, h, w := shape[1], shape[2], shape[3]
		v.Stride = [device.MaxRank]int{c * h * w, 1, w * c, c}
		return v
	}
	image, small, dimage := last(8, 64, 56, 56), last(8, 64, 28, 28), last(8, 64, 56, 56)
	c, c2, c3 := view(device.Float32, 64), view(device.Float32, 64), view(device.Float32, 64)
	winner := view(device.Uint8, 8, 64, 28, 28)
	winner.Stride = small.Stride
	pool := device.Attr{Window: device.Window{Axes: 2, Size: [3]int{2, 2}, Stride: [3]int{2, 2}, Dilation: [3]int{1, 1}}}
	rows := view(device.Int64, 2048)
	for _, w := range []work{
		{op: device.Softmax, out: v(y), in: v(x)},
		{op: device.LogSoftmaxGrad, out: v(y), in: v(x, x)},
		{op: device.CrossEntropy, out: v(n, n2), in: v(x, target)},
		{op: device.CrossEntropyGrad, out: v(y), in: v(n, x, target, n2)},
		{op: device.LayerNorm, out: v(y, n, n2), in: v(x, d, d)},
		{op: device.LayerNormGrad, out: v(y, d2, d3), in: v(x, x, d, n, n2)},
		{op: device.BatchNorm, out: v(dimage, c2, c3), in: v(image, c, c)},
		{op: device.BatchNormGrad, out: v(dimage, c2, c3), in: v(image, image, c, c, c)},
		{op: device.MaxPool, attr: pool, out: v(small, winner), in: v(image)},
		{op: device.MaxPoolGrad, attr: pool, out: v(dimage), in: v(small, winner)},
		{op: device.AvgPool, attr: pool, out: v(small), in: v(image)},
		{op: device.AvgPoolGrad, attr: pool, out: v(dimage), in: v(small)},
		{op: device.Dropout, attr: device.Attr{Scalars: [8]float64{0.1}}, out: v(y), in: v(x)},
		{op: device.Gelu, out: v(y), in: v(x)},
		{op: device.Gather, out: v(y), in: v(x, rows)},
		{op: device.ScatterAdd, out: v(y), in: v(x, rows)},
		{op: device.SGD, attr: device.Attr{Scalars: [8]float64{0, 0.9, 0, 0, 0, 1}}, out: v(y, view(device.Float32, 2048, 768)), in: v(x)},
		{op: device.Random, attr: device.Attr{Flag: true}, out: v(y)},
	} {
		size := int64(4 * w.out[0].Len())
		if len(w.in) > 0 {
			size = int64(4 * w.in[0].Len())
		}
		b.Run(w.op.String(), func(b *testing.B) {
			b.SetBytes(size)
			b.ReportAllocs()
			for b.Loop() {
				cpu.Device.Run(&device.Call{Op: w.op, Attr: w.attr, Out: w.out, In: w.in})
			}
		})
	}
}
