package cpu_test

import (
	"bytes"
	"fmt"
	"runtime"
	"testing"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/device/cpu"
	"github.com/jimu-ml/jimu/internal/kernel"
	"github.com/jimu-ml/jimu/internal/parallel"
)

// attentionCalls returns an attention and its gradient, of parts of one projection [b t h+2g d].
func attentionCalls(b, t, h, g, d int, causal bool) (forward, backward *device.Call) {
	part := func(of *device.View, from, n int) *device.View {
		p := *of
		p.Offset += from * d
		p.Shape = [device.MaxRank]int{b, n, t, d}
		p.Stride = [device.MaxRank]int{of.Stride[0], d, of.Stride[1], 1}
		return &p
	}
	parts := func(of *device.View) []*device.View { return v(part(of, 0, h), part(of, h, g), part(of, h+g, g)) }
	x, dx, dy := random(1, b, t, h+2*g, d), view(device.Float32, b, t, h+2*g, d), random(2, b, t, h, d)
	y := view(device.Float32, b, t, h, d)
	most, sum := view(device.Float32, b, h, t), view(device.Float32, b, h, t)
	a := device.Attr{Flag: causal}
	a.Scalars[0] = 0.125
	in := append(parts(x), nil)
	forward = &device.Call{Op: device.Attention, Attr: a, Out: v(part(y, 0, h), most, sum), In: in}
	backward = &device.Call{
		Op: device.AttentionGrad, Attr: a, Out: parts(dx),
		In: append(append(v(part(dy, 0, h)), in...), part(y, 0, h), most, sum),
	}
	return forward, backward
}

func copyOf(v *device.View) []byte {
	return bytes.Clone(v.Buffer.(device.HostBuffer).Bytes()[:4*v.Len()])
}

// TestAttentionThreads checks that attention has the same bits on any number of processors, also where there are fewer
// heads than processors.
func TestAttentionThreads(t *testing.T) {
	defer parallel.SetThreads(0)
	for _, set := range tested() {
		restore := kernel.Use(set)
		for _, heads := range []int{1, 12} {
			var want [][]byte
			for _, n := range []int{1, 2, 5} {
				parallel.SetThreads(n)
				f, b := attentionCalls(1, 300, heads, 1, 20, true)
				if !cpu.Device.Run(f) || !cpu.Device.Run(b) {
					t.Fatal("attention is refused")
				}
				for i, o := range append(f.Out, b.Out[0]) {
					all := *o
					if i != 1 && i != 2 {
						all.Shape[1], all.Shape[3] = 1, o.Stride[2] // the whole of what o is a part of
					}
					got := copyOf(&all)
					if n == 1 {
						want = append(want, got)
					} else if !bytes.Equal(got, want[i]) {
						t.Errorf("%s, %d heads: output %d with %d threads is not as with 1", set, heads, i, n)
					}
				}
			}
		}
		restore()
	}
}

// TestAttentionMemory has 4096 tokens: a matrix of tokens by tokens would take 64 MB.
func TestAttentionMemory(t *testing.T) {
	if raced {
		t.Skip("the race detector takes memory of its own")
	}
	f, b := attentionCalls(1, 4096, 1, 1, 16, true)
	var before, after runtime.MemStats
	idle := cpu.Stats().Idle
	runtime.ReadMemStats(&before)
	if !cpu.Device.Run(f) || !cpu.Device.Run(b) {
		t.Fatal("attention is refused")
	}
	runtime.ReadMemStats(&after)
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 4<<20 || cpu.Stats().Idle != idle {
		t.Errorf("attention took %d bytes, and %d of memory that was idle", grown, idle-cpu.Stats().Idle)
	}
}

func BenchmarkAttention(b *testing.B) {
	for _, c := range []struct{ b, t, h, d int }{{8, 256, 4, 64}, {1, 128, 12, 64}, {1, 2048, 8, 64}} {
		for _, causal := range []bool{false, true} {
			f, g := attentionCalls(c.b, c.t, c.h, c.h, c.d, causal)
			pairs := float64(c.b * c.h * c.t * c.t * c.d)
			if causal {
				pairs /= 2
			}
			for _, call := range []*device.Call{f, g} {
				products := 2.0
				if call == g {
					products = 5
				}
				b.Run(fmt.Sprintf("%v %v causal=%v", call.Op, c, causal), func(b *testing.B) {
					for b.Loop() {
						cpu.Device.Run(call)
					}
					b.ReportMetric(2*products*pairs*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
				})
			}
		}
	}
}
