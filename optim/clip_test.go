package optim

import (
	"math"
	"testing"

	"github.com/jimu-ml/jimu/autograd"
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/device/cpu"
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/tensor"
)

// TestClipNormGolden: plain SGD with rate 1 from 0 arrives at minus the clipped gradient.
func TestClipNormGolden(t *testing.T) {
	for _, c := range check.Cases(t, check.GoldenAll(t, "testdata"), "clip_norm/") {
		var order any
		if c.Attr("order", &order); order != 2.0 {
			continue
		}
		for _, on := range []device.Device{cpu.Device, plain{cpu.Device}} {
			a := &tensor.Param{Value: tensor.Zeros(c.Shape("g0")...).To(on)}
			b := &tensor.Param{Value: tensor.Zeros(c.Shape("g1")...).To(on)}
			o := New(SGD{LR: 1}, []tensor.Named{{Name: "a", Param: a}, {Name: "b", Param: b}})
			o.ClipNorm = c.Float("max")
			g := autograd.Grads{
				a.Value: tensor.Of(c.Float32("g0"), c.Shape("g0")...).To(on),
				b.Value: tensor.Of(c.Float32("g1"), c.Shape("g1")...).To(on),
			}
			if err := o.Step(g, 1); err != nil {
				t.Fatal(err)
			}
			check.Close(t, c.Name+" norm", []float32{float32(o.Norm())}, c.Float32("norm"), 1e-6)
			check.Close(t, c.Name+" first", a.Value.Neg().Floats(), c.Float32("clipped0"), 1e-6)
			check.Close(t, c.Name+" second", b.Value.Neg().Floats(), c.Float32("clipped1"), 1e-6)
		}
	}
}

// TestClippingSeesTheScaledGradient: limits are for the gradient of the mean, not of the sum.
func TestClippingSeesTheScaledGradient(t *testing.T) {
	for _, v := range []struct {
		norm, value, want float64
	}{
		{0, 0, 3}, {5, 0, 3}, {2.5, 0, 1.5}, {0, 2, 2}, {0, 10, 3},
	} {
		p := param(cpu.Device, device.Float64, 0, 0)
		o := New(SGD{LR: 1}, []tensor.Named{{Name: "p", Param: p}})
		o.ClipNorm, o.ClipValue = v.norm, v.value
		mustStep(t, o, p, []float64{-30, 40}, 0.1)
		if got := tensor.Values[float64](p.Value)[0]; math.Abs(got-v.want) > 1e-6 {
			t.Errorf("norm %v, value %v: moved by %v, want %v", v.norm, v.value, got, v.want)
		}
	}
}
