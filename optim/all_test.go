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
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A sample is a rule.
type sample struct {
	name  string
	rule  Rule
	paper func() func(t int, p, g float64) float64    // the recurrence of the paper for one number; the call begins it
	whole func() func(p []float64, x given) []float64 // or for a whole parameter
	shape []int                                       // of the parameter, for rules of matrices; nil: vectors

	golden string                   // prefix of its golden cases
	like   func(c *check.Case) Rule // the rule of a golden case, or nil to pass over it
	loose  float64                  // tolerance of golden cases in float32, if not 1e-5
	fixed  bool                     // the rule is told no loss and evaluates nothing

	valley Rule    // for Rosenbrock's valley, where gradients are steep
	below  float64 // what it reaches there in 2000 steps
	bowl   Rule    // for the bowl, if not rule
}

// given is what a rule sees in a step by hand.
type given struct {
	t    int
	g, h []float64 // gradient and curvature
	loss float64
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
	shape := s.shape
	if shape == nil {
		shape = []int{3}
	}
	n := 1
	for _, d := range shape {
		n *= d
	}
	start := []float64{1, -2, 0.5, -0.75, 1.5, 0.25}[:n]
	for _, w := range where {
		p := shaped(param(w.on, w.as, start...), shape)
		o := New(s.rule, []tensor.Named{{Name: "p", Param: p}})
		want, next := slices.Clone(start), s.byHand(n)
		for step := 1; step <= 5; step++ {
			x := given{t: step, g: make([]float64, n), h: make([]float64, n), loss: 2 + math.Cos(float64(step))}
			for i := range n {
				x.g[i], x.h[i] = math.Cos(float64(3*i+5*step)), 1+math.Sin(float64(i+step))
			}
			want = next(want, x)
			s.step(t, o, p, x)
			near(t, fmt.Sprintf("%s %s step %d", w.on.Name(), w.as, step), p, want, w.tolerance)
		}
	}
}

// byHand returns the recurrence for a whole parameter.
func (s sample) byHand(n int) func(p []float64, x given) []float64 {
	if s.whole != nil {
		return s.whole()
	}
	rules := make([]func(int, float64, float64) float64, n)
	for i := range rules {
		rules[i] = s.paper()
	}
	return func(p []float64, x given) []float64 {
		next := make([]float64, len(p))
		for i := range p {
			next[i] = rules[i](x.t, p[i], x.g[i])
		}
		return next
	}
}

// step makes a step with what is given.
func (s sample) step(t *testing.T, o *Optimizer, p *tensor.Param, x given) {
	t.Helper()
	grads := autograd.Grads{p.Value: vector(p, slices.Clone(x.g)...)}
	var h autograd.Grads
	if x.h != nil && o.WantsCurvature() {
		h = autograd.Grads{p.Value: vector(p, slices.Clone(x.h)...)}
	}
	s.mustStep(t, o, Evaluation{x.loss, grads, 1, h})
}

func (s sample) mustStep(t *testing.T, o *Optimizer, e Evaluation) {
	t.Helper()
	var err error
	if s.fixed {
		err = o.Step(e.Grads, e.Scale)
	} else {
		_, err = o.StepWith(func() (Evaluation, error) { return e, nil })
	}
	if err != nil {
		t.Fatal(err)
	}
}

func (s sample) checkGolden(t *testing.T) {
	if s.golden == "" {
		check.Note{Package: "optim", Entry: s.name, Reference: "by hand"}.Write(t)
		t.Skip("no golden cases")
	}
	for _, c := range check.Cases(t, goldens(t), s.golden+"/") {
		rule := s.like(c)
		if rule == nil {
			continue
		}
		for _, w := range where {
			tolerance := w.tolerance
			if w.as == device.Float32 && s.loose > 0 {
				tolerance = s.loose
			}
			off := s.follow(t, c, rule, w.on, w.as, tolerance)
			if w.as == device.Float32 {
				check.Note{Package: "optim", Entry: s.name, Reference: c.MadeBy, Error: off}.Write(t)
			}
		}
	}
}

// follow compares a golden trajectory with the rule's, fed the gradients of the golden one.
func (s sample) follow(t *testing.T, c *check.Case, rule Rule, on device.Device, as device.DType, tolerance float64) (off float64) {
	start, f := c.Float64("start"), problemOf(t, c.Name)
	p := shaped(param(on, as, start...), c.Shape("start"))
	o := New(rule, []tensor.Named{{Name: "p", Param: p}})
	n, at, params := len(start), start, c.Float64("params")
	var all []float64
	for step := range len(params) / n {
		x := given{t: step + 1}
		x.loss, x.g = f(at)
		if c.Has("grads") {
			x.g = c.Float64("grads")[step*n : (step+1)*n]
		}
		if c.Has("hess") {
			x.h = c.Float64("hess")[step*n : (step+1)*n]
		}
		s.step(t, o, p, x)
		at = params[step*n : (step+1)*n]
		near(t, fmt.Sprintf("%s on %s %s, step %d", c.Name, on.Name(), as, step+1), p, at, tolerance)
		all = append(all, tensor.Values[float64](p.Value)...)
		if c.Has("extra") {
			x := rule.(Twin).Eval(p.Value, o.cells[0].slots)
			near(t, fmt.Sprintf("%s to predict with, step %d", c.Name, step+1), &tensor.Param{Value: x}, c.Float64("extra")[step*n:(step+1)*n], tolerance)
		}
	}
	return check.Off(all, params)
}

// checkBowl: the rule comes down in f(p) = ½ Σ h p².
func (s sample) checkBowl(t *testing.T) {
	h := tensor.Of([]float32{1. / 64, 4. / 64, 16. / 64, 1, 4, 0.5})
	v := []float64{1, -2, 3, -1, 2, 1}
	p := param(cpu.Device, device.Float32, v[:5]...)
	if s.shape != nil {
		p, h = shaped(param(cpu.Device, device.Float32, v...), []int{2, 3}), h.Reshape(2, 3)
	} else {
		h = h.Slice(0, 0, 5)
	}
	f := func(p *tensor.Tensor) *tensor.Tensor { return p.Square().Mul(h).Sum().Scale(0.5) }
	rule := s.rule
	if s.bowl != nil {
		rule = s.bowl
	}
	o, first := New(rule, []tensor.Named{{Name: "p", Param: p}}), f(p.Value).Item()
	if last := s.descend(t, o, p, func() (Evaluation, error) { return evaluate(o, p, f), nil }, 100); !(last < first/2) {
		t.Errorf("from %v to %v in 100 steps", first, last)
	}
}

// checkValley: the rule follows f(p) = (1 − p₀)² + 100 (p₁ − p₀²)².
func (s sample) checkValley(t *testing.T) {
	p := param(cpu.Device, device.Float64, -1.25, 1)
	if s.shape != nil {
		p = shaped(p, []int{2, 1})
	}
	o := New(s.valley, []tensor.Named{{Name: "p", Param: p}})
	if last := s.descend(t, o, p, closure(o, p, valleys), 2000); !(last < s.below) {
		t.Errorf("f = %v at %v after 2000 steps, want below %v", last, p.Value, s.below)
	}
}

// descend makes steps, and returns the loss at what is to predict with.
func (s sample) descend(t *testing.T, o *Optimizer, p *tensor.Param, evaluate func() (Evaluation, error), steps int) float64 {
	t.Helper()
	for range steps {
		if s.fixed {
			e, _ := evaluate()
			s.mustStep(t, o, e)
		} else if _, err := o.StepWith(evaluate); err != nil {
			t.Fatal(err)
		}
	}
	for _, v := range o.Values() {
		p.Value.CopyFrom(v)
	}
	e, _ := evaluate()
	return e.Loss
}

// closure evaluates a problem at a parameter.
func closure(o *Optimizer, p *tensor.Param, f problem) func() (Evaluation, error) {
	return func() (Evaluation, error) {
		at := tensor.Values[float64](p.Value)
		loss, g := f(at)
		e := Evaluation{Loss: loss, Grads: autograd.Grads{p.Value: vector(p, g...)}, Scale: 1}
		if o.WantsCurvature() { // the valley's
			e.Curvature = autograd.Grads{p.Value: vector(p, 2-400*at[1]+1200*at[0]*at[0], 200)}
		}
		return e, nil
	}
}

// evaluate is what train.Step does.
func evaluate(o *Optimizer, p *tensor.Param, f func(p *tensor.Tensor) *tensor.Tensor) Evaluation {
	loss := f(p.Value.Watch())
	e := Evaluation{Loss: loss.Item(), Scale: 1}
	if o.WantsCurvature() {
		e.Curvature = Hutchinson(loss, o.Params(), rng.KeyOf(1).At(uint64(o.Steps())))
	}
	e.Grads = autograd.Backward(loss)
	return e
}

// checkResume: a run whose state was saved and loaded mid-way ends with the same bits as one that was not.
func (s sample) checkResume(t *testing.T) {
	run := func(stop bool) ([]float64, []float64) {
		a, b := param(cpu.Device, device.Float32, 1, -2, 3), param(cpu.Device, device.Float32, 0.5, 0.25)
		if s.shape != nil {
			a, b = shaped(a, []int{1, 3}), shaped(b, []int{2, 1})
		}
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
			h := autograd.Grads{a.Value: vector(a, 1, 2, float64(step)), b.Value: vector(b, 1, 3)}
			s.mustStep(t, o, Evaluation{1, g, 0.5, h})
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
	if s.shape != nil {
		p, q = shaped(p, []int{2, 1}), shaped(q, []int{2, 1})
	}
	o, w := New(s.rule, []tensor.Named{{Name: "p", Param: p}}), New(s.rule, []tensor.Named{{Name: "p", Param: q}})
	for range 3 {
		x := given{g: []float64{1, -1}, h: []float64{1, 2}, loss: 1}
		s.step(t, o, p, x)
		s.step(t, w, q, x)
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

// shaped returns a parameter with another shape.
func shaped(p *tensor.Param, shape []int) *tensor.Param {
	return &tensor.Param{Value: p.Value.Reshape(shape...).Clone()}
}

func vector(p *tensor.Param, v ...float64) *tensor.Tensor {
	return tensor.Of(v, p.Value.Shape()...).Cast(p.Value.DType()).To(p.Value.Device())
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
