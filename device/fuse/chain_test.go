package fuse_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/device/cpu"
	"github.com/jimu-ml/jimu/device/fuse"
)

// A counting device counts calls and allocations.
type counting struct {
	device.Device
	calls map[device.Op]int
	lent  map[device.Buffer]bool
	most  int
}

func count(d device.Device) *counting {
	return &counting{Device: d, calls: map[device.Op]int{}, lent: map[device.Buffer]bool{}}
}

func (d *counting) Run(c *device.Call) bool {
	d.calls[c.Op]++
	return d.Device.Run(c)
}

func (d *counting) Alloc(t device.DType, n int) device.Buffer {
	b := d.Device.Alloc(t, n)
	d.lent[b] = true
	d.most = max(d.most, len(d.lent))
	return b
}

func (d *counting) Free(b device.Buffer) {
	delete(d.lent, b)
	d.Device.(device.Recycler).Free(b)
}

func filled(d device.Device, value float64, shape ...int) *device.View {
	v := &device.View{Buffer: d.Alloc(device.Float32, length(shape))}
	v.SetRowMajor(shape...)
	d.Run(&device.Call{Op: device.Fill, Attr: device.Attr{Scalars: [8]float64{value}}, Out: []*device.View{v}})
	return v
}

func length(shape []int) int {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return n
}

// sixfold runs mul, add, relu, neg, exp, mul, and gives back what it made on the way. The calls are the caller's, so that
// they are not made anew.
type sixfold struct {
	d     device.Device
	x, b  *device.View
	views [6]device.View
	calls [6]device.Call
}

func newSixfold(d device.Device, n int) *sixfold {
	s := &sixfold{d: d, x: filled(d, 0.5, n), b: filled(d, -0.75, n)}
	ops := [6]device.Op{device.Mul, device.Add, device.Relu, device.Neg, device.Exp, device.Mul}
	from := s.x
	for i, op := range ops {
		s.views[i] = *s.x
		c := &s.calls[i]
		c.Op, c.Out, c.In = op, []*device.View{&s.views[i]}, []*device.View{from}
		if op.Elementwise() == 2 {
			c.In = append(c.In, s.b)
		}
		from = &s.views[i]
	}
	return s
}

func (s *sixfold) run(y *device.View) {
	n := s.x.Len()
	for i := range s.calls {
		if i == 5 {
			s.views[i] = *y
		} else {
			s.views[i].Buffer = s.d.Alloc(device.Float32, n)
		}
		s.d.Run(&s.calls[i])
		if i > 0 {
			s.d.(device.Recycler).Free(s.views[i-1].Buffer)
		}
	}
	_ = s.d.Sync()
}

// TestChain checks that a chain is one call that takes no memory on its way.
func TestChain(t *testing.T) {
	inner := count(cpu.Device)
	d := fuse.New(inner)
	s := newSixfold(d, 5000)
	y := filled(d, 0, 5000)
	s.run(y) // Relu is asked for once before it may wait
	clear(inner.calls)
	inner.most = 0
	s.run(y)
	if inner.calls[device.Fused] != 1 || len(inner.calls) != 1 {
		t.Errorf("the device got %v", inner.calls)
	}
	if inner.most != 0 || len(inner.lent) != 3 {
		t.Errorf("%d buffers were taken on the way, %d are left", inner.most, len(inner.lent))
	}
	for _, v := range []*device.View{s.x, s.b, y} {
		d.Free(v.Buffer)
	}
	if len(inner.lent) != 0 {
		t.Errorf("%d buffers were not given back", len(inner.lent))
	}
}

// TestDead checks that what is given back before it was asked for is not computed, and that what a waiting call reads is
// kept until then.
func TestDead(t *testing.T) {
	inner := count(cpu.Device)
	d := fuse.New(inner)
	x, y, z := filled(d, 2, 10), filled(d, 0, 10), filled(d, 0, 10)
	run := func(op device.Op, out *device.View, in ...*device.View) {
		d.Run(&device.Call{Op: op, Out: []*device.View{out}, In: in})
	}
	run(device.Exp, y, x)
	d.Free(y.Buffer)
	if _ = d.Sync(); inner.calls[device.Exp]+inner.calls[device.Fused] != 0 {
		t.Error("a dead value was computed")
	}
	run(device.Mul, z, x, x)
	run(device.Mul, z, z, z) // in place
	d.Free(x.Buffer)
	got := make([]float32, 10)
	run(device.Copy, &device.View{Buffer: cpu.Of(got), Rank: 1, Shape: z.Shape, Stride: z.Stride}, z)
	if got[0] != 16 {
		t.Errorf("(2·2)² is %v", got[0])
	}
	defer func() {
		if _, ok := recover().(device.BufferError); !ok {
			t.Error("a buffer can be given back twice")
		}
	}()
	d.Free(x.Buffer)
}

func TestAllocations(t *testing.T) {
	if slow {
		t.Skip("the race detector makes pools forget")
	}
	d := fuse.New(cpu.Device)
	s, y := newSixfold(d, 5000), filled(d, 0, 5000)
	s.run(y)
	if n := testing.AllocsPerRun(50, func() { s.run(y) }); n > 16 { // six buffers and a batch
		t.Errorf("a chain of six calls makes %v objects", n)
	}
}

func BenchmarkChain(b *testing.B) {
	for _, n := range []int{4 << 10, 128 << 10, 1 << 20, 16 << 20} {
		devices := map[string]device.Device{"unfused": cpu.Device, "fused": fuse.New(cpu.Device)}
		for _, name := range []string{"unfused", "fused"} {
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				d := devices[name]
				s, y := newSixfold(d, n), filled(d, 0, n)
				least := time.Hour
				for b.Loop() {
					begin := time.Now()
					s.run(y)
					least = min(least, time.Since(begin))
				}
				b.ReportMetric(float64(least.Nanoseconds())/float64(n), "best-ns/elem")
			})
		}
	}
}
