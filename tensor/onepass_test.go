package tensor_test

import (
	"math"
	"slices"
	"testing"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/device/cpu"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// counting is the processor, with a count of its calls.
type counting struct {
	device.Device
	calls map[device.Op]int
}

func (d *counting) Run(c *device.Call) bool {
	ok := d.Device.Run(c)
	if ok {
		d.calls[c.Op]++
	}
	return ok
}

// TestOnePass checks that a program has the bits of its steps, and is one; that what is none falls back on the steps; and that results
// may be written over inputs.
func TestOnePass(t *testing.T) {
	type tensors = []*tensor.Tensor
	cases := map[string]struct {
		one bool // a single call
		f   func(x tensors) *tensor.Tensor
	}{
		"chain":        {true, func(x tensors) *tensor.Tensor { return x[0].Scale(3).Tanh().Mul(x[1]).Add(x[0]) }},
		"numbers":      {true, func(x tensors) *tensor.Tensor { return x[0].Maximum(x[0].FullLike(0.5)).Sub(x[1].FullLike(2)) }},
		"choice":       {true, func(x tensors) *tensor.Tensor { return tensor.Where(x[0].Less(x[1]), x[0].Exp(), x[1].Neg()) }},
		"squared":      {true, func(x tensors) *tensor.Tensor { y := x[0].Sub(x[1]); return y.Mul(y).Add(y.Abs().Sqrt()) }},
		"unused":       {true, func(x tensors) *tensor.Tensor { x[0].Exp(); y := x[1].Neg(); x[0].Sqrt(); return y.Abs() }},
		"unused chain": {true, func(x tensors) *tensor.Tensor { y := x[1].Neg().Mul(x[0]); x[0].Exp().Sqrt().Neg(); return y }},
		"input":        {false, func(x tensors) *tensor.Tensor { return x[1] }},
		"number":       {false, func(x tensors) *tensor.Tensor { return x[1].FullLike(2, x[1].Shape()...) }},
		"not so":       {false, func(x tensors) *tensor.Tensor { return x[1].Sub(x[0].Sum()) }},
		"a branch":     {false, func(x tensors) *tensor.Tensor { return x[0].CumSum(0).Neg().Exp() }},
	}
	for _, typ := range []device.DType{device.Float32, device.Float64, device.BFloat16} {
		for _, shape := range [][]int{{5}, {4096}, {3, 70, 101}} {
			d := &counting{cpu.Device, map[device.Op]int{}}
			make := func(seed uint64) *tensor.Tensor {
				v := make([]float32, tensor.Zeros(shape...).Len())
				rng.New(seed).Next().Normal(v)
				v[0] = float32(math.NaN())
				return tensor.Of(v, shape...).Cast(typ).To(d)
			}
			x := tensors{make(1), make(2).Transpose(0, -1).Contiguous().Transpose(0, -1)}
			for name, c := range cases {
				want := c.f(x)
				clear(d.calls)
				got := tensor.OnePass(c.f, x...)
				if !equalBits(got, want) {
					t.Errorf("%s of %s %v: not the bits of its steps", name, typ, shape)
				}
				if one := d.calls[device.Fused] == 1; one != (c.one && typ != device.BFloat16 && got.Len() >= 4096) {
					t.Errorf("%s of %s %v: one pass is %v", name, typ, shape, one)
				}
			}
			if len(shape) > 1 {
				w := x[0].Select(1, 0).Unsqueeze(1) // broadcast along a middle axis
				mul := func(x tensors) *tensor.Tensor { return x[0].Mul(x[1]).Add(x[0]) }
				if !equalBits(tensor.OnePass(mul, x[0], w), mul(tensors{x[0], w})) {
					t.Errorf("broadcast, %s %v: not the bits of the steps", typ, shape)
				}
			}
			change := func(x tensors) tensors {
				x[0].CopyFrom(x[0].Scale(0.5).Add(x[1]))
				x[1].CopyFrom(x[1].Sub(x[0]))
				return x
			}
			y, z := tensors{x[0].Clone(), x[1].Clone()}, tensors{x[0].Clone(), x[1].Clone()}
			change(y)
			tensor.OnePassInto(z, change, z...)
			if !equalBits(y[0], z[0]) || !equalBits(y[1], z[1]) {
				t.Errorf("changes in place, %s %v: not the bits of the steps", typ, shape)
			}
			f := func(x tensors) tensors { y := x[0].Add(x[1]); return tensors{y, x[0].Mul(y).Sub(x[1])} }
			want := f(x)
			tensor.OnePassInto(x, f, x...)
			if !equalBits(x[0], want[0]) || !equalBits(x[1], want[1]) {
				t.Errorf("over the inputs, %s %v: not the bits of the steps", typ, shape)
			}
		}
	}
}

func equalBits(a, b *tensor.Tensor) bool {
	same := func(x, y float64) bool { return math.Float64bits(x) == math.Float64bits(y) || x != x && y != y }
	return slices.EqualFunc(tensor.Values[float64](a), tensor.Values[float64](b), same)
}
