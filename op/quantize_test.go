package op_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/jimu-ml/jimu/autograd"
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/device/cpu"
	"github.com/jimu-ml/jimu/internal/parallel"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// quantizedOf returns the inputs of a row of the table: x, the parts of the weight, and the bias.
func quantizedOf(bits, group int, x *tensor.Tensor, out int) []*tensor.Tensor {
	w := op.Quantize(wave(out, x.Dim(-1)), bits, group)
	return list(x, w.Data, w.Scale, wave(out))
}

func linearQuantized(bits, group int) call {
	return func(x []*tensor.Tensor) *tensor.Tensor {
		w := &op.Quantized{Format: device.Quantized{Bits: bits, Group: group}, Out: x[1].Dim(0), In: x[0].Dim(-1), Data: x[1], Scale: x[2]}
		return op.LinearQuantized(x[0], w, x[3])
	}
}

// linearFixed has a weight without a gradient.
func linearFixed(x []*tensor.Tensor) *tensor.Tensor {
	w := op.Quantize(wave(5, 40), 4, 32).To(x[0].Device())
	return op.LinearQuantized(x[0], w, x[1])
}

func int8Of(x *tensor.Tensor, out int) []*tensor.Tensor {
	w := op.QuantizeInt8(wave(out, x.Dim(-1)))
	return list(x, w.Data, w.Scale, w.Sum, wave(out))
}

func linearInt8(x []*tensor.Tensor) *tensor.Tensor {
	w := &op.Int8{Layout: device.Int8Panels{Out: x[4].Dim(0), In: x[0].Dim(-1)}, Data: x[1], Scale: x[2], Sum: x[3]}
	return op.LinearInt8(x[0], w, x[4])
}

var _ = []bool{
	register(sample{name: "LinearQuantized/4 bits", in: quantizedOf(4, 64, wave(3, 100), 7), call: linearQuantized(4, 64), shape: []int{3, 7}, order: -1}),
	register(sample{name: "LinearQuantized/8 bits", in: quantizedOf(8, 32, wave(2, 2, 70), 33), call: linearQuantized(8, 32), shape: []int{2, 2, 33}, order: -1}),
	register(sample{name: "LinearQuantized/many rows", in: quantizedOf(4, 32, wave(20, 65), 70), call: linearQuantized(4, 32), shape: []int{20, 70}, order: -1}),
	register(sample{name: "LinearQuantized/gradient", in: list(wave(3, 40), wave(5)), call: linearFixed, shape: []int{3, 5}}),
	register(sample{name: "LinearInt8", in: int8Of(wave(3, 100), 40), call: linearInt8, shape: []int{3, 40}, order: -1, misuse: []misuse{
		{"LinearInt8: a weight [3 4] does not fit the last axis of [2 5]", func() { op.LinearInt8(wave(2, 5), op.QuantizeInt8(wave(3, 4)), nil) }},
		{"LinearInt8: it has no gradient", func() { op.LinearInt8(wave(2, 4).Watch(), op.QuantizeInt8(wave(3, 4)), nil) }},
		{"LinearInt8: bias [4] is not [3]", func() { op.LinearInt8(wave(2, 4), op.QuantizeInt8(wave(3, 4)), wave(4)) }},
		{"LinearQuantized: a weight [3 4] does not fit the last axis of [2 5]", func() { op.LinearQuantized(wave(2, 5), op.Quantize(wave(3, 4), 4, 0), nil) }},
		{"Quantize: 5 bits in groups of 64", func() { op.Quantize(wave(3, 4), 5, 64) }},
		{"Quantize: 4 bits in groups of 50", func() { op.Quantize(wave(3, 4), 4, 50) }},
		{"Quantize: weight [4] is not [out in]", func() { op.Quantize(wave(4), 4, 0) }},
		{"Quantize: the weight holds NaN", func() { op.Quantize(tensor.Full(math.NaN(), 2, 2), 4, 0) }},
	}}),
	register(sample{name: "LinearInt8/rank 3", in: int8Of(wave(2, 40, 65), 33), call: linearInt8, shape: []int{2, 40, 33}, order: -1}),
}

// A quantized weight is off by at most half a step, except at the upper end of 4 bits, which has no 8.
func TestQuantizeRoundsToNearest(t *testing.T) {
	w := wave(6, 150)
	for _, bits := range []int{4, 8} {
		q := op.Quantize(w, bits, 32)
		got, want, scale := tensor.Values[float64](q.Dequantize(device.Float64)), tensor.Values[float64](w), q.Scale.Floats()
		for i, v := range want {
			s := math.Abs(float64(scale[i/150*5+i%150/32]))
			limit := 0.5001 * s
			if bits == 4 {
				limit = 1.0001 * s
			}
			if math.Abs(got[i]-v) > limit+1e-9 {
				t.Errorf("%d bits, weight %d: %v became %v, in steps of %v", bits, i, v, got[i], s)
			}
		}
	}
	for _, x := range []float64{0, 1e-40, 3e38, -3e38} {
		for _, bits := range []int{4, 8} {
			q := op.Quantize(tensor.Full(x, 1, 3), bits, 0).Dequantize(device.Float64)
			if got := q.Max().Item(); math.Abs(got-x) > 1e-2*math.Abs(x)+1e-38 {
				t.Errorf("%d bits: %v became %v", bits, x, got)
			}
		}
	}
}

func TestLinearInt8OfWhatIsNotFinite(t *testing.T) {
	w := op.QuantizeInt8(wave(3, 4).Cast(device.Float32))
	x := tensor.Of([]float32{1, 2, 3, 4, 1, float32(math.NaN()), 1, 1, float32(math.Inf(1)), 1, 1, 1, 0, 0, 0, 0}, 4, 4)
	y := op.LinearInt8(x, w, nil).Floats()
	for i, v := range y {
		if nan := i/3 == 1 || i/3 == 2; (v != v) != nan {
			t.Errorf("row %d has %v", i/3, v)
		}
	}
	if y[9] != 0 {
		t.Errorf("a row of zeros gives %v", y[9])
	}
}

// Products with quantized weights have the same bits on any number of processors, and few rows those of each alone.
func TestQuantizedBits(t *testing.T) {
	defer parallel.SetThreads(0)
	for _, rows := range []int{1, 3, 8, 100} {
		x, w := wave(rows, 700).Cast(device.Float32), wave(900, 700).Cast(device.Float32)
		q4, q8, i8 := op.Quantize(w, 4, 64), op.Quantize(w, 8, 0), op.QuantizeInt8(w)
		for name, f := range map[string]call{
			"4 bits": func(x []*tensor.Tensor) *tensor.Tensor { return op.LinearQuantized(x[0], q4, nil) },
			"8 bits": func(x []*tensor.Tensor) *tensor.Tensor { return op.LinearQuantized(x[0], q8, nil) },
			"int8":   func(x []*tensor.Tensor) *tensor.Tensor { return op.LinearInt8(x[0], i8, nil) },
		} {
			var want []float32
			for _, n := range []int{1, 2, 5} {
				parallel.SetThreads(n)
				got := f(list(x)).Floats()
				if want == nil {
					want = got
				}
				if !slices.Equal(got, want) {
					t.Errorf("%s, %d rows: %d threads give other bits", name, rows, n)
				}
			}
			if rows <= 8 {
				last := f(list(x.Slice(0, rows-1, rows))).Floats()
				if !slices.Equal(last, want[len(want)-900:]) {
					t.Errorf("%s: a row among %d has other bits than alone", name, rows)
				}
			}
		}
	}
}

// A gradient that passes through a fixed quantized weight, as that of an adapter beside it.
func TestLinearQuantizedGradientIsFused(t *testing.T) {
	x, w := wave(3, 64).Cast(device.Float32).Watch(), op.Quantize(wave(5, 64), 4, 0)
	y := op.LinearQuantized(x, w, nil)
	got := autograd.Backward(y.Sum()).Of(x).Floats()
	want := tensor.Ones(3, 5).MatMul(w.Dequantize(device.Float32)).Floats()
	if !slices.Equal(got, want) {
		t.Errorf("dx %v, want %v", got[:5], want[:5])
	}
}

func BenchmarkDecode(b *testing.B) {
	const n = 4096
	x := tensor.Ones(1, n)
	w := tensor.New(cpu.Device, device.Float32, n, n).Fill(0.01)
	q4, q8, i8, h := op.Quantize(w, 4, 64), op.Quantize(w, 8, 0), op.QuantizeInt8(w), w.Cast(device.BFloat16)
	x16 := x.Cast(device.BFloat16)
	for _, threads := range []int{1, 2} {
		for _, c := range []struct {
			name  string
			bytes int
			run   func()
		}{
			{"float32", 4 * n * n, func() { op.Linear(x, w, nil) }},
			{"bfloat16", 2 * n * n, func() { op.Linear(x16, h, nil) }},
			{"8 bits", n * n, func() { op.LinearQuantized(x, q8, nil) }},
			{"4 bits", n * n / 2, func() { op.LinearQuantized(x, q4, nil) }},
			{"int8", n * n, func() { op.LinearInt8(x, i8, nil) }},
		} {
			b.Run(fmt.Sprintf("threads %d/%s", threads, c.name), func(b *testing.B) {
				parallel.SetThreads(threads)
				defer parallel.SetThreads(0)
				b.SetBytes(int64(c.bytes))
				for b.Loop() {
					c.run()
				}
			})
		}
	}
}
