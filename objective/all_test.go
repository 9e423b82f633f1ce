package objective

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/autograd"
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/device/cpu"
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/tensor"
)

func TestAll(t *testing.T) {
	cases := check.GoldenAll(t, "testdata")
	for _, s := range samples {
		s := s.full()
		s.cases = cases
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

// watched returns the inputs with those watched that are differentiated, and which these are.
func (s sample) watched(in []*tensor.Tensor) (all []*tensor.Tensor, free []int) {
	all = slices.Clone(in)
	for i, x := range all {
		if i < s.free && x != nil && x.DType().IsFloat() {
			all[i] = x.Watch()
			free = append(free, i)
		}
	}
	return all, free
}

// results returns the loss and the gradients of its sum.
func (s sample) results(in []*tensor.Tensor) (Loss, [][]float32) {
	all, free := s.watched(in)
	l := s.loss(all)
	var grads [][]float32
	back := autograd.Backward(l.Sum)
	for _, i := range free {
		g := back.Of(all[i])
		if g == nil {
			g = all[i].FullLike(0, all[i].Shape()...)
		}
		grads = append(grads, g.Floats())
	}
	return l, grads
}

func on(d device.Device, in []*tensor.Tensor) []*tensor.Tensor {
	return each(in, func(x *tensor.Tensor) *tensor.Tensor { return x.To(d) })
}

func each(in []*tensor.Tensor, f func(x *tensor.Tensor) *tensor.Tensor) []*tensor.Tensor {
	out := slices.Clone(in)
	for i, x := range out {
		if x != nil {
			out[i] = f(x)
		}
	}
	return out
}

func (s sample) checkGradient(t *testing.T) {
	if s.order < 0 {
		t.Skip("the gradient is not that of the value, on purpose")
	}
	_, free := s.watched(s.in)
	var floats []*tensor.Tensor
	for _, i := range free {
		floats = append(floats, s.in[i])
	}
	err := autograd.CheckOrder(s.order, func(x []*tensor.Tensor) *tensor.Tensor {
		in := slices.Clone(s.in)
		for k, i := range free {
			in[i] = x[k]
		}
		return s.loss(in).Sum
	}, floats...)
	if err != nil {
		t.Error(err)
	}
}

// second returns the gradient of the square of the gradient.
func (s sample) second(in []*tensor.Tensor) (all []float32) {
	in, free := s.watched(in)
	var x []*tensor.Tensor
	for _, i := range free {
		x = append(x, in[i])
	}
	sum := in[0].FullLike(0).Sum().Cast(device.Float32)
	for _, g := range autograd.Grad(s.loss(in).Sum, x...) {
		sum = sum.Add(g.Square().Sum())
	}
	for _, g := range autograd.Grad(sum, x...) {
		all = append(all, g.Floats()...)
	}
	return all
}

func (s sample) checkByHand(t *testing.T) {
	for i, h := range s.values {
		l := s.loss(h.in)
		if got := l.Sum.Item(); !(math.Abs(got-h.sum) <= 1e-5*max(1, math.Abs(h.sum))) && got != h.sum || l.Count != h.count {
			t.Errorf("case %d: sum %v over %v, want %v over %v", i, got, l.Count, h.sum, h.count)
		}
		if got, want := l.Mean(), l.Sum.Item()/h.count; got != want && !math.IsNaN(want) {
			t.Errorf("case %d: mean %v, want %v", i, got, want)
		}
	}
}

func (s sample) checkGolden(t *testing.T) {
	if s.golden == "" {
		check.Note{Package: "objective", Entry: s.name, Reference: "by hand", Order: max(0, s.order)}.Write(t)
		t.Skip("no golden cases")
	}
	for _, c := range check.Cases(t, s.cases, s.golden+"/") {
		s.checkCase(t, c.On(t))
	}
}

func (s sample) checkCase(t *testing.T, c *check.Case) {
	names := s.names
	if names == nil {
		names = []string{"prediction", "target"}
		if !c.Has(names[0]) {
			names[0] = "logits"
		}
	}
	in := make([]*tensor.Tensor, len(names))
	for i, name := range names {
		if !c.Has(name) {
			continue
		}
		if in[i] = golden(c, name); c.Has("d" + name) {
			in[i] = in[i].Watch()
		}
	}
	l := s.given(c)(in)
	what, tolerance := c.Name+": ", 2e-6
	if c.HasAttr("err32") {
		tolerance = max(tolerance, 4*c.Float("err32"))
	}
	check.Close(t, what+"sum", l.Sum.Floats(), c.Float32("sum"), tolerance)
	check.Close(t, what+"count", []float32{float32(l.Count)}, c.Float32("count"), 1e-7)
	if c.Has("mean") && !slices.Contains(names, "mean") {
		check.Close(t, what+"mean", []float32{float32(l.Mean())}, c.Float32("mean"), tolerance)
	}
	off, grads := check.Off(l.Sum.Floats(), c.Float32("sum")), autograd.Backward(l.Sum)
	for i, name := range names {
		if !c.Has("d" + name) {
			continue
		}
		dx, want := grads.Of(in[i]).Floats(), c.Float32("d"+name)
		scaled(t, what+"gradient of "+name, dx, want, tolerance)
		off = max(off, check.Off(dx, want))
	}
	check.Note{Package: "objective", Entry: s.name, Reference: c.MadeBy, Error: off, Order: max(0, s.order)}.Write(t)
}

// scaled is check.Close, with the tolerance relative to the largest element where that is above 1.
func scaled(t *testing.T, what string, got, want []float32, tolerance float64) {
	t.Helper()
	most := 1.0
	for _, v := range want {
		most = max(most, math.Abs(float64(v)))
	}
	shrunk := func(x []float32) []float32 {
		y := slices.Clone(x)
		for i := range y {
			y[i] = float32(float64(y[i]) / most)
		}
		return y
	}
	check.Close(t, fmt.Sprintf("%s over %.3g", what, most), shrunk(got), shrunk(want), tolerance)
}

// checkMicroBatches: the losses of parts of a batch, of 1, 3 and 7 examples, add up to that of the batch, and so do
// their gradients.
func (s sample) checkMicroBatches(t *testing.T) {
	if s.whole != "" {
		t.Skip(s.whole)
	}
	whole, want := s.results(s.in)
	for _, size := range []int{1, 3, 7} {
		in, free := s.watched(s.in)
		var sum Loss
		for at := 0; at < in[0].Dim(0); at += size {
			end := min(at+size, in[0].Dim(0))
			part := slices.Clone(in)
			for i, x := range part {
				if x != nil && !slices.Contains(s.shared, i) {
					part[i] = x.Slice(0, at, end)
				}
			}
			sum = sum.Plus(s.loss(part))
		}
		what := fmt.Sprintf("by %d: ", size)
		if math.Abs(sum.Count-whole.Count) > 1e-12*whole.Count {
			t.Errorf("%scount %v, want %v", what, sum.Count, whole.Count)
		}
		check.Close(t, what+"sum", sum.Sum.Floats(), whole.Sum.Floats(), 2e-6)
		back := autograd.Backward(sum.Sum)
		for k, i := range free {
			if g := back.Of(in[i]); g != nil {
				scaled(t, what+"gradient", g.Floats(), want[k], 2e-6)
			}
		}
	}
}

func (s sample) checkSmallStep(t *testing.T) {
	before, grads := s.results(s.in)
	after := slices.Clone(s.in)
	_, free := s.watched(s.in)
	for k, i := range free {
		g := tensor.Of(grads[k]).Reshape(s.in[i].Shape()...)
		after[i] = s.in[i].Cast(device.Float32).Sub(g.Scale(1e-3 / max(1, g.Norm().Item())))
	}
	if l := s.loss(after); !(l.Mean() < before.Mean()) {
		t.Errorf("mean %v after a small step, %v before", l.Mean(), before.Mean())
	}
}

func (s sample) checkFinite(t *testing.T) {
	in := slices.Clone(s.in)
	if s.extremes != nil {
		copy(in, s.extremes)
	} else {
		_, free := s.watched(s.in)
		for k, i := range free {
			if k == 0 || s.loss != nil && s.objective == nil {
				in[i] = extreme(5+2*k, in[i].Shape()...)
			}
		}
	}
	l, grads := s.results(in)
	numbers := slices.Concat(append(grads, l.Sum.Floats())...)
	for i, v := range numbers {
		if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
			t.Fatalf("number %d of the gradients and sum is %v", i, v)
		}
	}
}

// extreme returns numbers as far as ±1e4 in an order that depends on step.
func extreme(step int, shape ...int) *tensor.Tensor {
	x := numbers(shape...)
	v := x.Floats()
	for i := range v {
		v[i] = []float32{1e4, -1e4, 0, 1e4, -1e4, 9999, 88, -104}[(i*step+i/8)%8]
	}
	return tensor.Of(v, shape...)
}

func (s sample) checkMisuse(t *testing.T) {
	for i, m := range s.wrong {
		for _, d := range []device.Device{cpu.Device, plain{cpu.Device}} {
			err := tensor.Catch(func() { s.loss(on(d, m.in)) })
			if err == nil || !strings.Contains(err.Error(), m.says) {
				t.Errorf("case %d on %s: error %v, want one that says %q", i, d.Name(), err, m.says)
			}
		}
	}
}

// checkPlain: the loss and its gradients are the same on a device without fused operations.
func (s sample) checkPlain(t *testing.T) {
	l, want := s.results(s.in)
	m, got := s.results(on(plain{cpu.Device}, s.in))
	check.Close(t, "sum", m.Sum.Floats(), l.Sum.Floats(), 2e-6)
	for k := range want {
		scaled(t, "gradient", got[k], want[k], 2e-6)
	}
	if s.order == 2 {
		scaled(t, "second order", s.second(on(plain{cpu.Device}, s.in)), s.second(s.in), 1e-5)
	}
}

// checkHalf: the sum over 16-bit inputs is taken in 32 bits.
func (s sample) checkHalf(t *testing.T) {
	half, wide := slices.Clone(s.in), slices.Clone(s.in)
	for i, x := range s.in {
		if i < s.free && x != nil && x.DType().IsFloat() && (i == 0 || s.objective == nil) {
			half[i] = x.Cast(device.BFloat16)
			wide[i] = half[i].Cast(device.Float32)
		}
	}
	l, want := s.loss(half), s.loss(wide)
	if l.Sum.DType() != device.Float32 {
		t.Errorf("the sum is %s", l.Sum.DType())
	}
	check.Close(t, "sum", l.Sum.Floats(), want.Sum.Floats(), 1e-6)
}

// checkScope: the gradient is the same where memory is given back on the way.
func (s sample) checkScope(t *testing.T) {
	_, want := s.results(s.in)
	pass := tensor.NewScope()
	defer pass.Close()
	_, got := s.results(each(s.in, pass.Bring))
	for k := range want {
		check.Close(t, "gradient", got[k], want[k], 0)
	}
}
