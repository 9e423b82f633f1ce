package cpu_test

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/device/cpu"
	"github.com/jimu-ml/jimu/internal/parallel"
)

// random returns a view of normal numbers, the same at every call with the same seed.
func random(seed uint64, shape ...int) *device.View {
	v := view(device.Float32, shape...)
	run(device.Random, device.Attr{Key: [2]uint64{seed, 0}, Flag: true}, v)
	return v
}

func run(op device.Op, a device.Attr, out *device.View, in ...*device.View) {
	cpu.Device.Run(&device.Call{Op: op, Attr: a, Out: []*device.View{out}, In: in})
}

// A work is a call that is worth several processors; what it leaves in its outputs is compared.
type work struct {
	op      device.Op
	attr    device.Attr
	out, in []*device.View
}

func (w work) String() string {
	return fmt.Sprintf("%s %v", w.op, w.in[0].Dims())
}

func v(views ...*device.View) []*device.View { return views }

func works() []work {
	x, y, row := random(1, 777, 333), random(2, 777, 333), random(3, 333)
	image := random(4, 3, 40, 41, 42)
	last := *random(5, 3, 41, 42, 40)
	last.Shape, last.Stride = image.Shape, [device.MaxRank]int{41 * 42 * 40, 1, 42 * 40, 40}
	index := view(device.Int64, 777)
	run(device.Copy, device.Attr{}, index, random(6, 777))
	run(device.Mul, device.Attr{}, index, index, index)
	one := func(shape ...int) *device.View { return view(device.Float32, shape...) }
	pool := device.Attr{Window: device.Window{Axes: 2, Size: [3]int{3, 3}, Stride: [3]int{2, 2}, Dilation: [3]int{1, 1}}}
	p, winner := one(3, 40, 20, 20), view(device.Uint8, 3, 40, 20, 20)
	ws := []work{
		{op: device.Exp, in: v(x)},
		{op: device.Add, in: v(x, row)},
		{op: device.Random, attr: device.Attr{Key: [2]uint64{7, 8}}, in: v(x)},
		{op: device.Sum, out: v(one(1, 1)), in: v(x)},
		{op: device.Sum, out: v(one(777, 1)), in: v(x)},
		{op: device.Sum, out: v(one(1, 333)), in: v(x)},
		{op: device.Sum, out: v(one(1, 40, 1, 1)), in: v(image)},
		{op: device.Sum, out: v(one(1, 40, 1, 1)), in: v(&last)},
		{op: device.Sum, out: v(one(3, 1, 41, 42)), in: v(image)},
		{op: device.Prod, out: v(one(1, 333)), in: v(x)},
		{op: device.ArgMax, out: v(view(device.Int64, 1, 333)), in: v(x)},
		{op: device.MatMul, out: v(one(777, 555)), in: v(x, random(8, 333, 555))},
		{op: device.LinearGelu, out: v(one(777, 555), one(777, 555)), in: v(x, random(8, 555, 333), random(15, 555))},
		{op: device.LinearGelu, out: v(one(130, 555)), in: v(random(2, 130, 333), random(8, 555, 333), nil)},
		{op: device.Gather, in: v(x, index)},
		{op: device.ScatterAdd, in: v(x, index)},
		{op: device.SumSquare, out: v(one()), in: v(x)},
		{op: device.Softmax, in: v(x)},
		{op: device.Dropout, in: v(x)},
		{op: device.LayerNorm, out: v(one(777, 333), one(777), one(777)), in: v(x, row, row)},
		{op: device.LayerNormGrad, out: v(one(777, 333), one(333), one(333)), in: v(x, y, row, random(9, 777), random(10, 777))},
		{op: device.BatchNorm, out: v(one(3, 40, 41, 42), one(40), one(40)), in: v(image, random(11, 40), random(12, 40))},
		{
			op: device.BatchNormGrad, out: v(one(3, 40, 41, 42), one(40), one(40)),
			in: v(image, &last, random(11, 40), random(12, 40), random(13, 40)),
		},
		{op: device.MaxPool, attr: pool, out: v(p, winner), in: v(&last)},
		{op: device.MaxPoolGrad, attr: pool, out: v(one(3, 40, 41, 42)), in: v(random(14, 3, 40, 20, 20), winner)},
		{op: device.AvgPoolGrad, attr: pool, out: v(one(3, 40, 41, 42)), in: v(random(14, 3, 40, 20, 20))},
	}
	for i := range ws {
		if w := &ws[i]; w.out == nil {
			w.out = v(one(777, 333))
		}
	}
	return ws
}

// TestThreads checks that results have the same bits on any number of processors.
func TestThreads(t *testing.T) {
	defer parallel.SetThreads(0)
	ws := works()
	want := make([][][]byte, len(ws))
	for _, n := range []int{1, 2, 5} {
		parallel.SetThreads(n)
		for i, w := range ws {
			if w.op == device.ScatterAdd {
				run(device.Fill, device.Attr{}, w.out[0])
			}
			c := &device.Call{Op: w.op, Attr: w.attr, Out: w.out, In: w.in}
			if w.op == device.Random {
				c.In = nil
			}
			if !cpu.Device.Run(c) {
				t.Fatalf("%v is refused", w)
			}
			for k, o := range w.out {
				got := o.Buffer.(device.HostBuffer).Bytes()[:o.Len()*o.DType.Bytes()]
				if n == 1 {
					want[i] = append(want[i], bytes.Clone(got))
				} else if !bytes.Equal(got, want[i][k]) {
					t.Errorf("%v: output %d with %d threads is not as with 1", w, k, n)
				}
			}
		}
	}
}
