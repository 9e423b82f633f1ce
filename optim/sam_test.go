package optim

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/device/cpu"
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/tensor"
)

func TestSAMGolden(t *testing.T) {
	for _, c := range check.Cases(t, goldens(t), "SAM/") {
		for _, w := range where {
			p := param(w.on, w.as, c.Float64("start")...)
			o := New(SGD{LR: c.Float("lr")}, []tensor.Named{{Name: "p", Param: p}})
			o.SAM = &SAM{Rho: c.Float("rho"), Adaptive: strings.HasPrefix(c.Name, "SAM/adaptive")}
			n, params, f := p.Value.Len(), c.Float64("params"), problemOf(t, c.Name)
			var all []float64
			for step := range len(params) / n {
				if _, err := o.StepWith(closure(o, p, f)); err != nil {
					t.Fatal(err)
				}
				near(t, fmt.Sprintf("%s on %s %s, step %d", c.Name, w.on.Name(), w.as, step+1), p, params[step*n:(step+1)*n], max(w.tolerance, 1e-6))
				all = append(all, tensor.Values[float64](p.Value)...)
			}
			check.Note{Package: "optim", Entry: "SAM", Reference: c.MadeBy, Error: check.Off(all, params)}.Write(t)
		}
	}
}

// TestSAMScale: gradients of a sum with its count are those of the mean.
func TestSAMScale(t *testing.T) {
	var ends [][]float64
	for _, scale := range []float64{1, 0.125} {
		p := param(cpu.Device, device.Float64, -1.25, 1)
		o := New(SGD{LR: 1e-3}, []tensor.Named{{Name: "p", Param: p}})
		o.SAM = &SAM{}
		for range 3 {
			if _, err := o.StepWith(func() (Evaluation, error) {
				e, err := closure(o, p, valleys)()
				e.Grads[p.Value], e.Scale = e.Grads[p.Value].Scale(1/scale), scale
				return e, err
			}); err != nil {
				t.Fatal(err)
			}
		}
		ends = append(ends, tensor.Values[float64](p.Value))
	}
	near(t, "scaled", &tensor.Param{Value: tensor.Of(slices.Clone(ends[0]), 2)}, ends[1], 1e-12)
}

func TestSAMEvaluates(t *testing.T) {
	p := param(cpu.Device, device.Float64, 1)
	o := New(SGD{}, []tensor.Named{{Name: "p", Param: p}})
	o.SAM = &SAM{}
	if err := o.Step(ones(p), 1); err == nil {
		t.Error("a step without evaluations")
	}
	broken, n := fmt.Errorf("broken"), 0
	_, err := o.StepWith(func() (Evaluation, error) {
		if n++; n == 2 {
			return Evaluation{}, broken
		}
		return closure(o, p, bowl)()
	})
	if err == nil || p.Value.Item() != 1 || o.Steps() != 0 {
		t.Errorf("error %v, at %v", err, p.Value)
	}
}
