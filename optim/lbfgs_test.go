package optim

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/device/cpu"
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/tensor"
)

// By hand H is a full matrix, to which all pairs are applied: (1 − ρsyᵀ)H(1 − ρysᵀ) + ρssᵀ, ρ = 1/⟨s, y⟩.
var _ = register(sample{
	name:  "LBFGS",
	rule:  LBFGS{LR: 0.2},
	fixed: true,
	whole: func() func([]float64, given) []float64 {
		var s, y [][]float64
		var last, before []float64
		return func(p []float64, x given) []float64 {
			if x.t == 1 {
				last, before = p, x.g
				return moved(p, x.g, 0.2*math.Min(1, 1/norm1(x.g)))
			}
			if step, turn := moved(p, last, 1), moved(x.g, before, 1); dot(step, turn) > 1e-10 {
				s, y = append(s, step), append(y, turn)
			}
			last, before = p, x.g
			return moved(p, newton(s, y, x.g), 0.2)
		}
	},
	golden: "LBFGS",
	like:   func(c *check.Case) Rule { return LBFGS{LR: c.Float("lr"), History: c.Int("history_size")} },
	loose:  1e-4,
	valley: LBFGS{LR: 0.1},
	below:  1e-3,
})

// newton returns H·g.
func newton(s, y [][]float64, g []float64) []float64 {
	n := len(g)
	h := make([][]float64, n)
	for i := range h {
		h[i] = make([]float64, n)
		h[i][i] = 1
		if k := len(s); k > 0 {
			h[i][i] = dot(s[k-1], y[k-1]) / norm2(y[k-1])
		}
	}
	for k := range s {
		rho, next := 1/dot(s[k], y[k]), make([][]float64, n)
		hy := make([]float64, n)
		for i := range hy {
			hy[i] = dot(h[i], y[k])
		}
		for i := range next {
			next[i] = make([]float64, n)
			for j := range next[i] {
				next[i][j] = h[i][j] - rho*(s[k][i]*hy[j]+hy[i]*s[k][j]) + (rho*rho*dot(y[k], hy)+rho)*s[k][i]*s[k][j]
			}
		}
		h = next
	}
	d := make([]float64, n)
	for i := range d {
		d[i] = dot(h[i], g)
	}
	return d
}

// TestLineSearchGolden: PyTorch's strong Wolfe search, one iteration a step.
func TestLineSearchGolden(t *testing.T) {
	for _, c := range check.Cases(t, goldens(t), "Wolfe/") {
		for _, on := range []device.Device{cpu.Device, plain{cpu.Device}} {
			p := shaped(param(on, device.Float64, c.Float64("start")...), c.Shape("start"))
			o := New(LBFGS{LR: c.Float("lr"), History: c.Int("history_size")}, []tensor.Named{{Name: "p", Param: p}})
			n, params, f := len(c.Float64("start")), c.Float64("params"), problemOf(t, c.Name)
			for step := range len(params) / n {
				if _, err := o.StepWith(closure(o, p, f)); err != nil {
					t.Fatal(err)
				}
				near(t, fmt.Sprintf("%s on %s step %d", c.Name, on.Name(), step+1), p, params[step*n:(step+1)*n], 1e-6)
			}
		}
	}
}

// TestLineSearchGoesBackIfItFails, and has changed nothing.
func TestLineSearchGoesBackIfItFails(t *testing.T) {
	p := param(cpu.Device, device.Float64, -1.25, 1)
	o := New(LBFGS{}, []tensor.Named{{Name: "p", Param: p}})
	broken, n := errors.New("broken"), 0
	_, err := o.StepWith(func() (Evaluation, error) {
		if n++; n == 2 {
			return Evaluation{}, broken
		}
		return closure(o, p, valleys)()
	})
	if !errors.Is(err, broken) || n != 2 {
		t.Errorf("error %v after %d evaluations", err, n)
	}
	if !slices.Equal(tensor.Values[float64](p.Value), []float64{-1.25, 1}) || o.Steps() != 0 {
		t.Errorf("it moved to %v", p.Value)
	}
}

func TestSearchIsForAllParameters(t *testing.T) {
	weight, bias, all := model()
	o := New(LBFGS{}, all).Group(SGD{}, Vectors)
	_, err := o.StepWith(func() (Evaluation, error) { return Evaluation{Loss: 1, Grads: ones(weight, bias), Scale: 1}, nil })
	if err == nil || weight.Value.Floats()[0] != 1 {
		t.Errorf("error %v", err)
	}
}
