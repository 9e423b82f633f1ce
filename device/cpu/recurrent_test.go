package cpu_test

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/device/cpu"
	"github.com/jimu-ml/jimu/internal/parallel"
)

// TestRecurrentThreads checks that recurrences and their gradients have the same bits on any number of processors,
// whether these divide the examples or the units.
func TestRecurrentThreads(t *testing.T) {
	defer parallel.SetThreads(0)
	for _, size := range [][3]int{{2, 3, 200}, {33, 5, 40}} {
		n, steps, h := size[0], size[1], size[2]
		one := func(shape ...int) *device.View { return view(device.Float32, shape...) }
		seq, dy, state, cell := []int{n, steps, h}, random(1, n, steps, h), random(2, n, h), random(3, n, h)
		w4, w3, b4 := random(4, 4*h, h), random(5, 3*h, h), random(6, 4*h)
		for _, back := range []bool{false, true} {
			var want [][]byte
			for _, threads := range []int{1, 2, 5} {
				parallel.SetThreads(threads)
				gates4, gates3 := random(7, n, steps, 4*h), random(8, n, steps, 3*h)
				y4, cells, y3, q := one(seq...), one(seq...), one(seq...), one(seq...)
				d4, d3, dq := one(n, steps, 4*h), one(n, steps, 3*h), one(seq...)
				dh4, dc4, dh3 := one(n, h), one(n, h), one(n, h)
				for _, c := range []*device.Call{
					{Op: device.LSTM, Out: v(y4, cells, gates4), In: v(w4, b4, state, cell)},
					{Op: device.LSTMGrad, Out: v(d4, dh4, dc4), In: v(dy, cell, w4, cell, cells, gates4)},
					{Op: device.GRU, Out: v(y3, q, gates3), In: v(w3, nil, state)},
					{Op: device.GRUGrad, Out: v(d3, dq, dh3), In: v(dy, w3, state, y3, gates3, q)},
				} {
					c.Flag = back
					if !cpu.Device.Run(c) {
						t.Fatal(c.Op, "is refused")
					}
				}
				var got [][]byte
				for _, o := range v(y4, cells, gates4, d4, dh4, dc4, y3, q, gates3, d3, dq, dh3) {
					got = append(got, bytes.Clone(o.Buffer.(device.HostBuffer).Bytes()[:4*o.Len()]))
				}
				if threads == 1 {
					want = got
				}
				for i := range got {
					if !bytes.Equal(got[i], want[i]) {
						t.Errorf("%v, back %v: result %d with %d threads is not as with 1", size, back, i, threads)
					}
				}
			}
		}
	}
}

func BenchmarkRecurrent(b *testing.B) {
	const n, steps, h = 32, 64, 256
	one := func(shape ...int) *device.View { return view(device.Float32, shape...) }
	gates, w, y, cells := random(1, n, steps, 4*h), random(2, 4*h, h), one(n, steps, h), one(n, steps, h)
	dy, d := random(3, n, steps, h), one(n, steps, 4*h)
	defer parallel.SetThreads(0)
	for _, threads := range []int{1, 2} {
		for _, c := range []*device.Call{
			{Op: device.LSTM, Out: v(y, cells, gates), In: v(w, nil, nil, nil)},
			{Op: device.LSTMGrad, Out: v(d), In: v(dy, nil, w, nil, cells, gates)},
		} {
			b.Run(fmt.Sprintf("%v/%d", c.Op, threads), func(b *testing.B) {
				parallel.SetThreads(threads)
				for b.Loop() {
					cpu.Device.Run(c)
				}
				b.ReportMetric(2*n*steps*4*h*h/(b.Elapsed().Seconds()/float64(b.N))/1e9, "GFLOP/s")
			})
		}
	}
}
