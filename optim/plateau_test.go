package optim

import (
	"math"
	"testing"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/device/cpu"
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/tensor"
)

func plateau(c *check.Case) *ReduceOnPlateau {
	r := &ReduceOnPlateau{Factor: c.Float("factor"), Patience: c.Int("patience")}
	if r.Patience == 0 {
		r.Patience = -1
	}
	if c.HasAttr("cooldown") {
		r.Cooldown = c.Int("cooldown")
	}
	optional(c, map[string]*float64{"min_lr": &r.Low, "threshold": &r.Threshold})
	return r
}

// TestReduceOnPlateauGolden also saves and loads after every observation.
func TestReduceOnPlateauGolden(t *testing.T) {
	for _, c := range check.Cases(t, goldens(t), "plateau/") {
		check.Note{Package: "optim", Entry: "ReduceOnPlateau", Reference: c.MadeBy}.Write(t)
		sign := 1.0
		var mode string
		if c.Attr("mode", &mode); mode == "max" {
			sign = -1
		}
		p := param(cpu.Device, device.Float32, 1)
		start := func() *Optimizer {
			o := New(SGD{}, []tensor.Named{{Name: "p", Param: p}})
			o.Schedule = WarmUp{Then: Product{Constant(1), plateau(c)}}
			return o
		}
		o := start()
		for i, v := range c.Float64("values") {
			o.Observe(sign * v)
			if want := c.Float64("rate")[i]; math.Abs(o.Rate()-want) > 1e-12 {
				t.Errorf("%s: rate %v after observation %d, want %v", c.Name, o.Rate(), i, want)
			}
			saved := o.State()
			if o = start(); o.Restore(saved) != nil {
				t.Fatal("it does not restore")
			}
		}
	}
}

func TestReduceOnPlateauDefaults(t *testing.T) {
	r := &ReduceOnPlateau{}
	for i := range 12 {
		if r.Observe(math.NaN()); i == 0 {
			r.Observe(1)
		}
	}
	if got := r.Rate(0); got != 0.1 {
		t.Errorf("rate %v", got)
	}
	if o := New(SGD{}, nil); o.State()["schedule"] != nil {
		t.Error("a state without a watcher")
	}
}
