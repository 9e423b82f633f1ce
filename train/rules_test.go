package train

import (
	"errors"
	"math"
	"testing"

	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/optim"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// TestFitWithEveryKindOfRule: those that evaluate again, use curvature, the loss, or predict with another point.
func TestFitWithEveryKindOfRule(t *testing.T) {
	for _, v := range []struct {
		name string
		rule optim.Rule
		more func(o *optim.Optimizer)
	}{
		{"SAM", optim.AdamW{LR: 0.01}, func(o *optim.Optimizer) { o.SAM = &optim.SAM{} }},
		{"Sophia", optim.Sophia{LR: 0.01, Every: 3}, nil},
		{"MoMo", optim.MoMo{}, nil},
		{"schedule-free", optim.ScheduleFreeAdamW{LR: 0.02}, nil},
		{"Lookahead", optim.AdamW{LR: 0.02}, func(o *optim.Optimizer) { o.Lookahead = &optim.Lookahead{} }},
		{"loss scale", optim.AdamW{LR: 0.01}, func(o *optim.Optimizer) { o.LossScale = &optim.LossScale{} }},
		{"Prodigy", optim.Prodigy{D0: 1e-3}, nil},
	} {
		for _, accumulate := range []int{1, 2} {
			y := newToy(t)
			opt := optim.New(v.rule, nn.Params(y.model))
			if v.more != nil {
				v.more(opt)
			}
			h, err := Fit(t.Context(), Supervised(y.model, objective.Func(objective.CrossEntropy)), opt, y.train, Config{Epochs: 8, BatchSize: 10 / accumulate, Accumulate: accumulate, Validation: y.val})
			if err != nil {
				t.Fatalf("%s: %v", v.name, err)
			}
			if loss, _ := h.Best("val_loss"); loss > 0.5 || h.Steps != 72 {
				t.Errorf("%s, %d at once: loss %v after %d steps", v.name, accumulate, loss, h.Steps)
			}
		}
	}
}

// TestSAMStepsOfBatches: the loss that is reported is that of the batch, once, and buffers see it once.
func TestSAMStepsOfBatches(t *testing.T) {
	run := func(rho float64) (*History, []float32) {
		y := newToy(t)
		opt := optim.New(optim.SGD{LR: 1e-9}, nn.Params(y.model))
		if rho > 0 {
			opt.SAM = &optim.SAM{Rho: rho}
		}
		h, err := Fit(t.Context(), Supervised(y.model, objective.Func(objective.CrossEntropy)), opt, y.train, Config{BatchSize: 30})
		if err != nil {
			t.Fatal(err)
		}
		return h, y.model[1].(*nn.BatchNorm).RunningMean.Value.Floats()
	}
	a, mean := run(0)
	b, same := run(0.5)
	if x, y := a.Epochs[0].Values["loss"], b.Epochs[0].Values["loss"]; math.Abs(x-y) > 1e-6 {
		t.Errorf("loss %v, with SAM %v", x, y)
	}
	for i := range mean {
		if math.Abs(float64(mean[i]-same[i])) > 1e-6 {
			t.Errorf("mean %d is %v, with SAM %v", i, mean[i], same[i])
		}
	}
}

// TestLBFGSSolves a least-squares problem in a few steps of the whole batch.
func TestLBFGSSolves(t *testing.T) {
	v := make([]float32, 40)
	rng.KeyOf(1).Normal(v)
	x, m := tensor.Of(v, 20, 2), nn.NewLinear(rng.New(1), 2, 1)
	y := x.MatMul(tensor.Of([]float32{3, -2}, 2, 1)).AddScalar(0.5)
	opt := optim.New(optim.LBFGS{}, nn.Params(m))
	var loss float64
	for range 12 {
		var err error
		if loss, err = Step(t.Context(), opt, func(p *nn.Pass) objective.Loss {
			return objective.MeanSquaredError(m.Forward(p, p.Input(x)), y)
		}); err != nil {
			t.Fatal(err)
		}
	}
	if w := m.Weight.Value.Floats(); loss > 1e-9 || math.Abs(float64(w[0])-3) > 1e-4 {
		t.Errorf("loss %v, weight %v", loss, w)
	}
}

// TestFitObserves: a schedule that watches hears of every epoch, and a resumed run goes on with what it knew.
func TestFitObserves(t *testing.T) {
	y := newToy(t)
	plateau := &optim.ReduceOnPlateau{Patience: -1, Threshold: 0.9, Factor: 0.5}
	y.opt.Schedule = plateau
	task := Supervised(y.model, objective.Func(objective.CrossEntropy))
	c := Config{Epochs: 3, BatchSize: 30, Validation: y.val, Dir: t.TempDir(), Resume: true}
	if _, err := Fit(t.Context(), task, y.opt, y.train, c); err != nil {
		t.Fatal(err)
	}
	if got := y.opt.Rate(); got != 0.25 {
		t.Errorf("rate %v after three epochs of which two were no better", got)
	}
	z := newToy(t)
	z.opt.Schedule = &optim.ReduceOnPlateau{Patience: -1, Threshold: 0.9, Factor: 0.5}
	c.Epochs = 4
	if _, err := Fit(t.Context(), Supervised(z.model, objective.Func(objective.CrossEntropy)), z.opt, z.train, c); err != nil {
		t.Fatal(err)
	}
	if got := z.opt.Rate(); got != 0.125 {
		t.Errorf("rate %v after a fourth, resumed", got)
	}
}

// TestScheduleFreeEndsWithTheAverage, and goes on from what it trains.
func TestScheduleFreeEndsWithTheAverage(t *testing.T) {
	y := newToy(t)
	opt := optim.New(optim.ScheduleFreeSGD{LR: 0.1}, nn.Params(y.model))
	task := Supervised(y.model, objective.Func(objective.CrossEntropy))
	weight := &y.model[0].(*nn.Linear).Weight
	var trained, average []float32
	_, err := Fit(t.Context(), task, opt, y.train, Config{BatchSize: 30, Callbacks: []Callback{func(Record) error {
		trained, average = weight.Value.Floats(), opt.Values()[weight].Floats()
		return nil
	}}})
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range weight.Value.Floats() {
		if v != average[i] {
			t.Fatalf("weight %d is %v, not %v", i, v, average[i])
		}
	}
	if trained[0] == average[0] {
		t.Error("it trains the average")
	}
}

// TestStepReportsWhyAnEvaluationFailed: a second evaluation's error is as good as a first one's.
func TestStepReportsWhyAnEvaluationFailed(t *testing.T) {
	m := nn.NewLinear(rng.New(1), 1, 1)
	opt, n := optim.New(optim.SGD{}, nn.Params(m)), 0
	opt.SAM = &optim.SAM{}
	before := m.Weight.Value.Item()
	_, err := Step(t.Context(), opt, func(p *nn.Pass) objective.Loss {
		y := m.Forward(p, p.Input(tensor.Ones(1, 1))).Sum()
		if n++; n == 2 {
			y = y.Scale(math.Inf(1))
		}
		return objective.Loss{Sum: y, Count: 1}
	})
	var bad *NonFiniteError
	if !errors.As(err, &bad) || m.Weight.Value.Item() != before {
		t.Errorf("error %v, weight %v", err, m.Weight.Value)
	}
}
