package optim

import (
	"testing"

	"github.com/jimu-ml/jimu/autograd"
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/device/cpu"
	"github.com/jimu-ml/jimu/tensor"
)

// TestJointRulesSeeAllParameters: in two parameters they go as in one of both.
func TestJointRulesSeeAllParameters(t *testing.T) {
	for _, r := range []Rule{Prodigy{D0: 1e-2, WeightDecay: 0.1}, DAdaptAdamW{D0: 1e-2}, DoG{Rho: 0.01}, DoWG{}, MoMo{}, PolyakSGD{}, LBFGS{}, Mechanic{S0: 0.1}} {
		if _, ok := r.(Joint); !ok {
			t.Errorf("%T is not joint", r)
		}
		whole := param(cpu.Device, device.Float64, 1, -2, 3, -1, 2)
		a, b := param(cpu.Device, device.Float64, 1, -2, 3), param(cpu.Device, device.Float64, -1, 2)
		one := New(r, []tensor.Named{{Name: "p", Param: whole}})
		two := New(r, []tensor.Named{{Name: "a", Param: a}, {Name: "b", Param: b}})
		for range 10 {
			if _, err := one.StepWith(closure(one, whole, bowl)); err != nil {
				t.Fatal(err)
			}
			if _, err := two.StepWith(func() (Evaluation, error) {
				f, g := bowl(append(tensor.Values[float64](a.Value), tensor.Values[float64](b.Value)...))
				return Evaluation{Loss: f, Grads: autograd.Grads{a.Value: vector(a, g[:3]...), b.Value: vector(b, g[3:]...)}, Scale: 1}, nil
			}); err != nil {
				t.Fatal(err)
			}
		}
		want := tensor.Values[float64](whole.Value)
		if want[4] == 2 {
			t.Errorf("%T did not move", r)
		}
		near(t, "the first", a, want[:3], 1e-9)
		near(t, "the second", b, want[3:], 1e-9)
	}
}

// TestGroupsOfJointRulesAreApart: what one call gave the rule belongs together, and nothing else.
func TestGroupsOfJointRulesAreApart(t *testing.T) {
	a, b := param(cpu.Device, device.Float64, 1), param(cpu.Device, device.Float64, 1)
	o := New(DoG{Rho: 0.01}, []tensor.Named{{Name: "a", Param: a}, {Name: "b", Param: b}}).Group(DoG{Rho: 0.01}, Match("b"))
	alone := param(cpu.Device, device.Float64, 1)
	q := New(DoG{Rho: 0.01}, []tensor.Named{{Name: "p", Param: alone}})
	for range 3 {
		if err := o.Step(autograd.Grads{a.Value: vector(a, 1), b.Value: vector(b, 30)}, 1); err != nil {
			t.Fatal(err)
		}
		mustStep(t, q, alone, []float64{1}, 1)
	}
	near(t, "a", a, tensor.Values[float64](alone.Value), 1e-12)
}
