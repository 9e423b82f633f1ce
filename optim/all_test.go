package optim

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/jimu-ml/jimu/autograd"
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/device/cpu"
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/tensor"
)

// A sample is a rule.
type sample struct {
	name  string
	rule  Rule
	paper func() func(t int, p, g float64) float64 // the recurrence of the paper for one number; the call begins it

	golden string                   // prefix of its golden cases
	like   func(c *check.Case) Rule // the rule of a golden case, or nil to pass over it

	valley Rule    // for Rosenbrock's valley, where gradients are steep
	below  float64 // what it reaches there in 2000 steps
}

var samples []sample

func register(s sample) bool { samples = append(samples, s); return true }

func TestAll(t *testing.T) {
	for _, s := range samples {
		t.Run(s.name, func(t *testing.T) {
			t.Run("by hand", s.checkByHand)
			t.Run("golden", s.checkGolden)
			t.Run("bowl", s.checkBowl)
			t.Run("valley", s.checkValley)
			t.Run("resume", s.checkResume)
			t.Run("half precision", s.checkHalf)
		})
	}
}

// where are the devices and types that a rule must work with.
var where = []struct {
	on        device.Device
	as        device.DType
	tolerance float64
}{
	{cpu.Device, device.Float64, 1e-12},
	{cpu.Device, device.Float32, 1e-5},
	{plain{cpu.Device}, device.Float64, 1e-12},
	{plain{cpu.Device}, device.Float32, 1e-5},
}

// checkByHand compares five steps with the recurrence of the paper.
func (s sample) checkByHand(t *testing.T) {
	start := []float64{1, -2, 0.5}
	for _, w := range where {
		p := param(w.on, w.as, start...)
		o := New(s.rule, []tensor.Named{{Name: "p", Param: p}})
		want := slices.Clone(start)
		rules := []func(int, float64, float64) float64{s.paper(), s.paper(), s.paper()}
		for step := 1; step <= 5; step++ {
			g := make([]float64, len(start))
			for i := range g {
				g[i] = math.Cos(float64(3*i + 5*step))
				want[i] = rules[i](step, want[i], g[i])
			}
			mustStep(t, o, p, g, 1)
			near(t, fmt.Sprintf("%s %s step %d", w.on.Name(), w.as, step), p, want, w.tolerance)
		}
	}
}

func (s sample) checkGolden(t *testing.T) {
	if s.golden == "" {
		check.Note{Package: "optim", Entry: s.name, Reference: "by hand"}.Write(t)
		t.Skip("no golden cases")
	}
	for _, c := range check.Cases(t, check.GoldenAll(t, "testdata"), s.golden+"/") {
		rule := s.like(c)
		if rule == nil {
			continue
		}
		start := c.Float64("start")
		for _, w := range where {
			grads, params := c.Float64("grads"), c.Float64("params")
			p := param(w.on, w.as, start...)
			o := New(rule, []tensor.Named{{Name: "p", Param: p}})
			off := 0.0
			for n := len(start); len(params) > 0; grads, params = grads[n:], params[n:] {
				mustStep(t, o, p, grads[:n], 1)
				near(t, fmt.Sprintf("%s on %s %s, step %d", c.Name, w.on.Name(), w.as, o.Steps()), p, params[:n], w.tolerance)
				off = max(off, check.Off(tensor.Values[float64](p.Value), params[:n]))
			}
			if w.as == device.Float32 {
				check.Note{Package: "optim", Entry: s.name, Reference: c.MadeBy, Error: off}.Write(t)
			}
		}
	}
}

// checkBowl: the rule comes down in f(p) = ½ Σ h p².
func (s sample) checkBowl(t *testing.T) {
	h := tensor.Of([]float32{1. / 64, 4. / 64, 16. / 64, 1, 4})
	f := func(p *tensor.Tensor) *tensor.Tensor { return p.Square().Mul(h).Sum().Scale(0.5) }
	p := param(cpu.Device, device.Float32, 1, -2, 3, -1, 2)
	first := f(p.Value).Item()
	if last := descend(t, New(s.rule, []tensor.Named{{Name: "p", Param: p}}), p, f, 100); !(last < first/2) {
		t.Errorf("from %v to %v in 100 steps", first, last)
	}
}

// checkValley: the rule follows f(p) = (1 − p₀)² + 100 (p₁ − p₀²)².
func (s sample) checkValley(t *testing.T) {
	f := func(p *tensor.Tensor) *tensor.Tensor {
		x, y := p.Select(0, 0), p.Select(0, 1)
		return x.Neg().AddScalar(1).Square().Add(y.Sub(x.Square()).Square().Scale(100))
	}
	p := param(cpu.Device, device.Float64, -1.25, 1)
	if last := descend(t, New(s.valley, []tensor.Named{{Name: "p", Param: p}}), p, f, 2000); !(last < s.below) {
		t.Errorf("f = %v at %v after 2000 steps, want below %v", last, p.Value, s.below)
	}
}

func descend(t *testing.T, o *Optimizer, p *tensor.Param, f func(p *tensor.Tensor) *tensor.Tensor, steps int) float64 {
	t.Helper()
	for range steps {
		if err := o.Step(autograd.Backward(f(p.Value.Watch())), 1); err != nil {
			t.Fatal(err)
		}
	}
	return f(p.Value).Item()
}

// checkResume: a run whose state was saved and loaded mid-way ends with the same bits as one that was not.
func (s sample) checkResume(t *testing.T) {
	run := func(stop bool) ([]float64, []float64) {
		a, b := param(cpu.Device, device.Float32, 1, -2, 3), param(cpu.Device, device.Float32, 0.5, 0.25)
		b.Frozen = true
		make := func() *Optimizer {
			o := New(s.rule, []tensor.Named{{Name: "a", Param: a}, {Name: "b", Param: b}})
			o.ClipNorm = 0.5
			o.Schedule = WarmUp{Steps: 4, Then: Cosine{Steps: 10}}
			return o
		}
		o := make()
		for step := range 12 {
			if stop && step%5 == 2 {
				saved := map[string]*tensor.Tensor{}
				for name, v := range o.State() {
					saved[name] = v.Clone()
				}
				o = make()
				if err := o.Restore(saved); err != nil {
					t.Fatal(err)
				}
			}
			b.Frozen = step < 4
			g := autograd.Grads{a.Value: vector(a, math.Sin(float64(step)), 1, 0.3), b.Value: vector(b, 1, float64(step))}
			if err := o.Step(g, 0.5); err != nil {
				t.Fatal(err)
			}
		}
		return tensor.Values[float64](a.Value), tensor.Values[float64](b.Value)
	}
	a, b := run(false)
	if c, d := run(true); !slices.Equal(a, c) || !slices.Equal(b, d) {
		t.Errorf("%v %v, resumed %v %v", a, b, c, d)
	}
}

// checkHalf: parameters of 16 bits move, with slots of 32.
func (s sample) checkHalf(t *testing.T) {
	p, q := param(cpu.Device, device.BFloat16, 1, -2), param(cpu.Device, device.Float32, 1, -2)
	o, w := New(s.rule, []tensor.Named{{Name: "p", Param: p}}), New(s.rule, []tensor.Named{{Name: "p", Param: q}})
	for range 3 {
		mustStep(t, o, p, []float64{1, -1}, 1)
		mustStep(t, w, q, []float64{1, -1}, 1)
	}
	near(t, "after three steps", p, tensor.Values[float64](q.Value), 0.02)
	for name, v := range o.State() {
		if name != "step" && name != "p/step" && v.DType() != device.Float32 {
			t.Errorf("%s is %s", name, v.DType())
		}
	}
}

// plain is a device that refuses every optional operation.
type plain struct{ device.Device }

func (p plain) Name() string { return "plain" }

func (p plain) Run(c *device.Call) bool { return c.Op <= device.ScatterAdd && p.Device.Run(c) }

func param(on device.Device, as device.DType, v ...float64) *tensor.Param {
	return &tensor.Param{Value: tensor.Of(slices.Clone(v), len(v)).Cast(as).To(on)}
}

func vector(p *tensor.Param, v ...float64) *tensor.Tensor {
	return tensor.Of(v, len(v)).Cast(p.Value.DType()).To(p.Value.Device())
}

func mustStep(t *testing.T, o *Optimizer, p *tensor.Param, g []float64, scale float64) {
	t.Helper()
	if err := o.Step(autograd.Grads{p.Value: vector(p, slices.Clone(g)...)}, scale); err != nil {
		t.Fatal(err)
	}
}

func near(t *testing.T, what string, p *tensor.Param, want []float64, tolerance float64) {
	t.Helper()
	for i, got := range tensor.Values[float64](p.Value) {
		if !(math.Abs(got-want[i]) <= tolerance*max(1, math.Abs(want[i]))) {
			t.Errorf("%s: parameter %d is %.9g, want %.9g", what, i, got, want[i])
		}
	}
}
