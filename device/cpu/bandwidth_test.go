package cpu_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/device/cpu"
	"github.com/jimu-ml/jimu/internal/parallel"
)

// BenchmarkBandwidth measures what memory bounds, in GB/s of the bytes that an operation must read and write, and as a
// share of what copying with Go's copy, by as many processors, moves in the same rounds: at a size that caches hold, and at
// one that no cache does.
func BenchmarkBandwidth(b *testing.B) {
	defer parallel.SetThreads(0)
	for _, n := range []int{1 << 17, 1 << 26} {
		for _, threads := range []int{1, 2} {
			var calls []bandwidth // made when they are needed: they take a gigabyte
			for i, name := range bandwidthNames {
				b.Run(fmt.Sprintf("%s/%d/%d", name, n, threads), func(b *testing.B) {
					if calls == nil {
						calls = bandwidths(n)
					}
					parallel.SetThreads(threads)
					calls[i].measure(b, n, threads)
				})
			}
		}
	}
}

// A bandwidth is a call and the bytes that it must move for an element.
type bandwidth struct {
	bytes int
	call  device.Call
}

var bandwidthNames = []string{
	"Copy", "Fill", "Relu", "Add", "AddInPlace", "MulScalar", "AddRow", "MulColumn", "Exp", "Gelu", "ReluGrad",
	"Sum", "SumSquare", "Max", "SumFirst", "SumLast", "SumMiddle", "SumOuterAndInner", "Transpose", "TransposeWide", "Permute",
	"Softmax", "LayerNorm", "Adam", "AdamW", "SGD", "SGDMomentum", "Uniform", "Normal", "Dropout",
}

// bandwidths returns the calls of bandwidthNames, on n elements.
func bandwidths(n int) []bandwidth {
	x, y, z, m := view(device.Float32, n), view(device.Float32, n), view(device.Float32, n), view(device.Float32, n)
	shaped := func(v *device.View, shape ...int) *device.View {
		w := *v
		w.SetRowMajor(shape...)
		return &w
	}
	crossed := func(v *device.View) *device.View { // [a b …] → [b a …]
		w := *v
		w.Shape[0], w.Shape[1] = w.Shape[1], w.Shape[0]
		w.Stride[0], w.Stride[1] = w.Stride[1], w.Stride[0]
		return &w
	}
	one := func(shape ...int) *device.View { return view(device.Float32, shape...) }
	call := func(bytes int, op device.Op, a device.Attr, out []*device.View, in ...*device.View) bandwidth {
		return bandwidth{bytes, device.Call{Op: op, Attr: a, Out: out, In: in}}
	}
	r, c := 512, n/512
	cube, turned := []int{n / 4096, 64, 64}, []int{64, n / 4096, 64}
	var none device.Attr
	adam := device.Attr{Scalars: [8]float64{1e-3, 0.9, 0.999, 1e-8, 0.01, 3, 1}}
	adamW, sgd := adam, device.Attr{Scalars: [8]float64{1e-3, 0.9, 0, 0, 0, 1}}
	adamW.Flag = true
	rows := shaped(x, c, r)
	return []bandwidth{
		call(8, device.Copy, none, v(y), x),
		call(4, device.Fill, none, v(y)),
		call(8, device.Relu, none, v(y), x),
		call(12, device.Add, none, v(y), x, z),
		call(12, device.Add, none, v(y), y, x),
		call(8, device.MulScalar, sgd, v(y), x),
		call(8, device.Add, none, v(shaped(y, c, r)), rows, one(r)),
		call(8, device.Mul, none, v(shaped(y, c, r)), rows, one(c, 1)),
		call(8, device.Exp, none, v(y), x),
		call(8, device.Gelu, none, v(y), x),
		call(12, device.ReluGrad, none, v(y), x, z),
		call(4, device.Sum, none, v(one(1)), x),
		call(4, device.SumSquare, none, v(one()), x),
		call(4, device.Max, none, v(one(1)), x),
		call(4, device.Sum, none, v(one(1, r)), rows),
		call(4, device.Sum, none, v(one(c, 1)), rows),
		call(4, device.Sum, none, v(one(cube[0], 1, 64)), shaped(x, cube...)),
		call(4, device.Sum, none, v(one(1, 64, 1)), shaped(x, cube...)),
		call(8, device.Copy, none, v(shaped(y, r, c)), crossed(rows)),
		call(8, device.Copy, none, v(shaped(y, c, r)), crossed(shaped(x, r, c))),
		call(8, device.Copy, none, v(shaped(y, turned...)), crossed(shaped(x, cube...))),
		call(8, device.Softmax, none, v(shaped(y, c, r)), rows),
		call(8, device.LayerNorm, adam, v(shaped(y, c, r), one(c), one(c)), rows, one(r), one(r)),
		call(28, device.Adam, adam, v(y, z, m), x),
		call(28, device.Adam, adamW, v(y, z, m), x),
		call(12, device.SGD, sgd, v(y, nil), x),
		call(20, device.SGD, sgd, v(y, z), x),
		call(4, device.Random, none, v(y)),
		call(4, device.Random, device.Attr{Flag: true}, v(y)),
		call(8, device.Dropout, device.Attr{Scalars: [8]float64{0.1}}, v(y), x),
	}
}

// measure reports the best of the rounds, in each of which it also copies.
func (o *bandwidth) measure(b *testing.B, n, threads int) {
	from, to := make([]float32, n), make([]float32, n)
	for i := range from {
		from[i], to[i] = 1, 1
	}
	rate := func(bytes int, f func()) float64 {
		rounds := max(1, 1<<24/n)
		begin := time.Now()
		for range rounds {
			f()
		}
		return float64(rounds*bytes*n) / time.Since(begin).Seconds() / 1e9
	}
	var best, copied float64
	for b.Loop() {
		copied = max(copied, rate(8, func() {
			parallel.For(n, (n+threads-1)/threads, func(lo, hi int) { copy(to[lo:hi], from[lo:hi]) })
		}))
		best = max(best, rate(o.bytes, func() {
			if !cpu.Device.Run(&o.call) {
				b.Fatal(o.call.Op, "is refused")
			}
		}))
	}
	b.ReportMetric(best, "GB/s")
	b.ReportMetric(best/copied, "of-copy")
	b.ReportMetric(0, "ns/op")
}
