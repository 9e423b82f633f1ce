package objective

import (
	"math"
	"testing"

	"github.com/jimu-ml/jimu/autograd"
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/tensor"
)

var (
	realLogits, fakeLogits = numbers(9, 1), numbers(18).Slice(0, 9, 18).Scale(0.7).Reshape(9, 1)

	sure = list(tensor.Of([]float32{1e4}, 1), tensor.Of([]float32{-1e4}, 1)) // the discriminator is right
	even = list(tensor.Zeros(2, 3), tensor.Zeros(2, 3))
)

func unequal(name string) []wrong {
	return []wrong{
		{list(numbers(4, 1), numbers(4)), name + ": logits of real examples of shape [4 1] and of made ones of shape [4] differ"},
		{list(numbers(4), classes(3, 4)), name + ": logits of shape [4] are int64; want floats"},
	}
}

// discriminator is one side of a game as a sample, with the losses of a discriminator that is sure and of one that is not.
func discriminator(name string, g Adversarial, sureLoss, evenLoss float64) sample {
	return sample{
		name: name + "/discriminator", in: list(realLogits, fakeLogits), names: []string{"real", "fake"}, golden: name + "/discriminator",
		loss:   func(in []*tensor.Tensor) Loss { return g.Discriminator(in[0], in[1]) },
		values: []value{{sure, sureLoss, 1}, {even, evenLoss, 6}}, wrong: unequal(name),
	}
}

// generator is the other side. Only relativistic games look at the real examples.
func generator(name string, g Adversarial, sureLoss, evenLoss float64) sample {
	return sample{
		name: name + "/generator", in: list(realLogits, fakeLogits), names: []string{"real", "fake"}, golden: name + "/generator",
		loss:   func(in []*tensor.Tensor) Loss { return g.Generator(in[0], in[1]) },
		values: []value{{sure, sureLoss, 1}, {even, evenLoss, 6}},
	}
}

// average says that the means of a batch are not those of its parts.
func average(s sample) sample {
	s.whole = "an example is compared with the mean of the batch"
	return s
}

var (
	_ = register(discriminator("MinimaxGAN", MinimaxGAN{}, 0, 12*math.Ln2))
	_ = register(generator("MinimaxGAN", MinimaxGAN{}, 0, -6*math.Ln2))
	_ = register(discriminator("NonSaturatingGAN", NonSaturatingGAN{}, 0, 12*math.Ln2))
	_ = register(generator("NonSaturatingGAN", NonSaturatingGAN{}, 1e4, 6*math.Ln2))
	_ = register(discriminator("LeastSquaresGAN", LeastSquaresGAN{}, 99990000.5, 3))
	_ = register(generator("LeastSquaresGAN", LeastSquaresGAN{}, 50010000.5, 3))
	_ = register(discriminator("HingeGAN", HingeGAN{}, 0, 12))
	_ = register(generator("HingeGAN", HingeGAN{}, 1e4, 0))
	_ = register(discriminator("WassersteinGAN", WassersteinGAN{}, -2e4, 0))
	_ = register(generator("WassersteinGAN", WassersteinGAN{}, 1e4, 0))
	_ = register(discriminator("RelativisticGAN", RelativisticGAN{}, 0, 6*math.Ln2))
	_ = register(generator("RelativisticGAN", RelativisticGAN{}, 2e4, 6*math.Ln2))
	_ = register(average(discriminator("RelativisticAverageGAN", RelativisticAverageGAN{}, 0, 12*math.Ln2)))
	_ = register(average(generator("RelativisticAverageGAN", RelativisticAverageGAN{}, 4e4, 12*math.Ln2)))
)

var _ = register(func() sample {
	s := discriminator("NonSaturatingGAN", NonSaturatingGAN{Smoothing: 0.1}, 1e3, 12*math.Ln2)
	s.name, s.golden = "NonSaturatingGAN/smoothed", "NonSaturatingGAN/smoothed"
	return s
}())

// TestGeneratorNeedsNoReal: but for the relativistic games, a generator's step has no real examples.
func TestGeneratorNeedsNoReal(t *testing.T) {
	for _, g := range []Adversarial{MinimaxGAN{}, NonSaturatingGAN{}, LeastSquaresGAN{}, HingeGAN{}, WassersteinGAN{}} {
		if l := g.Generator(nil, fakeLogits); l.Count != 9 {
			t.Errorf("%T: count %v", g, l.Count)
		}
	}
}

func TestClip(t *testing.T) {
	var w, buffer, frozen tensor.Param
	for _, p := range []*tensor.Param{&w, &buffer, &frozen} {
		p.Value = tensor.Of([]float32{-0.5, -0.005, 0, 0.02, 7}).Clone()
	}
	frozen.Frozen = true
	params := []tensor.Named{{Name: "w", Param: &w}, {Name: "mean", Param: &buffer, Buffer: true}, {Name: "frozen", Param: &frozen}, {Name: "none", Param: new(tensor.Param)}}
	WassersteinGAN{}.Clip(params)
	check.Close(t, "clipped", w.Value.Floats(), []float32{-0.01, -0.005, 0, 0.01, 0.01}, 1e-9)
	WassersteinGAN{Bound: 0.002}.Clip(params)
	check.Close(t, "clipped", w.Value.Floats(), []float32{-0.002, -0.002, 0, 0.002, 0.002}, 1e-9)
	for _, p := range []*tensor.Param{&buffer, &frozen} {
		check.Close(t, "left alone", p.Value.Floats(), []float32{-0.5, -0.005, 0, 0.02, 7}, 0)
	}
}

// hidden is a critic with a hidden layer w [d h] and an output v [h].
func hidden(w, v *tensor.Tensor) func(x *tensor.Tensor) *tensor.Tensor {
	return func(x *tensor.Tensor) *tensor.Tensor {
		h := x.Reshape(x.Dim(0), x.Len()/max(x.Dim(0), 1)).MatMul(w.Cast(x.DType())).Tanh()
		return h.Mul(v.Cast(x.DType())).Sum(1)
	}
}

// penalty is a penalty of that critic as a sample.
func penalty(name, golden string, loss func(critic func(x *tensor.Tensor) *tensor.Tensor, x *tensor.Tensor) Loss) sample {
	return sample{
		name: name, in: list(numbers(9, 1, 2), numbers(2, 3).Scale(0.6).AddScalar(0.3), numbers(3).AddScalar(1)), shared: []int{1, 2},
		names: []string{"x", "w", "v"}, golden: golden,
		loss: func(in []*tensor.Tensor) Loss { return loss(hidden(in[1], in[2]), in[0]) },
		wrong: []wrong{
			{list(classes(3, 4), numbers(1, 3), numbers(3)), "points int64 of shape [4]; want floats [n …]"},
			{list(tensor.Scalar(1), numbers(1, 3), numbers(3)), "points float32 of shape []; want floats [n …]"},
		},
		extremes: list(tensor.Full(1e4, 9, 1, 2)), // where the critic is flat
	}
}

var (
	_ = register(penalty("GradientPenalty", "GradientPenalty/two", GradientPenalty{}.Loss))
	_ = register(penalty("GradientPenalty/one-sided", "GradientPenalty/one", GradientPenalty{OneSided: true}.Loss))
	_ = register(penalty("GradientPenalty/zero-centred", "GradientPenalty/zero", GradientPenalty{ZeroCentered: true}.Loss))
	_ = register(penalty("R1", "GradientPenalty/zero", R1))
)

var _ = register(func() sample {
	s := penalty("R2", "GradientPenalty/zero", R2)
	s.names, s.free = nil, 2
	weights := s.in[1:]
	s.in = append(list(weights...), s.in[0]) // the points have no gradient
	s.whole = "the first axis is of the parameters"
	s.names = []string{"w", "v", "x"}
	s.loss = func(in []*tensor.Tensor) Loss { return R2(hidden(in[0], in[1]), in[2].Cast(wide(in[0]).DType())) }
	s.wrong, s.shared = nil, nil
	s.extremes = list(weights[0], weights[1], tensor.Full(1e4, 9, 1, 2))
	return s
}())

// TestSlopeOfALine: the slope of a linear critic is the length of its weights; a step of the penalty changes it.
func TestSlopeOfALine(t *testing.T) {
	w := tensor.Of([]float32{3, 4}).Watch()
	critic := func(x *tensor.Tensor) *tensor.Tensor { return x.Mul(w).Sum(1) }
	for _, c := range []struct {
		o    GradientPenalty
		want float64
	}{{GradientPenalty{}, 3 * 16}, {GradientPenalty{OneSided: true}, 3 * 16}, {GradientPenalty{ZeroCentered: true}, 3 * 25}} {
		l := c.o.Loss(critic, numbers(3, 2))
		if l.Sum.Item() != c.want || l.Count != 3 {
			t.Errorf("%+v: %v over %v, want %v over 3", c.o, l.Sum.Item(), l.Count, c.want)
		}
		g := autograd.Backward(l.Sum).Of(w).Floats()
		if g[0] <= 0 || g[1] <= g[0] {
			t.Errorf("%+v: gradient %v", c.o, g)
		}
	}
	w = tensor.Of([]float32{0.3, 0.4}).Watch()
	if v := (GradientPenalty{OneSided: true}).Loss(critic, numbers(3, 2)).Sum.Item(); v != 0 {
		t.Errorf("a slope below 1 costs %v on one side", v)
	}
}

// TestInterpolated: a random point has one share for all its elements, and shares differ.
func TestInterpolated(t *testing.T) {
	a, b := tensor.Ones(50, 2, 3), tensor.Zeros(50, 2, 3)
	x := Interpolated(a, b, 5)
	u := x.Floats()
	seen := map[float32]bool{}
	for i, v := range u {
		if v != u[i/6*6] || v < 0 || v >= 1 {
			t.Fatalf("element %d is %v, the example's first is %v", i, v, u[i/6*6])
		}
		seen[v] = true
	}
	if len(seen) != 50 {
		t.Errorf("%d different shares", len(seen))
	}
	if got := Interpolated(a.Cast(device.BFloat16), b.Cast(device.BFloat16), 5); got.DType() != device.BFloat16 {
		t.Errorf("16-bit examples become %s", got.DType())
	}
}
