package autograd_test

import (
	"math"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/autograd"
	"github.com/jimu-ml/jimu/tensor"
)

type inputs = []*tensor.Tensor

func near(t *testing.T, what string, got *tensor.Tensor, want ...float64) {
	t.Helper()
	v := tensor.Values[float64](got)
	for i, w := range want {
		if len(v) != len(want) || math.Abs(v[i]-w) > 1e-9 {
			t.Fatalf("%s is %v, want %v", what, v, want)
		}
	}
}

// Derivatives of x³ and x·y are known.
func TestKnownDerivatives(t *testing.T) {
	x := tensor.Of([]float64{1, 2}).Watch()
	cube := x.Square().Mul(x).Sum()
	g := autograd.Grad(cube, x)[0]
	near(t, "the gradient of x³", g, 3, 12)
	near(t, "its second derivative", autograd.Grad(g.Sum(), x)[0], 6, 12)
	near(t, "the gradient of what does not depend on x", autograd.Grad(cube, tensor.Of([]float64{4, 5}))[0], 0, 0)

	f := func(in inputs) *tensor.Tensor { return in[0].Square().Mul(in[0]) }
	at, along := inputs{tensor.Of([]float64{1, 2})}, inputs{tensor.Of([]float64{1, -1})}
	y, dy := autograd.JVP(f, at, along)
	near(t, "f", y, 1, 8)
	near(t, "its directional derivative", dy, 3, -12)
	near(t, "Hv", autograd.HVP(func(in inputs) *tensor.Tensor { return f(in).Sum() }, at, along)[0], 6, -12)
	near(t, "J", autograd.Jacobian(func(x *tensor.Tensor) *tensor.Tensor {
		return tensor.Stack(0, x.Sum(), x.Prod())
	}, at[0]), 1, 1, 2, 1)
}

// A gradient that is used twice adds up; a leaf that is watched twice has one.
func TestSharing(t *testing.T) {
	value := tensor.Of([]float64{3})
	a, b := value.Watch(), value.Watch()
	g := autograd.Backward(a.Mul(b).Add(a).Sum())
	near(t, "the gradient", g.Of(value), 7)
	near(t, "twice it", g.Plus(g).Of(a), 14)
}

// A VJP that is wrong, and one that drops a gradient, are found.
func TestCheckFindsMistakes(t *testing.T) {
	x := tensor.Of([]float64{0.5, 1.5})
	wrong := func(in inputs) *tensor.Tensor {
		return tensor.Record(in[0].Detach().Square(), "Wrong", func(dy, _ *tensor.Tensor, x []*tensor.Tensor) []*tensor.Tensor {
			return inputs{dy.Mul(x[0])} // the 2 is missing
		}, in[0])
	}
	dropped := func(in inputs) *tensor.Tensor { return in[0].Detach().Square().Add(in[0]) }
	first := func(in inputs) *tensor.Tensor {
		return tensor.Record(in[0].Detach().Square(), "FirstOnly", func(dy, _ *tensor.Tensor, x []*tensor.Tensor) []*tensor.Tensor {
			return inputs{dy.Mul(x[0].Detach()).Scale(2)}
		}, in[0])
	}
	for want, f := range map[string]func(inputs) *tensor.Tensor{
		"Wrong: gradient of input 0, element 0": wrong, "Add: gradient of input 0": dropped,
		"FirstOnly: second-order gradient of input 0": first,
	} {
		if err := autograd.Check(f, x); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
	shape := func(in inputs) *tensor.Tensor {
		return tensor.Record(in[0].Detach().Sum(), "Shape", func(dy, _ *tensor.Tensor, _ []*tensor.Tensor) []*tensor.Tensor {
			return inputs{dy}
		}, in[0])
	}
	if err := autograd.Check(shape, x); err == nil || !strings.Contains(err.Error(), "gradient of a leaf") {
		t.Errorf("a gradient of the wrong shape: %v", err)
	}
}

// The walk back gives memory back as it goes; gradients, and what is kept, stay.
func TestBackwardFreesMemory(t *testing.T) {
	s := tensor.NewScope()
	x := s.Bring(tensor.Of([]float64{1, 2})).Watch()
	hidden := x.Exp()
	kept := s.Keep(x.Square())
	loss := hidden.Square().Sum()
	g := autograd.Backward(loss)
	if err := tensor.Catch(func() { hidden.Floats() }); err == nil {
		t.Error("what the walk has passed is still there")
	}
	near(t, "the gradient", g.Of(x), 2*math.Exp(2), 2*math.Exp(4))
	out := g.Keep()
	s.Close()
	near(t, "the kept gradient", out.Of(x), 2*math.Exp(2), 2*math.Exp(4))
	near(t, "the kept square", kept, 1, 4)
}

// A checkpoint has the gradients of the plain function, to second order.
func TestCheckpoint(t *testing.T) {
	w := tensor.Of([]float64{0.3, -0.7, 0.2, 0.9}, 2, 2)
	if err := autograd.Check(func(in inputs) *tensor.Tensor {
		return autograd.Checkpoint(func(in inputs) *tensor.Tensor { return in[0].MatMul(in[1]).Tanh().MatMul(in[1]) }, in...)
	}, tensor.Of([]float64{0.1, 0.5, -0.4, 0.8}, 2, 2), w); err != nil {
		t.Error(err)
	}
}

func TestFirstNonFinite(t *testing.T) {
	x := tensor.Of([]float32{1, 0}).Watch()
	if got := autograd.FirstNonFinite(x.Scale(-1).Log().Exp().Sum()); !strings.Contains(got, "Log") {
		t.Errorf("it began with %q", got)
	}
	if got := autograd.FirstNonFinite(x.Exp().Sum()); got != "" {
		t.Errorf("a finite history: %q", got)
	}
}
