package objective

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/autograd"
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/tensor"
)

func elbo(o ELBOLoss) call {
	return func(in []*tensor.Tensor) Loss { return o.Loss(in[0], in[3], in[1], in[2]) }
}

var codes = list(numbers(9, 2), numbers(18, 2).Slice(0, 9, 18).Scale(0.6), numbers(9, 1).Cos())

var _ = register(sample{
	name: "ELBOLoss", loss: elbo(ELBOLoss{}), free: 3,
	in: list(numbers(9, 1, 2), codes[0], codes[1], shares(9, 2).Reshape(9, 1, 2)),
	values: []value{
		{list(tensor.Zeros(2, 3), tensor.Zeros(2, 4), tensor.Zeros(2, 4), tensor.Ones(2, 3)), 6 * math.Ln2, 2},
		{list(tensor.Zeros(1, 3), tensor.Full(2, 1, 4), tensor.Zeros(1, 4), tensor.Ones(1, 3)), 3*math.Ln2 + 8, 1},
	},
	wrong: []wrong{
		{list(numbers(4, 2), numbers(4, 2), numbers(4, 2), numbers(4, 3)), "ELBO: predictions of shape [4 2] and targets of shape [4 3] differ"},
		{list(numbers(4, 2), numbers(4, 2), numbers(4, 3), numbers(4, 2)), "StandardNormalKL: predictions of shape [4 2] and targets of shape [4 3] differ"},
		{list(numbers(4, 2), numbers(3, 2), numbers(3, 2), numbers(4, 2)), "ELBO: reconstructions of shape [4 2] for codes of shape [3 2]"},
		{list(numbers(4), tensor.Scalar(1), tensor.Scalar(1), numbers(4)), "codes of shape []; want a first axis"},
	},
	golden: "ELBO", names: []string{"reconstruction", "mean", "logvariance", "target"},
	given: func(c *check.Case) call {
		o := ELBOLoss{Beta: new(c.Float("beta"))}
		if c.HasAttr("variance") {
			o.Variance = c.Float("variance")
		}
		return elbo(o)
	},
})

var _ = register(sample{
	name: "ELBOLoss/gaussian", loss: elbo(ELBOLoss{Beta: new(0.5), Variance: 2}), free: 3,
	in:     list(numbers(9, 2), codes[0], codes[1], shares(9, 2)),
	values: []value{{list(tensor.Zeros(1, 1), tensor.Full(2, 1, 1), tensor.Zeros(1, 1), tensor.Ones(1, 1)), 0.25 + 0.5*math.Log(4*math.Pi) + 1, 1}},
})

var _ = register(sample{
	name: "StandardNormalKL", loss: func(in []*tensor.Tensor) Loss { return StandardNormalKL(in[0], in[1]) },
	in:     codes[:2],
	values: []value{{list(tensor.Full(3, 2, 1), tensor.Full(math.Log(4), 2, 1)), 2 * 0.5 * (9 + 4 - math.Log(4) - 1), 2}},
	golden: "StandardNormalKL", names: []string{"mean", "logvariance"},
})

var _ = register(sample{
	name: "VectorQuantizationLoss", objective: VectorQuantizationLoss{}, prediction: numbers(9, 2), target: numbers(18).Scale(0.3).Reshape(9, 2),
	byHand: []byHand{{tensor.Of([]float32{1, 2}), tensor.Of([]float32{1, 4}), 5, 2}},
	misuse: []misuse{{numbers(3), numbers(3, 1), "VectorQuantization: predictions of shape [3] and targets of shape [3 1] differ"}},
	golden: "VectorQuantization", names: []string{"encoded", "code"},
	order: -1, // part of the gradient is stopped
})

// TestGradientsThatStop: the encoder's gradient is β times the distance's, the codes' the distance's own; and the straight way
// through gives the decoder codes and the encoder the decoder's gradient.
func TestGradientsThatStop(t *testing.T) {
	z, e := tensor.Of([]float32{1, 2}).Watch(), tensor.Of([]float32{0, 4}).Watch()
	g := autograd.Backward(VectorQuantizationLoss{Commitment: 0.5}.Loss(z, e).Sum)
	check.Close(t, "encoder", g.Of(z).Floats(), []float32{1, -2}, 1e-6)
	check.Close(t, "codes", g.Of(e).Floats(), []float32{-2, 4}, 1e-6)
	y := z.Add(e.Sub(z).Detach())
	check.Close(t, "straight through", y.Floats(), []float32{0, 4}, 0)
	g = autograd.Backward(y.Square().Sum())
	check.Close(t, "gradient straight through", g.Of(z).Floats(), []float32{0, 8}, 0)
	if g.Of(e) != nil {
		t.Error("the codes have a gradient of the decoder")
	}
}

var (
	clean, stirring = numbers(9, 2), numbers(18, 2).Slice(0, 9, 18)
	someSteps       = tensor.Of([]int64{0, 3, 9, 5, 5, 1, 2, 7, 8}, 9)
)

func denoise(o DiffusionLoss) call {
	return func(in []*tensor.Tensor) Loss { return o.Loss(in[0], in[1], in[2], in[3]) }
}

// diffused is a sample of a diffusion's objective.
func diffused(name string, o DiffusionLoss, values ...value) sample {
	return sample{
		name: name, loss: denoise(o), in: list(numbers(9, 2).Flip(0), clean, stirring, someSteps), values: values,
		wrong: []wrong{
			{list(numbers(4, 2), numbers(4, 2), numbers(4, 3), classes(3, 4)), "Diffusion: examples float32 of shape [4 2] and noise float32 of shape [4 3]"},
			{list(numbers(4, 3), numbers(4, 2), numbers(4, 2), classes(3, 4)), "Diffusion: predictions of shape [4 3] and targets of shape [4 2] differ"},
			{list(numbers(4), numbers(4), numbers(4), classes(3, 3)), "Diffusion: steps int64 of shape [3] for examples of shape [4]"},
			{list(numbers(2), numbers(2), numbers(2), tensor.Of([]int64{0, 10})), "Diffusion: step 10 of a schedule of 10"},
		},
	}
}

var short = NewNoiseSchedule([]float64{0.2, 0.25, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.9}) // ᾱ = 0.8, 0.6, …

var _ = register(func() sample {
	one := func(v float64) *tensor.Tensor { return tensor.Full(v, 1, 2) }
	s := diffused("DiffusionLoss", DiffusionLoss{Schedule: short}, value{list(one(1), one(5), one(3), tensor.Of([]int64{1}, 1)), 8, 2})
	s.golden, s.names = "Diffusion", []string{"prediction", "example", "noise", "step"}
	s.given = func(c *check.Case) call {
		return denoise(DiffusionLoss{Predict: Predicted(c.Int("predict")), Gamma: c.Float("gamma")})
	}
	return s
}())

var (
	_ = register(diffused("DiffusionLoss/example", DiffusionLoss{Schedule: short, Predict: PredictExample, Gamma: 1.2},
		value{list(tensor.Full(1, 1, 2), tensor.Full(5, 1, 2), tensor.Full(3, 1, 2), tensor.Of([]int64{1}, 1)), 2 * 16 * 1.2, 2}))
	_ = register(diffused("DiffusionLoss/velocity", DiffusionLoss{Schedule: short, Predict: PredictVelocity, Gamma: 2},
		value{
			list(tensor.Zeros(1, 2), tensor.Full(5, 1, 2), tensor.Full(3, 1, 2), tensor.Of([]int64{1}, 1)),
			2 * math.Pow(math.Sqrt(0.6)*3-math.Sqrt(0.4)*5, 2) * 1.5 / 2.5, 2,
		}))
)

// TestNoiseSchedules: ᾱ is that of diffusers, which computes it in float32, and of the formulas in float64.
func TestNoiseSchedules(t *testing.T) {
	kinds := map[string]func(int) NoiseSchedule{"linear": LinearNoise, "scaled_linear": ScaledLinearNoise, "squaredcos_cap_v2": CosineNoise}
	for _, c := range check.Cases(t, check.GoldenAll(t, "testdata"), "NoiseSchedule/") {
		var kind string
		c.Attr("kind", &kind)
		s := kinds[kind](c.Int("steps"))
		every := 1
		if s.Len() > 100 {
			every = 37
		}
		for i, want := range c.Float64("exact") {
			if got := s.Kept[i*every]; math.Abs(got-want) > 1e-12 || math.Abs(got-float64(c.Float32("theirs")[i])) > 2e-6 {
				t.Errorf("%s: ᾱ of step %d is %v, want %v, theirs %v", c.Name, i*every, got, want, c.Float32("theirs")[i])
			}
		}
	}
	if snr := short.SNR(1); math.Abs(snr-1.5) > 1e-12 {
		t.Errorf("the ratio of signal to noise is %v, want 1.5", snr)
	}
	for _, beta := range [][]float64{nil, {0.1, 0}, {1.1}, {math.NaN()}} {
		if err := tensor.Catch(func() { NewNoiseSchedule(beta) }); err == nil {
			t.Errorf("variances of %v", beta)
		}
	}
}

// TestNoised: the noised examples are those of diffusers, and a prediction of any kind gives back what they are made of.
func TestNoised(t *testing.T) {
	c := check.GoldenAll(t, "testdata")["Noised/linear"]
	x := golden(c, "example").Watch()
	s := LinearNoise(1000)
	weights := tensor.Arange(30).AddScalar(1).Cast(device.Float32).Reshape(5, 2, 3)
	sum := s.Noised(x, golden(c, "noise"), golden(c, "step")).Mul(weights).Sum()
	check.Close(t, "noised", sum.Floats(), c.Float32("sum"), 2e-6)
	check.Close(t, "gradient", autograd.Backward(sum).Of(x).Floats(), c.Float32("dexample"), 2e-6)

	noised := short.Noised(clean, stirring, someSteps)
	signal, sigma := short.shares("", clean, stirring, someSteps)
	velocity := stirring.Mul(signal).Sub(clean.Mul(sigma))
	for kind, prediction := range []*tensor.Tensor{stirring, clean, velocity} {
		example, noise := DiffusionLoss{Schedule: short, Predict: Predicted(kind)}.Parts(prediction, noised, someSteps)
		check.Close(t, "example", example.Floats(), clean.Floats(), 3e-6)
		check.Close(t, "noise", noise.Floats(), stirring.Floats(), 3e-6)
	}
	if got := short.Noised(clean.Cast(device.BFloat16), stirring, someSteps); got.DType() != device.BFloat16 {
		t.Errorf("16-bit examples become %s", got.DType())
	}
	err := tensor.Catch(func() { DiffusionLoss{Predict: 3}.Loss(clean, clean, stirring, someSteps) })
	if err == nil || !strings.Contains(err.Error(), "no prediction has the number 3") {
		t.Error(err)
	}
}

// TestRandomSteps: every step comes, as a function of the key.
func TestRandomSteps(t *testing.T) {
	count := make([]int, 10)
	for _, k := range short.Steps(5000, 3).Ints() {
		count[k]++
	}
	for k, n := range count {
		if n < 420 || n > 580 {
			t.Errorf("step %d comes %d times of 5000", k, n)
		}
	}
	if short.Steps(5, 3).Ints()[4] != short.Steps(5000, 3).Ints()[4] {
		t.Error("a step depends on how many there are")
	}
}

func flow(o FlowMatchingLoss) call {
	return func(in []*tensor.Tensor) Loss { return o.Loss(in[0], in[1], in[2]) }
}

var _ = register(sample{
	name: "FlowMatchingLoss", loss: flow(FlowMatchingLoss{}), in: list(numbers(9, 2).Flip(0), clean, stirring),
	values: []value{{list(tensor.Full(1, 1, 2), tensor.Full(5, 1, 2), tensor.Full(3, 1, 2)), 2, 2}},
	wrong: []wrong{
		{list(numbers(4, 2), numbers(4), numbers(4, 2)), "FlowMatching: predictions of shape [4 2] and targets of shape [4] differ"},
		{list(numbers(4, 2), numbers(4, 2), numbers(4)), "FlowMatching: predictions of shape [4 2] and targets of shape [4] differ"},
	},
	golden: "FlowMatching", names: []string{"prediction", "example", "noise"},
	given: func(c *check.Case) call { return flow(FlowMatchingLoss{Spread: c.Float("spread")}) },
})

// TestLinesOfAFlow: at time 0 there is noise, at time 1 the example with the least spread, and the target is the line's slope.
func TestLinesOfAFlow(t *testing.T) {
	for _, o := range []FlowMatchingLoss{{}, {Spread: 0.25}} {
		at := func(v float64) *tensor.Tensor { return o.At(clean, stirring, tensor.Full(v, 9)) }
		check.Close(t, "at 0", at(0).Floats(), stirring.Floats(), 0)
		check.Close(t, "at 1", at(1).Floats(), clean.Add(stirring.Scale(o.Spread)).Floats(), 1e-6)
		slope := at(0.75).Sub(at(0.25)).Scale(2)
		if l := o.Loss(slope, clean, stirring); l.Mean() > 1e-12 {
			t.Errorf("the slope of the line has the loss %v", l.Mean())
		}
	}
	if err := tensor.Catch(func() { FlowMatchingLoss{}.At(clean, stirring, tensor.Zeros(8)) }); err == nil {
		t.Error("8 times for 9 examples")
	}
}

// TestRandomTimes: uniform times have variance 1/12; logit-normal ones lie in the middle more often.
func TestRandomTimes(t *testing.T) {
	for _, c := range []struct{ spread, variance float64 }{{0, 1. / 12}, {1, 0.0434}} {
		x := FlowMatchingLoss{LogitNormal: c.spread}.Times(20_000, 1)
		mean, variance := x.Mean().Item(), x.Variance().Item()
		if math.Abs(mean-0.5) > 0.01 || math.Abs(variance-c.variance) > 0.002 || x.Min().Item() < 0 || x.Max().Item() > 1 {
			t.Errorf("%+v: mean %v, variance %v", c, mean, variance)
		}
	}
}

func ExampleDiffusionLoss() {
	o := DiffusionLoss{Schedule: NewNoiseSchedule([]float64{0.2, 0.25}), Gamma: 1} // ᾱ = 0.8, 0.6
	x, noise, t := tensor.Ones(2, 1), tensor.Of([]float32{1, -1}, 2, 1), tensor.Of([]int64{0, 1})
	net := func(x, t *tensor.Tensor) *tensor.Tensor { return x }
	noised := o.Schedule.Noised(x, noise, t)
	fmt.Printf("%.3f\n", noised.Floats())
	fmt.Printf("%.4f over %v", o.Loss(net(noised, t), x, noise, t).Mean(), o.Loss(net(noised, t), x, noise, t).Count)
	// Output:
	// [1.342 0.142]
	// 0.4494 over 2
}
