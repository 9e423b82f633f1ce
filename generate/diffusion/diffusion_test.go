package diffusion

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

var schedules = map[string]objective.NoiseSchedule{
	"linear": objective.LinearNoise(1000), "squaredcos_cap_v2": objective.CosineNoise(1000),
}

func of(c *check.Case) objective.DiffusionLoss {
	var kind string
	c.Attr("schedule", &kind)
	o := objective.DiffusionLoss{Schedule: schedules[kind]}
	if c.HasAttr("predict") {
		o.Predict = objective.Predicted(c.Int("predict"))
	}
	return o
}

func array(c *check.Case, name string) *tensor.Tensor {
	return tensor.Of(c.Float64(name), c.Shape(name)...)
}

// near compares float64 tensors.
func near(t *testing.T, what string, got *tensor.Tensor, want []float64, tolerance float64) {
	t.Helper()
	v := tensor.Values[float64](got)
	for i, w := range want {
		if !(math.Abs(v[i]-w) <= tolerance*max(1, math.Abs(w))) {
			t.Errorf("%s: element %d is %v, want %v", what, i, v[i], w)
			return
		}
	}
}

// TestSteps: each step is the one of diffusers.
func TestSteps(t *testing.T) {
	all := check.GoldenAll(t, "testdata")
	for _, c := range check.Cases(t, all, "DD") {
		from := c.Int("from")
		to := max(from-1000/c.Int("steps"), -1)
		var step func(x, prediction, noise *tensor.Tensor, from, to int) *tensor.Tensor
		if strings.HasPrefix(c.Name, "DDPM") {
			step = DDPM{Model: of(c), Large: c.Bool("large")}.Step
		} else {
			step = DDIM{Model: of(c), Eta: c.Float("eta")}.Step
		}
		got := step(array(c, "x"), array(c, "prediction"), array(c, "noise"), from, to)
		near(t, c.Name, got, c.Float64("y"), 1e-9)
	}
}

// TestRuns: whole runs without new noise end where diffusers' do.
func TestRuns(t *testing.T) {
	all := check.GoldenAll(t, "testdata")
	for _, c := range check.Cases(t, all, "run/DDIM") {
		n := c.Int("steps")
		s := DDIM{Model: of(c), Steps: n}
		for i, at := range Steps(s.Model.Schedule, n) {
			if int64(at) != c.Int64("timesteps")[i] {
				t.Fatalf("%s: call %d is at step %d, want %d", c.Name, i, at, c.Int64("timesteps")[i])
			}
		}
		model := func(x, step *tensor.Tensor) *tensor.Tensor {
			return x.Tanh().Scale(0.3).Add(step.Cast(device.Float64).Scale(0.0005).Unsqueeze(1))
		}
		near(t, c.Name, s.Sample(model, array(c, "x"), 0), c.Float64("y"), 1e-9)
	}
	for _, c := range check.Cases(t, all, "run/DPMSolver") {
		model := func(x, step *tensor.Tensor) *tensor.Tensor {
			return x.Tanh().Scale(0.3).Add(step.Cast(device.Float64).Scale(0.0005).Unsqueeze(1))
		}
		near(t, c.Name, DPMSolver{Model: of(c), Steps: c.Int("steps")}.Sample(model, array(c, "x")), c.Float64("y"), 1e-6) // diffusers rounds to float32
	}
	c := all["run/Euler"]
	flow := func(x, at *tensor.Tensor) *tensor.Tensor { return x.Sin().Scale(0.5).Add(at.Unsqueeze(1)) }
	near(t, c.Name, Euler{Steps: c.Int("steps")}.Sample(flow, array(c, "x")), c.Float64("y"), 1e-6) // diffusers rounds to float32
}

// TestFlowsInClosedForm: v = −x shrinks x by 1 − h a step with Euler, by 1 − h + h²/2 with Heun; v = t adds ½, and Heun says so
// exactly.
func TestFlowsInClosedForm(t *testing.T) {
	x := tensor.Of([]float64{1, -2, 3}, 3)
	shrink := func(x, _ *tensor.Tensor) *tensor.Tensor { return x.Neg() }
	near(t, "Euler", Euler{Steps: 10}.Sample(shrink, x), []float64{math.Pow(0.9, 10), -2 * math.Pow(0.9, 10), 3 * math.Pow(0.9, 10)}, 1e-12)
	near(t, "Heun", Heun{Steps: 10}.Sample(shrink, x), []float64{math.Pow(0.905, 10), -2 * math.Pow(0.905, 10), 3 * math.Pow(0.905, 10)}, 1e-12)
	clock := func(_, at *tensor.Tensor) *tensor.Tensor { return at }
	near(t, "Heun", Heun{Steps: 3}.Sample(clock, x), []float64{1.5, -1.5, 3.5}, 1e-12)
	near(t, "Euler", Euler{Steps: 4}.Sample(clock, x), []float64{1.375, -1.625, 3.375}, 1e-12)
	calls := 0
	count := func(x, _ *tensor.Tensor) *tensor.Tensor { calls++; return x }
	Euler{}.Sample(count, x)
	Heun{}.Sample(count, x)
	if calls != 100 {
		t.Errorf("%d calls, want 50 and 2·25", calls)
	}
}

// TestKnownExample: a model that knows the example leads every sampler to it, whatever the noise was.
func TestKnownExample(t *testing.T) {
	want := tensor.Of([]float64{0.5, -0.25, 1, 0}, 2, 2)
	x := Noise(rng.KeyOf(3), 2, 2).Cast(device.Float64)
	o := objective.DiffusionLoss{Schedule: objective.LinearNoise(100), Predict: objective.PredictExample}
	knows := func(_, _ *tensor.Tensor) *tensor.Tensor { return want }
	for name, got := range map[string]*tensor.Tensor{
		"DDPM":           DDPM{Model: o}.Sample(knows, x, 7),
		"DDPM, clipped":  DDPM{Model: o, Clip: 1, Steps: 10}.Sample(knows, x, 7),
		"DDIM":           DDIM{Model: o, Steps: 10}.Sample(knows, x, 7),
		"DDIM, clipped":  DDIM{Model: o, Steps: 10, Clip: 1}.Sample(knows, x, 7),
		"DPMSolver":      DPMSolver{Model: o}.Sample(knows, x),
		"DDIM, stirred":  DDIM{Model: o, Steps: 10, Eta: 1}.Sample(knows, x, 7),
		"the zero value": DDPM{Model: objective.DiffusionLoss{Predict: objective.PredictExample}, Steps: 5}.Sample(knows, x, 7),
	} {
		near(t, name, got, tensor.Values[float64](want), 1e-9)
	}
}

// TestNormalExamples: with the best model of examples that are normal, which has a closed form, every sampler makes examples of
// their mean and spread.
func TestNormalExamples(t *testing.T) {
	const mean, spread, n = 0.7, 0.4, 3000
	x := Noise(rng.KeyOf(3), n, 1)
	s := objective.CosineNoise(100)
	o := objective.DiffusionLoss{Schedule: s, Predict: objective.PredictExample}
	best := func(x, step *tensor.Tensor) *tensor.Tensor { // E[example | x]
		kept := s.Kept[step.Ints()[0]]
		share := math.Sqrt(kept) * spread * spread / (kept*spread*spread + 1 - kept)
		return x.AddScalar(-math.Sqrt(kept) * mean).Scale(share).AddScalar(mean)
	}
	velocity := func(x, at *tensor.Tensor) *tensor.Tensor { // E[example − noise | x]
		t := at.Floats()[0]
		slope := (float64(t)*spread*spread - (1 - float64(t))) / (float64(t*t)*spread*spread + float64((1-t)*(1-t)))
		return x.AddScalar(-float64(t) * mean).Scale(slope).AddScalar(mean)
	}
	for name, y := range map[string]*tensor.Tensor{
		"DDPM": DDPM{Model: o}.Sample(best, x, 5), "DDPM, large": DDPM{Model: o, Large: true}.Sample(best, x, 5),
		"DDIM": DDIM{Model: o}.Sample(best, x, 5), "DDIM, stirred": DDIM{Model: o, Eta: 0.5}.Sample(best, x, 5),
		"DPMSolver": DPMSolver{Model: o}.Sample(best, x), "Euler": Euler{Steps: 100}.Sample(velocity, x), "Heun": Heun{Steps: 20}.Sample(velocity, x),
	} {
		m, sd := y.Mean().Item(), math.Sqrt(y.Variance().Item())
		if math.Abs(m-mean) > 0.03 || math.Abs(sd-spread) > 0.03 {
			t.Errorf("%s: mean %.3f, spread %.3f, want %v and %v", name, m, sd, mean, spread)
		}
	}
}

// TestKeys: the same key makes the same examples, another key others; without new noise the key does not matter.
func TestKeys(t *testing.T) {
	x := Noise(rng.KeyOf(1), 3, 2)
	model := func(x, _ *tensor.Tensor) *tensor.Tensor { return x.Scale(0.1) }
	o := objective.DiffusionLoss{Schedule: objective.LinearNoise(50)}
	ddpm, ddim := DDPM{Model: o}, DDIM{Model: o, Steps: 5}
	a, b, c := ddpm.Sample(model, x, 1).Floats(), ddpm.Sample(model, x, 1).Floats(), ddpm.Sample(model, x, 2).Floats()
	if !slices.Equal(a, b) || slices.Equal(a, c) {
		t.Error("DDPM is not a function of its key")
	}
	if !slices.Equal(ddim.Sample(model, x, 1).Floats(), ddim.Sample(model, x, 2).Floats()) {
		t.Error("DDIM without η depends on the key")
	}
	if got := ddpm.Sample(model, x.Cast(device.BFloat16), 1); got.DType() != device.BFloat16 {
		t.Errorf("16-bit noise becomes %s", got.DType())
	}
}

// TestClip: what the model takes for the example is held within bounds.
func TestClip(t *testing.T) {
	x := tensor.Of([]float64{0.3, -0.2}, 1, 2)
	far := func(x, _ *tensor.Tensor) *tensor.Tensor { return tensor.Of([]float64{7, -7}, 1, 2) }
	o := objective.DiffusionLoss{Schedule: objective.LinearNoise(10), Predict: objective.PredictExample}
	near(t, "DDPM", DDPM{Model: o, Clip: 1}.Sample(far, x, 0), []float64{1, -1}, 1e-9)
	near(t, "DDIM", DDIM{Model: o, Clip: 2}.Sample(far, x, 0), []float64{2, -2}, 1e-9)
	near(t, "DPMSolver", DPMSolver{Model: o, Clip: 2}.Sample(far, x), []float64{2, -2}, 1e-9)
}

func TestGuided(t *testing.T) {
	one := func(v float64) Model {
		return func(x, _ *tensor.Tensor) *tensor.Tensor { return x.FullLike(v, x.Shape()...) }
	}
	got := Guided(one(3), one(1), 2.5)(tensor.Zeros(2), nil)
	check.Close(t, "guided", got.Floats(), []float32{6, 6}, 0)
}

func TestMisuse(t *testing.T) {
	still := func(x, _ *tensor.Tensor) *tensor.Tensor { return x }
	o := objective.DiffusionLoss{Schedule: objective.LinearNoise(10)}
	for _, c := range []struct {
		f    func()
		says string
	}{
		{func() { DDPM{Model: o, Steps: 11}.Sample(still, tensor.Zeros(1), 0) }, "11 steps of a schedule of 10"},
		{func() { DPMSolver{Model: o, Steps: -1}.Sample(still, tensor.Zeros(1)) }, "-1 steps of a schedule of 10"},
		{func() { DDIM{Model: o}.Sample(still, tensor.Zeros(), 0) }, "DDIM: noise float32 of shape []"},
		{func() { Euler{Steps: -1}.Sample(still, tensor.Zeros(1)) }, "Euler: -1 steps"},
		{func() { Heun{}.Sample(still, tensor.Of([]int64{1}, 1)) }, "Heun: noise int64 of shape [1]"},
	} {
		if err := tensor.Catch(c.f); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("error %v, want one that says %q", err, c.says)
		}
	}
}

func Example() {
	// The velocity of straight lines to the point (1, 2): what is left to go, over the time that is left.
	model := func(x, t *tensor.Tensor) *tensor.Tensor {
		return tensor.Of([]float32{1, 2}).Sub(x).Div(t.Neg().AddScalar(1).Unsqueeze(1))
	}
	x := Euler{Steps: 4}.Sample(model, Noise(rng.KeyOf(1), 3, 2))
	fmt.Println(x.Round().Floats())
	// Output: [1 2 1 2 1 2]
}
