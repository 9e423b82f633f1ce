package train

import (
	"context"
	"fmt"
	"testing"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/optim"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// TestFindRate leaves everything as it was, and ends where the loss grows.
func TestFindRate(t *testing.T) {
	y := newToy(t)
	y.opt.Schedule = &optim.ReduceOnPlateau{}
	task := Supervised(y.model, objective.Func(objective.CrossEntropy))
	if _, err := Fit(t.Context(), task, y.opt, y.train, Config{BatchSize: 30}); err != nil {
		t.Fatal(err)
	}
	before, state, schedule := y.digest(), y.opt.State(), y.opt.Schedule
	rates, err := FindRate(t.Context(), task, y.opt, y.train, RateConfig{BatchSize: 16, High: 1e4})
	if err != nil {
		t.Fatal(err)
	}
	if y.digest() != before || y.opt.Schedule != schedule || len(y.opt.State()) != len(state) || y.opt.Steps() != 3 {
		t.Error("it changed the model or the optimizer")
	}
	if n := len(rates); n < 20 || n >= 100 || rates[0].Factor != 1e-4 {
		t.Errorf("%d rates from %v", n, rates[0])
	}
	if f := rates.Steepest(); f < 1e-2 || f > 1e3 {
		t.Errorf("the steepest is at %v", f)
	}
}

func TestFindRateRefuses(t *testing.T) {
	y := newToy(t)
	task := Supervised(y.model, objective.Func(objective.CrossEntropy))
	for _, c := range []RateConfig{{Low: 1, High: 0.5}, {Low: -1}, {Steps: -1}, {BatchSize: -1}} {
		if _, err := FindRate(t.Context(), task, y.opt, y.train, c); err == nil {
			t.Errorf("%+v: no error", c)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := FindRate(ctx, task, y.opt, y.train, RateConfig{}); err == nil {
		t.Error("no error from a cancelled context")
	}
	if (Rates{{1, 2}}).Steepest() != 0 {
		t.Error("one point has a slope")
	}
}

func ExampleFindRate() {
	x := tensor.Of([]float32{0, 1, 2, 3}, 4, 1)
	set, err := data.NewTensors(x, x.Scale(2).AddScalar(1))
	if err != nil {
		panic(err)
	}
	model := nn.NewLinear(rng.New(1), 1, 1)
	opt := optim.New(optim.SGD{LR: 1}, nn.Params(model))
	rates, err := FindRate(context.Background(), Supervised(model, objective.Func(objective.MeanSquaredError)), opt, set, RateConfig{})
	if err != nil {
		panic(err)
	}
	fmt.Printf("The loss falls fastest at a rate of %.0e.\n", rates.Steepest())
	// Output: The loss falls fastest at a rate of 2e-02.
}

// Micro-batches whose losses are added have the gradient of the whole batch: accumulation needs nothing but Loss.Plus, or
// several losses in one step.
func ExampleStepper() {
	x := tensor.Of([]float32{0, 1, 2, 3, 4, 5}, 6, 1)
	y := x.Scale(2)
	mean := func(parts ...int) float64 {
		model := nn.NewLinear(rng.New(1), 1, 1)
		s := Stepper{Optimizer: optim.New(optim.SGD{LR: 0.01}, nn.Params(model))}
		var losses []LossFunc
		at := 0
		for _, n := range parts {
			lo, hi := at, at+n
			losses = append(losses, func(p *nn.Pass) objective.Loss {
				return objective.MeanSquaredError(model.Forward(p, p.Input(x.Slice(0, lo, hi))), y.Slice(0, lo, hi))
			})
			at = hi
		}
		for range 20 {
			if _, err := s.Step(context.Background(), losses...); err != nil {
				panic(err)
			}
		}
		return model.Weight.Value.Item()
	}
	fmt.Printf("%.4f %.4f %.4f\n", mean(6), mean(1, 2, 3), mean(2, 2, 2))
	// Output: 2.0163 2.0163 2.0163
}
