package autograd_test

import (
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/autograd"
	"github.com/jimu-ml/jimu/device/cpu"
	"github.com/jimu-ml/jimu/tensor"
)

// scoped runs f in a scope, with freed memory filled with NaN.
func scoped(t *testing.T, f func(s *tensor.Scope)) {
	cpu.Debug(true)
	defer cpu.Debug(false)
	s := tensor.NewScope()
	defer s.Close()
	f(s)
}

// A detached or watched tensor outlives the walk over the history it was cut from, whatever the order of the walk.
func TestCutTensorsOutliveTheWalk(t *testing.T) {
	x, w := tensor.Of([]float64{1, 2}), tensor.Of([]float64{3, 4})
	cuts := map[string]func(s *tensor.Scope, x *tensor.Tensor) *tensor.Tensor{
		"Detach":           func(_ *tensor.Scope, x *tensor.Tensor) *tensor.Tensor { return x.Detach() },
		"Watch":            func(_ *tensor.Scope, x *tensor.Tensor) *tensor.Tensor { return x.Watch() },
		"Bring":            func(s *tensor.Scope, x *tensor.Tensor) *tensor.Tensor { return s.Bring(x) },
		"Detach of a view": func(_ *tensor.Scope, x *tensor.Tensor) *tensor.Tensor { return x.Flip(0).Detach().Flip(0) },
	}
	for name, cut := range cuts {
		for _, first := range []bool{true, false} {
			scoped(t, func(s *tensor.Scope) {
				a := s.Bring(x).Watch()
				hidden := a.Square()
				b := s.Bring(w).Watch()
				one, other := hidden.Sum(), b.Mul(cut(s, hidden)).Sum()
				if !first {
					one, other = other, one
				}
				g := autograd.Backward(one.Add(other))
				near(t, name+": da", g.Of(x), 2, 4)
				near(t, name+": db", g.Of(w), 1, 4)
			})
		}
	}
}

// A VJP may return one of its inputs as a gradient: that memory is not the walk's to free.
func TestVJPMayReturnAnInput(t *testing.T) {
	dot := func(x, y *tensor.Tensor) *tensor.Tensor {
		return tensor.Record(x.Bare().Mul(y.Bare()).Sum(), "Dot", func(_, _ *tensor.Tensor, x []*tensor.Tensor) []*tensor.Tensor {
			return inputs{x[1], x[0]}
		}, x, y)
	}
	x := tensor.Of([]float64{1, 2})
	scoped(t, func(s *tensor.Scope) {
		a := s.Bring(x).Watch()
		b := a.Square()
		c := b.Scale(3)
		g := autograd.Backward(dot(b, c)) // 3x⁴
		near(t, "the gradient", g.Of(x), 12, 96)
	})
}

// In a VJP the tensors of the history are as good as without it, and have it again afterwards.
func TestVJPSeesNoHistory(t *testing.T) {
	s := tensor.NewScope()
	defer s.Close()
	hidden := s.Bring(tensor.Of([]float64{1, 2})).Watch().Square()
	called := false
	y := tensor.Record(hidden.Neg().Detach(), "Negative", func(dy, y *tensor.Tensor, x []*tensor.Tensor) []*tensor.Tensor {
		called = true
		if tensor.Tracked(dy, y, x[0]) || x[0].Mul(y).NeedsGrad() || !x[0].Wanted() {
			t.Error("in a VJP the input has a history, or is not wanted")
		}
		return []*tensor.Tensor{dy.Neg()}
	}, hidden)
	autograd.Backward(y.Sum())
	if !called || !hidden.NeedsGrad() {
		t.Error("the history is not as it was before the walk")
	}
}

// What the walk has passed says so when it is used, and does not speak of the end of the pass.
func TestUseAfterTheWalk(t *testing.T) {
	scoped(t, func(s *tensor.Scope) {
		a := s.Bring(tensor.Ones(2)).Watch()
		hidden := a.Exp()
		autograd.Backward(hidden.Sum())
		err := tensor.Catch(func() { hidden.Floats() })
		if err == nil || !strings.Contains(err.Error(), "after Backward went past it") {
			t.Errorf("error %v", err)
		}
	})
}

// A checkpoint of an input that belongs to no pass leaves the rest of the pass alone.
func TestCheckpointOfAForeignInput(t *testing.T) {
	w, x := tensor.Of([]float64{2}), tensor.Of([]float64{3})
	scoped(t, func(s *tensor.Scope) {
		a := s.Bring(w).Watch()
		before := a.Square()
		after := autograd.Checkpoint(func(x inputs) *tensor.Tensor { return x[0].Mul(a).Exp() }, x)
		g := autograd.Backward(before.Mul(after).Sum()) // w² e^(3w)
		near(t, "the gradient over e⁶", g.Of(w).Scale(1/after6), 4+4*3)
	})
}

const after6 = 403.428793492735122608387

// A checkpoint uses the fused gradients, and lets go of what it computed again.
func TestCheckpointWalksBare(t *testing.T) {
	x := tensor.Of([]float64{0.5, -0.25})
	scoped(t, func(s *tensor.Scope) {
		a := s.Bring(x).Watch()
		bare := true
		y := autograd.Checkpoint(func(in inputs) *tensor.Tensor {
			h := in[0].Square()
			return tensor.Record(h.Bare().Exp(), "Spy", func(dy, y *tensor.Tensor, x []*tensor.Tensor) []*tensor.Tensor {
				bare = bare && !tensor.Tracked(dy, y, x[0])
				return inputs{dy.Mul(y)}
			}, h)
		}, a.Scale(2))
		g := autograd.Backward(y.Add(a).Sum())
		if !bare {
			t.Error("the gradients inside are recorded though nobody differentiates them")
		}
		near(t, "the gradient", g.Of(x), 8*0.5*2.718281828459045+1, 8*-0.25*1.2840254166877414+1)
	})
}

// An identity in a checkpoint, and one that is used twice, give back what they hold.
func TestCheckpointOfViews(t *testing.T) {
	x := tensor.Of([]float64{0.5, -0.25})
	scoped(t, func(s *tensor.Scope) {
		a := s.Bring(x).Watch()
		h := a.Square()
		same := autograd.Checkpoint(func(in inputs) *tensor.Tensor { return in[0] }, h)
		flipped := autograd.Checkpoint(func(in inputs) *tensor.Tensor { return in[0].Flip(0) }, same)
		g := autograd.Backward(same.Mul(h).Sum().Add(flipped.Mul(h).Sum())) // x⁴, and 2·x₀²·x₁²
		near(t, "the gradient", g.Of(x), 4*0.125+4*0.5*0.0625, -4*0.015625-4*0.25*0.25)
	})
}

// What a checkpoint is given and what it reads may depend on one leaf, and the leaf may be watched twice.
func TestCheckpointSharesLeaves(t *testing.T) {
	if err := autograd.Check(func(in inputs) *tensor.Tensor {
		w := in[0]
		return autograd.Checkpoint(func(x inputs) *tensor.Tensor { return x[0].Mul(w).Sin() }, w.Scale(2))
	}, tensor.Of([]float64{0.5, -0.25})); err != nil {
		t.Error(err)
	}
	w := tensor.Of([]float64{3})
	a, b := w.Watch(), w.Watch()
	y := autograd.Checkpoint(func(x inputs) *tensor.Tensor { return x[0].Mul(a).Mul(b) }, tensor.Of([]float64{2}))
	near(t, "the gradient", autograd.Backward(y.Sum()).Of(w), 12)
}
