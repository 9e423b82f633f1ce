package optim

import (
	"testing"

	"github.com/jimu-ml/jimu/autograd"
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/device/cpu"
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/tensor"
)

// TestAdaptiveClipGolden: plain SGD with rate 1 moves by the clipped gradient.
func TestAdaptiveClipGolden(t *testing.T) {
	for _, c := range check.Cases(t, goldens(t), "agc/") {
		for _, on := range []device.Device{cpu.Device, plain{cpu.Device}} {
			for _, scale := range []float64{1, 0.25} {
				shape := c.Shape("p")
				p := shaped(param(on, device.Float64, c.Float64("p")...), shape)
				o := New(SGD{LR: 1}, []tensor.Named{{Name: "p", Param: p}})
				o.ClipAdaptive = &AdaptiveClip{Limit: c.Float("limit"), Eps: c.Float("eps")}
				g := vector(p, c.Float64("g")...).Scale(1 / scale)
				if err := o.Step(autograd.Grads{p.Value: g}, scale); err != nil {
					t.Fatal(err)
				}
				want := moved(c.Float64("p"), c.Float64("clipped"), 1)
				near(t, c.Name, p, want, 1e-12)
				check.Note{Package: "optim", Entry: "AdaptiveClip", Reference: c.MadeBy, Error: check.Off(tensor.Values[float64](p.Value), want)}.Write(t)
			}
		}
	}
}

func TestAdaptiveClipExcept(t *testing.T) {
	weight, bias, all := model()
	o := New(SGD{LR: 1}, all)
	o.ClipAdaptive = &AdaptiveClip{Except: Match("*.bias")}
	if err := o.Step(ones(weight, bias), 1); err != nil {
		t.Fatal(err)
	}
	near(t, "bias", bias, []float64{0, -2}, 0)
	if v := weight.Value.Floats()[0]; v < 0.98 {
		t.Errorf("weight moved to %v", v)
	}
}

// TestClipEach: each parameter has a norm of its own.
func TestClipEach(t *testing.T) {
	a, b := param(cpu.Device, device.Float64, 0, 0), param(cpu.Device, device.Float64, 0)
	o := New(SGD{LR: 1}, []tensor.Named{{Name: "a", Param: a}, {Name: "b", Param: b}})
	o.ClipEach = 2.5
	if err := o.Step(autograd.Grads{a.Value: vector(a, -30, 40), b.Value: vector(b, -20)}, 0.1); err != nil {
		t.Fatal(err)
	}
	near(t, "a", a, []float64{1.5, -2}, 1e-6)
	near(t, "b", b, []float64{2}, 1e-12)
}
