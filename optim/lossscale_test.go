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

func TestLossScale(t *testing.T) {
	check.Note{Package: "optim", Entry: "LossScale", Reference: "by hand"}.Write(t)
	p := param(cpu.Device, device.Float32, 1)
	start := func() *Optimizer {
		o := New(SGD{LR: 0.1}, []tensor.Named{{Name: "p", Param: p}})
		o.LossScale = &LossScale{Factor: 8, Every: 2}
		return o
	}
	o := start()
	step := func(g float64) {
		t.Helper()
		if err := o.Step(autograd.Grads{p.Value: vector(p, g*o.LossFactor())}, 1); err != nil {
			t.Fatal(err)
		}
	}
	for _, v := range []struct {
		g, at, factor float64
		skipped       int
	}{
		{1, 0.9, 8, 0}, {1, 0.8, 16, 0}, {math.Inf(1), 0.8, 8, 1}, {math.NaN(), 0.8, 4, 2}, {2, 0.6, 4, 2}, {1, 0.5, 8, 2},
	} {
		step(v.g)
		near(t, "parameter", p, []float64{v.at}, 1e-6)
		if o.LossFactor() != v.factor || o.LossScale.Skipped() != v.skipped {
			t.Errorf("after %v: factor %v, %d skipped; want %v, %d", v.g, o.LossFactor(), o.LossScale.Skipped(), v.factor, v.skipped)
		}
	}
	if o.Steps() != 4 {
		t.Errorf("%d steps", o.Steps())
	}
	saved := o.State()
	o = start()
	if err := o.Restore(saved); err != nil || o.LossFactor() != 8 || o.LossScale.Skipped() != 2 {
		t.Errorf("resumed with %v, error %v", o.LossFactor(), err)
	}
	delete(saved, "loss_scale")
	if start().Restore(saved) == nil {
		t.Error("a state without the factor")
	}
}
