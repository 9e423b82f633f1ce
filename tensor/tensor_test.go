package tensor_test

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jimu-ml/jimu/autograd"
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

type inputs = []*tensor.Tensor

// A sample is one method on inputs, which goes through every check of TestAll.
type sample struct {
	name  string
	in    inputs
	call  func(x inputs) *tensor.Tensor
	shape []int
}

// from returns distinct float32 numbers between lo and hi.
func from(lo, hi float32, shape ...int) *tensor.Tensor {
	n := 1
	for _, d := range shape {
		n *= d
	}
	x := make([]float32, n)
	rng.KeyOf(uint64(n)).Uniform(x)
	for i := range x {
		x[i] = lo + (hi-lo)*x[i]
	}
	return tensor.Of(x, shape...)
}

var condition = tensor.Of([]bool{true, false, false, true, true, false}, 2, 3)

var samples = []sample{
	{"Add", inputs{from(-1, 1, 2, 3), from(-1, 1, 3)}, func(x inputs) *tensor.Tensor { return x[0].Add(x[1]) }, []int{2, 3}},
	{"Sub", inputs{from(-1, 1, 2, 3), from(-1, 1, 2, 1)}, func(x inputs) *tensor.Tensor { return x[0].Sub(x[1]) }, []int{2, 3}},
	{"Mul", inputs{from(-1, 1, 3), from(-1, 1, 2, 3)}, func(x inputs) *tensor.Tensor { return x[0].Mul(x[1]) }, []int{2, 3}},
	{"Div", inputs{from(-1, 1, 2, 3), from(0.5, 2, 3)}, func(x inputs) *tensor.Tensor { return x[0].Div(x[1]) }, []int{2, 3}},
	{"Pow", inputs{from(0.5, 2, 2, 3), from(-1, 2, 3)}, func(x inputs) *tensor.Tensor { return x[0].Pow(x[1]) }, []int{2, 3}},
	{"Maximum", inputs{from(-1, 1, 2, 3), from(-1, 1, 5, 2, 3)}, func(x inputs) *tensor.Tensor { return x[0].Maximum(x[1]) }, []int{5, 2, 3}},
	{"Minimum", inputs{from(-1, 1, 2, 3), from(-1, 1, 5, 2, 3)}, func(x inputs) *tensor.Tensor { return x[0].Minimum(x[1]) }, []int{5, 2, 3}},
	{"AddScalar", inputs{from(-1, 1, 4)}, func(x inputs) *tensor.Tensor { return x[0].AddScalar(2) }, []int{4}},
	{"Scale", inputs{from(-1, 1, 4)}, func(x inputs) *tensor.Tensor { return x[0].Scale(-3) }, []int{4}},
	{"PowScalar", inputs{from(0.5, 2, 4)}, func(x inputs) *tensor.Tensor { return x[0].PowScalar(2.5) }, []int{4}},
	{"Square", inputs{from(-1, 1, 4)}, func(x inputs) *tensor.Tensor { return x[0].Square() }, []int{4}},
	{"Neg", inputs{from(-1, 1, 4)}, func(x inputs) *tensor.Tensor { return x[0].Neg() }, []int{4}},
	{"Abs", inputs{from(0.2, 1, 4)}, func(x inputs) *tensor.Tensor { return x[0].Neg().Abs() }, []int{4}},
	{"Sign", inputs{from(0.2, 1, 4)}, func(x inputs) *tensor.Tensor { return x[0].Sign() }, []int{4}},
	{"Exp", inputs{from(-1, 1, 4)}, func(x inputs) *tensor.Tensor { return x[0].Exp() }, []int{4}},
	{"Log", inputs{from(0.5, 2, 4)}, func(x inputs) *tensor.Tensor { return x[0].Log() }, []int{4}},
	{"Sqrt", inputs{from(0.5, 2, 4)}, func(x inputs) *tensor.Tensor { return x[0].Sqrt() }, []int{4}},
	{"Sin", inputs{from(-3, 3, 4)}, func(x inputs) *tensor.Tensor { return x[0].Sin() }, []int{4}},
	{"Cos", inputs{from(-3, 3, 4)}, func(x inputs) *tensor.Tensor { return x[0].Cos() }, []int{4}},
	{"Tanh", inputs{from(-2, 2, 4)}, func(x inputs) *tensor.Tensor { return x[0].Tanh() }, []int{4}},
	{"Erf", inputs{from(-2, 2, 4)}, func(x inputs) *tensor.Tensor { return x[0].Erf() }, []int{4}},
	{"Floor", inputs{from(0.2, 0.8, 4)}, func(x inputs) *tensor.Tensor { return x[0].Floor() }, []int{4}},
	{"Ceil", inputs{from(0.2, 0.8, 4)}, func(x inputs) *tensor.Tensor { return x[0].Ceil() }, []int{4}},
	{"Round", inputs{from(0.6, 0.9, 4)}, func(x inputs) *tensor.Tensor { return x[0].Round() }, []int{4}},
	{"Where", inputs{condition, from(-1, 1, 2, 3), from(-1, 1, 3)}, func(x inputs) *tensor.Tensor { return tensor.Where(x[0], x[1], x[2]) }, []int{2, 3}},
	{"Sum", inputs{from(-1, 1, 2, 3, 4)}, func(x inputs) *tensor.Tensor { return x[0].Sum(0, -1) }, []int{3}},
	{"SumTo", inputs{from(-1, 1, 2, 3, 4)}, func(x inputs) *tensor.Tensor { return x[0].SumTo(3, 1) }, []int{3, 1}},
	{"Mean", inputs{from(-1, 1, 2, 3)}, func(x inputs) *tensor.Tensor { return x[0].Mean() }, []int{}},
	{"MeanKeep", inputs{from(-1, 1, 2, 3)}, func(x inputs) *tensor.Tensor { return x[0].MeanKeep(1) }, []int{2, 1}},
	{"Variance", inputs{from(-1, 1, 2, 3)}, func(x inputs) *tensor.Tensor { return x[0].Variance(0) }, []int{3}},
	{"Max", inputs{from(-1, 1, 2, 3)}, func(x inputs) *tensor.Tensor { return x[0].Max(1) }, []int{2}},
	{"Min", inputs{from(-1, 1, 2, 3)}, func(x inputs) *tensor.Tensor { return x[0].Min() }, []int{}},
	{"Prod", inputs{from(0.5, 2, 2, 3)}, func(x inputs) *tensor.Tensor { return x[0].Prod(0) }, []int{3}},
	{"Norm", inputs{from(-1, 1, 2, 3)}, func(x inputs) *tensor.Tensor { return x[0].Norm() }, []int{}},
	{"MatMul", inputs{from(-1, 1, 2, 3), from(-1, 1, 3, 4)}, func(x inputs) *tensor.Tensor { return x[0].MatMul(x[1]) }, []int{2, 4}},
	{"MatMul batched", inputs{from(-1, 1, 2, 1, 2, 3), from(-1, 1, 4, 3, 2)}, func(x inputs) *tensor.Tensor { return x[0].MatMul(x[1]) }, []int{2, 4, 2, 2}},
	{"Reshape", inputs{from(-1, 1, 2, 6)}, func(x inputs) *tensor.Tensor { return x[0].Reshape(3, -1) }, []int{3, 4}},
	{"Reshape of a transposed", inputs{from(-1, 1, 2, 6)}, func(x inputs) *tensor.Tensor { return x[0].T().Reshape(4, 3) }, []int{4, 3}},
	{"Permute", inputs{from(-1, 1, 2, 3, 4)}, func(x inputs) *tensor.Tensor { return x[0].Permute(2, 0, 1) }, []int{4, 2, 3}},
	{"Expand", inputs{from(-1, 1, 3, 1)}, func(x inputs) *tensor.Tensor { return x[0].Expand(2, 3, 4) }, []int{2, 3, 4}},
	{"Unsqueeze", inputs{from(-1, 1, 3)}, func(x inputs) *tensor.Tensor { return x[0].Unsqueeze(-1) }, []int{3, 1}},
	{"Squeeze", inputs{from(-1, 1, 3, 1)}, func(x inputs) *tensor.Tensor { return x[0].Squeeze(1) }, []int{3}},
	{"Flatten", inputs{from(-1, 1, 2, 3, 4)}, func(x inputs) *tensor.Tensor { return x[0].Flatten(1, 2) }, []int{2, 12}},
	{"Slice", inputs{from(-1, 1, 5, 3)}, func(x inputs) *tensor.Tensor { return x[0].Slice(0, 1, -1) }, []int{3, 3}},
	{"SliceStep", inputs{from(-1, 1, 5, 3)}, func(x inputs) *tensor.Tensor { return x[0].SliceStep(0, 0, 5, 2) }, []int{3, 3}},
	{"SliceStep backwards", inputs{from(-1, 1, 5)}, func(x inputs) *tensor.Tensor { return x[0].SliceStep(0, -1, -6, -2) }, []int{3}},
	{"Flip", inputs{from(-1, 1, 2, 3)}, func(x inputs) *tensor.Tensor { return x[0].Flip(1) }, []int{2, 3}},
	{"Select", inputs{from(-1, 1, 2, 3)}, func(x inputs) *tensor.Tensor { return x[0].Select(1, -1) }, []int{2}},
	{"Concat", inputs{from(-1, 1, 2, 3), from(-1, 1, 1, 3)}, func(x inputs) *tensor.Tensor { return tensor.Concat(0, x...) }, []int{3, 3}},
	{"Stack", inputs{from(-1, 1, 3), from(-1, 1, 3)}, func(x inputs) *tensor.Tensor { return tensor.Stack(1, x...) }, []int{3, 2}},
	{"Split", inputs{from(-1, 1, 5, 2)}, func(x inputs) *tensor.Tensor {
		p := x[0].Split(0, 2, 3)
		return p[0].Sum().Mul(p[1])
	}, []int{3, 2}},
	{"Take", inputs{from(-1, 1, 4, 2), tensor.Of([]int64{3, 0, 3})}, func(x inputs) *tensor.Tensor { return x[0].Take(0, x[1]) }, []int{3, 2}},
	{"ScatterSum", inputs{from(-1, 1, 3, 2), tensor.Of([]int64{3, 0, 3})}, func(x inputs) *tensor.Tensor { return x[0].ScatterSum(0, x[1], 5) }, []int{5, 2}},
	{"Gather", inputs{from(-1, 1, 2, 3), tensor.Of([]int64{2, 0})}, func(x inputs) *tensor.Tensor { return x[0].Gather(x[1]) }, []int{2}},
	{"Contiguous", inputs{from(-1, 1, 2, 3)}, func(x inputs) *tensor.Tensor { return x[0].T().Contiguous() }, []int{3, 2}},
	{"Clone", inputs{from(-1, 1, 2, 3)}, func(x inputs) *tensor.Tensor { return x[0].Clone() }, []int{2, 3}},
	{"Cast", inputs{from(-1, 1, 2, 3)}, func(x inputs) *tensor.Tensor { return x[0].Cast(device.Float64) }, []int{2, 3}},
}

// TestAll checks shapes, gradients to second order, and that strides do not matter.
func TestAll(t *testing.T) {
	for _, s := range samples {
		t.Run(s.name, func(t *testing.T) {
			check.Note{Package: "tensor", Entry: s.name, Reference: check.ByHand, Order: 2}.Write(t)
			y := s.call(s.in)
			if !slices.Equal(y.Shape(), s.shape) {
				t.Fatalf("shape %v, want %v", y.Shape(), s.shape)
			}
			if err := autograd.Check(s.call, s.in...); err != nil {
				t.Error(err)
			}
			strided := make(inputs, len(s.in))
			for i, x := range s.in {
				strided[i] = spread(x)
			}
			if got := s.call(strided); !slices.Equal(got.Floats(), y.Floats()) {
				t.Errorf("of strided inputs %v, of plain ones %v", got, y)
			}
		})
	}
}

// spread returns the elements of x in memory that is transposed, and has gaps.
func spread(x *tensor.Tensor) *tensor.Tensor {
	if x.Rank() == 0 || x.DType() == device.Int64 {
		return x
	}
	axes := make([]int, x.Rank())
	for k := range axes {
		axes[k] = x.Rank() - 1 - k
	}
	turned := x.Permute(axes...).Contiguous()
	gaps := tensor.Concat(0, turned, turned).Slice(0, turned.Dim(0), 2*turned.Dim(0))
	return gaps.Permute(axes...)
}

// Misuse panics with an error that names the operation, the shapes and the caller's line.
func TestMisuse(t *testing.T) {
	x := tensor.Zeros(2, 3)
	for _, c := range []struct {
		want string
		call func()
	}{
		{"MatMul: shapes [2 3] and [2 3] do not fit", func() { x.MatMul(x) }},
		{"Add: shapes [2 3] and [2] do not broadcast", func() { x.Add(tensor.Zeros(2)) }},
		{"Add: float32 [2 3] and int64 [3] differ in type", func() { x.Add(tensor.Arange(3)) }},
		{"Reshape: 6 elements of shape [2 3] do not fill the shape [4 2]", func() { x.Reshape(4, 2) }},
		{"Sum: no axis 2 in shape [2 3]", func() { x.Sum(2) }},
		{"Take: position 7 is outside the 3 of shape [2 3]", func() { x.Take(1, tensor.Of([]int64{0, 7})) }},
		{"Gather: a position is outside the 3", func() { x.Gather(tensor.Of([]int64{0, 3})) }},
		{"Slice: no elements from 1 to 5", func() { x.Slice(1, 1, 5) }},
		{"Of: 3 elements do not fill the shape [2 2]", func() { tensor.Of([]float32{1, 2, 3}, 2, 2) }},
		{"Item: shape [2 3] has not one element", func() { x.Item() }},
		{"Concat: float32 [2 3] and float32 [2] do not join", func() { tensor.Concat(0, x, tensor.Zeros(2)) }},
		{"CopyFrom: shape [2] does not fit in [2 3]", func() { x.CopyFrom(tensor.Zeros(2)) }},
		{"Where: a float32 condition between", func() { tensor.Where(x, x, x) }},
		{"Where: shapes [2 3] and [4] do not broadcast", func() { tensor.Where(condition, x, tensor.Zeros(4)) }},
		{"ScatterSum: 1 positions for axis 1 of shape [2 3]", func() { x.ScatterSum(1, tensor.Arange(1), 5) }},
		{"ScatterSum: position 2 is outside the 2 of shape [2 2]", func() { x.ScatterSum(1, tensor.Arange(3), 2) }},
		{"Take: the index is float32 of shape [3]", func() { x.Take(1, tensor.Zeros(3)) }},
		{"Gather: an index of shape [3] does not pick", func() { x.Gather(tensor.Arange(3)) }},
		{"MatMul: float32 [2 3] and float64 [3 1] differ in type", func() { x.MatMul(from(0, 1, 3, 1).Cast(device.Float64)) }},
		{"Max: axis 0 of shape [0 2] is empty", func() { tensor.Zeros(0, 2).Max(0) }},
		{"Permute: 1 axes for shape [2 3]", func() { x.Permute(0) }},
		{"Permute: axis 0 of shape [2 3] is named twice", func() { x.Permute(0, -2) }},
		{"Expand: shape [2 3] does not expand to [2 4]", func() { x.Expand(2, 4) }},
		{"Unsqueeze: no place 4 in shape [2 3]", func() { x.Unsqueeze(4) }},
		{"Squeeze: axis 0 of shape [2 3] is not of length 1", func() { x.Squeeze(0) }},
		{"Flatten: no axes from 1 to 0 in shape [2 3]", func() { x.Flatten(1, 0) }},
		{"Split: lengths [1 1] do not add up to axis 1 of shape [2 3]", func() { x.Split(1, 1, 1) }},
		{"Concat: shapes [2 3] and [2 2] do not join along axis 0", func() { tensor.Concat(0, x, tensor.Zeros(2, 2)) }},
		{"Concat: nothing to join", func() { tensor.Concat(0) }},
		{"New: shape [-1] has a negative length", func() { tensor.New(x.Device(), device.Float32, -1) }},
		{"New: shape [1099511627776 1099511627776] has too many elements", func() { tensor.New(x.Device(), device.Float32, 1<<40, 1<<40) }},
		{"New: shape [1 1 1 1 1 1 1 1 1] has more than 8 axes", func() { tensor.New(x.Device(), device.Float32, 1, 1, 1, 1, 1, 1, 1, 1, 1) }},
	} {
		err := tensor.Catch(c.call)
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "tensor_test.go:") {
			t.Errorf("got %v\nwant %s", err, c.want)
		}
	}
}

// Nothing, and tensors of one element, are shapes like others.
func TestEmptyAndScalar(t *testing.T) {
	empty, one := tensor.Zeros(0, 3), tensor.Scalar(2)
	for name, got := range map[string]*tensor.Tensor{
		"[0 3]": empty.Add(tensor.Ones(3)), "[3]": empty.Sum(0), "[0 4]": empty.MatMul(tensor.Zeros(3, 4)),
		"[]": one.Exp(), "[2 3]": one.Add(tensor.Zeros(2, 3)),
	} {
		if s := fmt.Sprint(got.Shape()); s != name {
			t.Errorf("shape %s, want %s", s, name)
		}
	}
	if v := empty.Sum().Item(); v != 0 {
		t.Errorf("the sum of nothing is %v", v)
	}
}

// A call costs two allocations beside its output's memory at most.
func TestAllocations(t *testing.T) {
	x := tensor.Ones(8)
	s := tensor.NewScope()
	y := s.Bring(x)
	for range 100 {
		y.Add(y)
	}
	if n := testing.AllocsPerRun(100, func() {
		mark := s.Mark()
		y.Add(y)
		s.Sweep(mark)
	}); n > 2 {
		t.Errorf("an addition allocates %v times", n)
	}
}

// What a scope owns is gone when it closes; what was taken out is not.
func TestScope(t *testing.T) {
	s := tensor.NewScope()
	x := s.Bring(tensor.Ones(3))
	y, z := x.Exp(), s.Keep(x.Scale(2))
	s.Close()
	if err := tensor.Catch(func() { y.Floats() }); err == nil {
		t.Error("no error")
	}
	if err := tensor.Catch(func() { x.Exp() }); err == nil {
		t.Error("a closed scope takes new tensors")
	}
	if z.Floats()[0] != 2 {
		t.Errorf("kept %v", z)
	}
}

func BenchmarkAddTracked(b *testing.B) {
	s := tensor.NewScope()
	x := s.Bring(tensor.Ones(8)).Watch()
	b.ReportAllocs()
	for b.Loop() {
		mark := s.Mark()
		x.Add(x)
		s.Sweep(mark)
	}
}

// A tensor that is kept does not keep alive those that were made before and after it.
func TestKeepHoldsNoOthers(t *testing.T) {
	s := tensor.NewScope()
	x := s.Bring(tensor.Ones(8)).Watch()
	other := x.Add(x)
	y := x.Mul(x)
	gone := make(chan bool, 1)
	runtime.AddCleanup(other, func(int) { gone <- true }, 0)
	kept := s.Keep(y)
	s.Close()
	for range 10 {
		runtime.GC()
		select {
		case <-gone:
			if got := kept.Floats()[0]; got != 1 {
				t.Errorf("kept %v", got)
			}
			return
		case <-time.After(50 * time.Millisecond):
		}
	}
	t.Error("a tensor is alive that nobody can reach but a kept one")
}

// The order of axes in memory is that of the operand: but one that repeats its elements has none.
func TestOrderOfAxes(t *testing.T) {
	x := from(-1, 1, 3, 4)
	for name, c := range map[string]struct {
		of   *tensor.Tensor
		want int // step along axis 0 of the result
	}{
		"as it lies":   {x, 4},
		"transposed":   {from(-1, 1, 4, 3).T(), 1},
		"repeated":     {from(-1, 1, 1, 4).Expand(3, 4), 4},
		"of length 1":  {from(-1, 1, 4, 1).T(), 4},
		"all repeated": {from(-1, 1, 1, 1).Expand(3, 4), 4},
	} {
		if y := c.of.Neg(); y.View().Stride[0] != c.want {
			t.Errorf("%s: a step along axis 0 is %d, want %d", name, y.View().Stride[0], c.want)
		}
	}
}
