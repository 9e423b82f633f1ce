package cpu_test

import (
	"bytes"
	"fmt"
	"runtime"
	"slices"
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

// TestAttentionOfHalves checks that attention of 16-bit numbers is that of the same numbers in float32, rounded: with heads
// between the tokens, one behind the other, and with a last axis that is not contiguous.
func TestAttentionOfHalves(t *testing.T) {
	const b, n, h, g, d = 2, 70, 4, 2, 20
	for name, order := range map[string][]int{"between": nil, "behind": {0, 1, 2, 3}, "columns": {0, 1, 3, 2}} {
		half := func(v *device.View) *device.View {
			w := *v
			if w.Buffer, w.DType = cpu.Device.Alloc(device.BFloat16, b*n*(h+2*g)*d), device.BFloat16; order != nil {
				w.Offset = 0
				for k, step := 3, 1; k >= 0; k-- {
					w.Stride[order[k]] = step
					step *= w.Shape[order[k]]
				}
			}
			run(device.Copy, device.Attr{}, &w, v)
			return &w
		}
		rounded := func(v *device.View) *device.View {
			w := half(v)
			run(device.Copy, device.Attr{}, v, w)
			return w
		}
		f, back := attentionCalls(b, n, h, g, d, true)
		f16 := &device.Call{Op: f.Op, Attr: f.Attr, In: v(rounded(f.In[0]), rounded(f.In[1]), rounded(f.In[2]), nil)}
		f16.Out = v(half(f.Out[0]), view(device.Float32, b, h, n), view(device.Float32, b, h, n))
		back16 := &device.Call{Op: back.Op, Attr: back.Attr, Out: v(half(back.Out[0]), half(back.Out[1]), half(back.Out[2]))}
		back16.In = slices.Concat(v(rounded(back.In[0])), f16.In, f16.Out)
		for _, c := range []*device.Call{f, f16, back, back16} {
			if !cpu.Device.Run(c) {
				t.Fatalf("%s: %v is refused", name, c.Op)
			}
		}
		for i, want := range slices.Concat(f.Out[:1], back.Out) {
			got, a, z := slices.Concat(f16.Out[:1], back16.Out)[i], view(device.BFloat16, want.Dims()...), view(device.BFloat16, want.Dims()...)
			run(device.Copy, device.Attr{}, a, want)
			run(device.Copy, device.Attr{}, z, got)
			if n := 2 * want.Len(); !bytes.Equal(a.Buffer.(device.HostBuffer).Bytes()[:n], z.Buffer.(device.HostBuffer).Bytes()[:n]) {
				t.Errorf("%s: result %d is not that of float32, rounded", name, i)
			}
		}
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
