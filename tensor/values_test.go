package tensor_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/autograd"
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/tensor"
)

var (
	inf = float32(math.Inf(1))
	nan = float32(math.NaN())
)

// Methods have the values that NumPy's have; those without a gradient stand here alone.
func TestValues(t *testing.T) {
	x := tensor.Of([]float32{3, -1, 2, 2, 5, -4}, 2, 3)
	y := tensor.Of([]float32{2, 2, 2})
	odd := tensor.Of([]float32{nan, inf, -inf, 0})
	half := tensor.Of([]float32{-2.5, -0.5, 0.5, 1.5, 2.4})
	ints := tensor.Of([]int64{7, -7, 3})
	yes := tensor.Of([]bool{true, false, true})
	no := tensor.Of([]bool{false, false, true})
	for what, c := range map[string]struct {
		got  *tensor.Tensor
		want []float64
	}{
		"Equal":          {x.Equal(y), []float64{0, 0, 1, 1, 0, 0}},
		"NotEqual":       {x.NotEqual(y), []float64{1, 1, 0, 0, 1, 1}},
		"Less":           {x.Less(y), []float64{0, 1, 0, 0, 0, 1}},
		"LessEqual":      {x.LessEqual(y), []float64{0, 1, 1, 1, 0, 1}},
		"Greater":        {x.Greater(y), []float64{1, 0, 0, 0, 1, 0}},
		"GreaterEqual":   {x.GreaterEqual(y), []float64{1, 0, 1, 1, 1, 0}},
		"NaN equals":     {odd.Equal(odd.Clone()), []float64{0, 1, 1, 1}},
		"NaN differs":    {odd.NotEqual(odd.Clone()), []float64{1, 0, 0, 0}},
		"And":            {yes.And(no), []float64{0, 0, 1}},
		"Or":             {yes.Or(no), []float64{1, 0, 1}},
		"Not":            {yes.Not(), []float64{0, 1, 0}},
		"ArgMax":         {x.ArgMax(1), []float64{0, 1}},
		"ArgMax of ties": {x.Select(1, 2).Maximum(tensor.Scalar(9)).ArgMax(0), []float64{0}},
		"ArgMin":         {x.ArgMin(0), []float64{1, 0, 1}},
		"MaxKeep":        {x.MaxKeep(1), []float64{3, 5}},
		"MinKeep":        {x.MinKeep(0), []float64{2, -1, -4}},
		"Floor":          {half.Floor(), []float64{-3, -1, 0, 1, 2}},
		"Ceil":           {half.Ceil(), []float64{-2, 0, 1, 2, 3}},
		"Round":          {half.Round(), []float64{-2, 0, 0, 2, 2}},
		"Sign":           {x.Sign(), []float64{1, -1, 1, 1, 1, -1}},
		"Div of ints":    {ints.Div(tensor.Of([]int64{2})), []float64{3, -3, 1}},
		"Cast to int":    {half.Cast(device.Int32), []float64{-2, 0, 0, 1, 2}},
		"Cast to bool":   {x.Sub(y).Cast(device.Bool), []float64{1, 1, 0, 0, 1, 1}},
		"Arange":         {tensor.Arange(4), []float64{0, 1, 2, 3}},
		"Full":           {tensor.Full(2.5, 2), []float64{2.5, 2.5}},
		"Variance":       {tensor.Of([]float64{1, 2, 3, 4}).Variance(), []float64{1.25}},
		"Prod of none":   {tensor.Zeros(0).Prod(), []float64{1}},
	} {
		if got := tensor.Values[float64](c.got); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", what, got, c.want)
		}
	}
	if v := odd.Max().Item(); v == v {
		t.Errorf("the largest beside NaN is %g", v)
	}
	if v := odd.Maximum(tensor.Zeros(4)).Floats()[0]; v == v {
		t.Errorf("the larger of NaN and 0 is %g", v)
	}
	if v := tensor.Zeros(0).Mean().Item(); v == v {
		t.Errorf("the mean of nothing is %g", v)
	}
}

// The gradient at a tie is shared.
func TestGradientsOfTies(t *testing.T) {
	for what, c := range map[string]struct {
		f    func(x *tensor.Tensor) *tensor.Tensor
		want []float32
	}{
		"Max":     {func(x *tensor.Tensor) *tensor.Tensor { return x.Max() }, []float32{0.5, 0, 0.5}},
		"Min":     {func(x *tensor.Tensor) *tensor.Tensor { return x.Neg().Min() }, []float32{-0.5, 0, -0.5}},
		"Maximum": {func(x *tensor.Tensor) *tensor.Tensor { return x.Maximum(tensor.Scalar(2)).Sum() }, []float32{0.5, 0, 0.5}},
		"Abs":     {func(x *tensor.Tensor) *tensor.Tensor { return x.Sub(tensor.Scalar(2)).Abs().Sum() }, []float32{0, -1, 0}},
	} {
		x := tensor.Of([]float32{2, 1, 2}).Watch()
		if got := autograd.Backward(c.f(x)).Of(x).Floats(); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", what, got, c.want)
		}
	}
}

// A tensor goes to another type, device and memory and back with the same elements.
func TestRoundTrips(t *testing.T) {
	x := tensor.Of([]float32{0, 1, -2, 0.5, 65504, -inf}, 2, 3)
	for _, d := range []device.DType{device.Float64, device.Float16, device.BFloat16} {
		want := x.Floats()
		if d == device.BFloat16 {
			want[4] = 65536
		}
		if got := x.Cast(d).Cast(device.Float32).Floats(); !slices.Equal(got, want) {
			t.Errorf("through %s: %v", d, got)
		}
	}
	if x.To(x.Device()) != x || x.Contiguous() != x || x.Cast(device.Float32) != x || x.Reshape(2, 3) != x {
		t.Error("what changes nothing makes another tensor")
	}
	if x.Clone().SharesMemory(x) || !x.T().SharesMemory(x) || !x.Reshape(6).SharesMemory(x) {
		t.Error("a copy shares memory, or a view does not")
	}
	y := tensor.Zeros(3, 2)
	y.CopyFrom(x.T())
	if !slices.Equal(y.T().Floats(), x.Floats()) {
		t.Errorf("copied %v", y)
	}
	if s := fmt.Sprint(tensor.Ones(10)); s != "float32[10] on cpu [1 1 1 1 1 1 1 1] …" {
		t.Errorf("String is %q", s)
	}
}

// An operation without a gradient refuses an input that needs one, and says how to go on.
func TestNonDifferentiable(t *testing.T) {
	x := tensor.Ones(2).Watch()
	err := tensor.Catch(func() { tensor.NonDifferentiable("Rank", x) })
	if err == nil || !strings.Contains(err.Error(), "Rank: it has no gradient, but its input of shape [2] needs one; Detach it") {
		t.Errorf("error %v", err)
	}
	tensor.NonDifferentiable("Rank", x.Detach())
	if x.Less(x).NeedsGrad() || x.ArgMax(0).NeedsGrad() || x.Cast(device.Int64).NeedsGrad() {
		t.Error("integers and booleans have a history")
	}
}

// An error names the layer whose parameter took part. Other panics pass through Catch.
func TestErrors(t *testing.T) {
	w := tensor.Zeros(3, 2)
	w.Rename("blocks.1.fc.weight")
	err := tensor.Catch(func() { tensor.Ones(2, 2).MatMul(w) })
	if err == nil || !strings.Contains(err.Error(), "MatMul: shapes [2 2] and [3 2] do not fit (layer blocks.1.fc, values_test.go:") {
		t.Errorf("error %v", err)
	}
	defer func() {
		if recover() != "other" {
			t.Error("another panic did not pass")
		}
	}()
	tensor.Catch(func() { panic("other") })
}

// A refuser is a device with nothing but the basis.
type refuser struct{ device.Device }

func (r refuser) Run(c *device.Call) bool { return c.Op.Basis() && r.Device.Run(c) }

// A device that refuses all it may gives the same, also in tensors that lie on different devices.
func TestComposed(t *testing.T) {
	x := tensor.Of([]float64{0.5, -1.5, 2})
	d := refuser{x.Device()}
	f := func(x *tensor.Tensor) *tensor.Tensor { return x.AddScalar(2).Scale(-3).Tanh().Add(x.Scale(0.1)) }
	one := autograd.Backward(f(x.Watch()).Sum())
	far := x.To(d).Watch()
	other := autograd.Backward(f(far).Sum())
	for i, g := range tensor.Values[float64](one.Of(x)) {
		if h := tensor.Values[float64](other.Of(far))[i]; math.Abs(g-h) > 1e-12 {
			t.Errorf("gradient %d: %g, composed %g", i, g, h)
		}
	}
	moved := x.Watch()
	if g := autograd.Backward(moved.To(d).Square().Sum()).Of(x); g.Device() != x.Device() || g.Floats()[2] != 4 {
		t.Errorf("through another device: %v", g)
	}
	if err := tensor.Catch(func() { x.Add(far) }); err == nil || !strings.Contains(err.Error(), "move one with To") {
		t.Errorf("error %v", err)
	}
}

// Products and Tanh agree with PyTorch.
func TestGolden(t *testing.T) {
	all := check.Golden(t, "../op/testdata/op.golden")
	for _, c := range append(check.Cases(t, all, "MatMul/"), check.Cases(t, all, "Tanh/")...) {
		t.Run(c.Name, func(t *testing.T) {
			c := c.On(t)
			read := func(name string) *tensor.Tensor {
				if !c.Has(name) {
					return nil
				}
				return tensor.Of(c.Float32(name)).Reshape(c.Shape(name)...).Watch()
			}
			var in inputs
			var y *tensor.Tensor
			names := []string{"x"}
			if x := read("x"); x != nil {
				in, y = inputs{x}, x.Tanh()
			} else {
				a, b := read("a"), read("b")
				if a.Rank() < 2 || b.Rank() < 2 {
					t.Skip("a vector is no matrix here")
				}
				in, y, names = inputs{a, b}, a.MatMul(b), []string{"a", "b"}
			}
			check.Close(t, "y", y.Floats(), c.Float32("y"), 1e-5)
			g := autograd.Backward(y.Mul(read("dy").Detach()).Sum())
			for i, x := range in {
				check.Close(t, "d"+names[i], g.Of(x).Floats(), c.Float32("d"+names[i]), 1e-5)
			}
		})
	}
}
