package objective

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/autograd"
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/device/cpu"
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/tensor"
)

// A sample is an objective with a batch, whose first axis is that of the examples.
type sample struct {
	name               string
	objective          Objective
	prediction, target *tensor.Tensor
	byHand             []byHand
	misuse             []misuse
	golden             string                        // prefix of its golden cases
	like               func(c *check.Case) Objective // the objective of a golden case
}

type byHand struct {
	prediction, target *tensor.Tensor
	sum, count         float64
}

type misuse struct {
	prediction, target *tensor.Tensor
	says               string
}

var samples []sample

func register(s sample) bool { samples = append(samples, s); return true }

func TestAll(t *testing.T) {
	for _, s := range samples {
		t.Run(s.name, func(t *testing.T) {
			t.Run("gradient", s.checkGradient)
			t.Run("by hand", s.checkByHand)
			t.Run("golden", s.checkGolden)
			t.Run("micro-batches", s.checkMicroBatches)
			t.Run("small step", s.checkSmallStep)
			t.Run("finite", s.checkFinite)
			t.Run("misuse", s.checkMisuse)
			t.Run("plain device", s.checkPlain)
			t.Run("half precision", s.checkHalf)
			t.Run("scope", s.checkScope)
		})
	}
}

func (s sample) checkGradient(t *testing.T) {
	for _, on := range []device.Device{cpu.Device, plain{cpu.Device}} {
		err := autograd.Check(func(x []*tensor.Tensor) *tensor.Tensor {
			return s.objective.Loss(x[0].To(on), x[1].To(on)).Sum.To(cpu.Device)
		}, s.prediction, s.target)
		if err != nil {
			t.Errorf("on %s: %v", on.Name(), err)
		}
	}
}

func (s sample) checkByHand(t *testing.T) {
	for i, h := range s.byHand {
		l := s.objective.Loss(h.prediction, h.target)
		if got := l.Sum.Item(); math.Abs(got-h.sum) > 1e-5*max(1, math.Abs(h.sum)) || l.Count != h.count {
			t.Errorf("case %d: sum %v over %v, want %v over %v", i, got, l.Count, h.sum, h.count)
		}
		if got, want := l.Mean(), l.Sum.Item()/h.count; got != want && !math.IsNaN(want) {
			t.Errorf("case %d: mean %v, want %v", i, got, want)
		}
	}
}

func (s sample) checkGolden(t *testing.T) {
	if s.golden == "" {
		check.Note{Package: "objective", Entry: s.name, Reference: "by hand", Order: 2}.Write(t)
		t.Skip("no golden cases")
	}
	for _, c := range check.Cases(t, check.GoldenAll(t, "testdata"), s.golden+"/") {
		name := "logits"
		if !c.Has(name) {
			name = "prediction"
		}
		x := tensor.Of(c.Float32(name), c.Shape(name)...).Watch()
		l := s.like(c).Loss(x, golden(c, "target"))
		what := c.Name + ": "
		check.Close(t, what+"sum", l.Sum.Floats(), c.Float32("sum"), 2e-6)
		check.Close(t, what+"count", []float32{float32(l.Count)}, c.Float32("count"), 1e-7)
		check.Close(t, what+"mean", []float32{float32(l.Mean())}, c.Float32("mean"), 2e-6)
		dx := autograd.Backward(l.Sum).Of(x).Floats()
		check.Close(t, what+"gradient", dx, c.Float32("d"+name), 2e-6)
		off := max(check.Off(l.Sum.Floats(), c.Float32("sum")), check.Off(dx, c.Float32("d"+name)))
		check.Note{Package: "objective", Entry: s.name, Reference: c.MadeBy, Error: off, Order: 2}.Write(t)
	}
}

func golden(c *check.Case, name string) *tensor.Tensor {
	if a := c.Array(name); a.DType == "int64" {
		return tensor.Of(a.Int64, a.Shape...)
	}
	return tensor.Of(c.Float32(name), c.Shape(name)...)
}

func floats(c *check.Case, name string) (v []float64) {
	if !c.Has(name) {
		return nil
	}
	for _, x := range c.Float32(name) {
		v = append(v, float64(x))
	}
	return v
}

// checkMicroBatches: the losses of parts of a batch, of 1, 3 and 7 examples, add up to that of the batch, and so do
// their gradients.
func (s sample) checkMicroBatches(t *testing.T) {
	x := s.prediction.Watch()
	whole := s.objective.Loss(x, s.target)
	want := autograd.Backward(whole.Sum).Of(x).Floats()
	for _, size := range []int{1, 3, 7} {
		x := s.prediction.Watch()
		var sum Loss
		for at := 0; at < x.Dim(0); at += size {
			end := min(at+size, x.Dim(0))
			sum = sum.Plus(s.objective.Loss(x.Slice(0, at, end), s.target.Slice(0, at, end)))
		}
		what := fmt.Sprintf("by %d: ", size)
		if math.Abs(sum.Count-whole.Count) > 1e-12*whole.Count {
			t.Errorf("%scount %v, want %v", what, sum.Count, whole.Count)
		}
		check.Close(t, what+"sum", sum.Sum.Floats(), whole.Sum.Floats(), 2e-6)
		check.Close(t, what+"gradient", autograd.Backward(sum.Sum).Of(x).Floats(), want, 2e-6)
	}
}

func (s sample) checkSmallStep(t *testing.T) {
	x := s.prediction.Watch()
	before := s.objective.Loss(x, s.target)
	g := autograd.Backward(before.Sum).Of(x)
	after := s.objective.Loss(s.prediction.Sub(g.Scale(1e-3)), s.target)
	if !(after.Mean() < before.Mean()) {
		t.Errorf("mean %v after a small step, %v before", after.Mean(), before.Mean())
	}
}

func (s sample) checkFinite(t *testing.T) {
	v := make([]float32, s.prediction.Len())
	for i := range v {
		v[i] = []float32{1e4, -1e4, 0, 1e4, -1e4, 9999, 88, -104}[(i*5+i/8)%8]
	}
	x := tensor.Of(v, s.prediction.Shape()...).Watch()
	l := s.objective.Loss(x, s.target)
	numbers := append(autograd.Backward(l.Sum).Of(x).Floats(), l.Sum.Floats()...)
	for i, v := range numbers {
		if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
			t.Fatalf("number %d of the gradient and sum is %v", i, v)
		}
	}
}

func (s sample) checkMisuse(t *testing.T) {
	for i, m := range s.misuse {
		for _, on := range []device.Device{cpu.Device, plain{cpu.Device}} {
			err := tensor.Catch(func() { s.objective.Loss(m.prediction.To(on), m.target.To(on)) })
			if err == nil || !strings.Contains(err.Error(), m.says) {
				t.Errorf("case %d on %s: error %v, want one that says %q", i, on.Name(), err, m.says)
			}
		}
	}
}

// checkPlain: the loss and its gradient are the same on a device without fused operations.
func (s sample) checkPlain(t *testing.T) {
	x := s.prediction.Watch()
	l := s.objective.Loss(x, s.target)
	y := s.prediction.To(plain{cpu.Device}).Watch()
	m := s.objective.Loss(y, s.target.To(plain{cpu.Device}))
	check.Close(t, "sum", m.Sum.Floats(), l.Sum.Floats(), 2e-6)
	check.Close(t, "gradient", autograd.Backward(m.Sum).Of(y).Floats(), autograd.Backward(l.Sum).Of(x).Floats(), 2e-6)
}

// checkHalf: the sum over 16-bit predictions is taken in 32 bits.
func (s sample) checkHalf(t *testing.T) {
	x := s.prediction.Cast(device.BFloat16)
	l, want := s.objective.Loss(x, s.target), s.objective.Loss(x.Cast(device.Float32), s.target)
	if l.Sum.DType() != device.Float32 {
		t.Errorf("the sum is %s", l.Sum.DType())
	}
	check.Close(t, "sum", l.Sum.Floats(), want.Sum.Floats(), 1e-6)
}

// checkScope: the gradient is the same where memory is given back on the way.
func (s sample) checkScope(t *testing.T) {
	x := s.prediction.Watch()
	want := autograd.Backward(s.objective.Loss(x, s.target).Sum).Of(x).Floats()
	pass := tensor.NewScope()
	defer pass.Close()
	y := pass.Bring(s.prediction).Watch()
	got := autograd.Backward(s.objective.Loss(y, s.target).Sum).Of(y).Floats()
	check.Close(t, "gradient", got, want, 0)
}

// plain is a device that refuses every optional operation.
type plain struct{ device.Device }

func (p plain) Name() string { return "plain" }

func (p plain) Run(c *device.Call) bool { return c.Op <= device.ScatterAdd && p.Device.Run(c) }

// numbers returns n unremarkable numbers between −2 and 2 as a tensor of that shape.
func numbers(shape ...int) *tensor.Tensor {
	n := 1
	for _, d := range shape {
		n *= d
	}
	v := make([]float32, n)
	for i := range v {
		v[i] = float32(2 * math.Sin(float64(7*i+3)*1.7))
	}
	return tensor.Of(v, shape...)
}

// classes returns class numbers below c.
func classes(c int, shape ...int) *tensor.Tensor {
	n := 1
	for _, d := range shape {
		n *= d
	}
	v := make([]int64, n)
	for i := range v {
		v[i] = int64((i*i + 3*i + i/4) % c)
	}
	return tensor.Of(v, shape...)
}

// shares returns rows of probabilities.
func shares(n, c int) *tensor.Tensor {
	e := numbers(n, c).Exp()
	return e.Div(e.SumKeep(1))
}
