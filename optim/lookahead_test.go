package optim

import (
	"fmt"
	"slices"
	"testing"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/device/cpu"
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/tensor"
)

func TestLookaheadGolden(t *testing.T) {
	for _, c := range check.Cases(t, goldens(t), "Lookahead/") {
		for _, w := range where {
			p := param(w.on, w.as, c.Float64("start")...)
			o := New(Adam{LR: c.Float("lr")}, []tensor.Named{{Name: "p", Param: p}})
			o.Lookahead = &Lookahead{Every: c.Int("every"), Alpha: c.Float("alpha")}
			at, params, f := c.Float64("start"), c.Float64("params"), problemOf(t, c.Name)
			var all []float64
			for n := len(at); len(params) > 0; params = params[n:] {
				_, g := f(at)
				mustStep(t, o, p, g, 1)
				at = params[:n]
				near(t, fmt.Sprintf("%s on %s %s, step %d", c.Name, w.on.Name(), w.as, o.Steps()), p, at, w.tolerance)
				all = append(all, tensor.Values[float64](p.Value)...)
			}
			check.Note{Package: "optim", Entry: "Lookahead", Reference: c.MadeBy, Error: check.Off(all, c.Float64("params"))}.Write(t)
		}
	}
}

// TestLookaheadResumes with the same bits, and state of another kind is refused.
func TestLookaheadResumes(t *testing.T) {
	run := func(stop bool) []float64 {
		p := param(cpu.Device, device.Float32, 1, -2)
		start := func() *Optimizer {
			o := New(SGD{LR: 0.1, Momentum: 0.9}, []tensor.Named{{Name: "p", Param: p}})
			o.Lookahead = &Lookahead{}
			return o
		}
		o := start()
		for step := range 13 {
			if stop && step == 7 {
				saved := map[string]*tensor.Tensor{}
				for name, v := range o.State() {
					saved[name] = v.Clone()
				}
				o = start()
				if err := o.Restore(saved); err != nil {
					t.Fatal(err)
				}
				if New(SGD{Momentum: 0.9}, o.Params()).Restore(saved) == nil {
					t.Error("slow weights without Lookahead")
				}
			}
			mustStep(t, o, p, []float64{float64(step), 1}, 1)
		}
		return tensor.Values[float64](p.Value)
	}
	if a, b := run(false), run(true); !slices.Equal(a, b) {
		t.Errorf("%v, resumed %v", a, b)
	}
}
