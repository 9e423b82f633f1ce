package objective

import (
	"fmt"
	"math"
	"testing"

	"github.com/jimu-ml/jimu/autograd"
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/tensor"
)

var teacherLogits = numbers(72).Slice(0, 36, 72).Scale(0.6).Reshape(9, 4)

var _ = register(sample{
	name: "DistillationLoss", objective: DistillationLoss{Temperature: 2}, prediction: numbers(9, 4), target: teacherLogits,
	byHand: []byHand{
		{tensor.Zeros(1, 3), uneven.Scale(2), 4 * (0.5*math.Log(1.5) + 0.5*math.Log(0.75)), 1},
		{uneven, uneven, 0, 1},
	},
	misuse: []misuse{
		{numbers(4, 2), numbers(4, 3), "Distillation: predictions of shape [4 2] and targets of shape [4 3] differ"},
		{tensor.Scalar(1), tensor.Scalar(1), "Distillation: a temperature of 2 for logits of shape []"},
	},
	golden: "Distillation", names: []string{"student", "teacher"},
	like: func(c *check.Case) Objective { return DistillationLoss{Temperature: c.Float("temperature")} },
})

var _ = register(sample{
	name: "FeatureDistillation", objective: Func(FeatureDistillation), prediction: numbers(9, 2, 2), target: numbers(9, 2, 2).Flip(0).Scale(0.5),
	byHand: []byHand{{tensor.Zeros(1, 2, 3), tensor.Full(2, 1, 2, 3), 12, 2}},
	misuse: []misuse{
		{numbers(4, 2), numbers(4, 3), "FeatureDistillation: predictions of shape [4 2] and targets of shape [4 3] differ"},
		{tensor.Scalar(1), tensor.Scalar(1), "FeatureDistillation: features of shape []"},
	},
	golden: "FeatureDistillation", names: []string{"student", "teacher"},
})

var _ = register(sample{
	name: "AttentionDistillation", loss: func(in []*tensor.Tensor) Loss { return AttentionDistillation(in[0], in[1]) },
	in: list(numbers(9, 2, 2).AddScalar(0.3), numbers(9, 3, 2).Scale(0.8)),
	values: []value{
		{list(tensor.Of([]float32{3, 0, 0, 0}, 1, 2, 2), tensor.Of([]float32{0, 5}, 1, 1, 2)), 2, 1},
		{list(tensor.Zeros(1, 2, 2), tensor.Of([]float32{0, 5}, 1, 1, 2)), 1, 1}, // nowhere
	},
	wrong: []wrong{
		{list(numbers(4, 2, 3), numbers(4, 2, 2)), "AttentionDistillation: features float32 of shape [4 2 3] and float32 of shape [4 2 2]"},
		{list(numbers(4, 2), numbers(4, 2)), "want floats [n c …]"},
	},
	golden: "AttentionDistillation", names: []string{"student", "teacher"},
})

// likely returns log-likelihoods between −30 and 0.
func likely(step int) *tensor.Tensor {
	return numbers(9*step).Slice(0, 9*step-9, 9*step).Scale(5).AddScalar(-12)
}

// preferring is an objective of four log-likelihoods, two of which are of another model, as a sample.
func preferring(name string, loss func(a, b, c, d *tensor.Tensor) Loss, values ...value) sample {
	return sample{
		name: name, in: list(likely(1), likely(2), likely(3), likely(4)), values: values,
		loss:  func(in []*tensor.Tensor) Loss { return loss(in[0], in[1], in[2], in[3]) },
		names: []string{"chosen", "rejected", "chosen_before", "rejected_before"},
		wrong: []wrong{
			{list(numbers(4), numbers(4), numbers(4), numbers(4, 1)), "log-likelihoods of shapes [[4] [4] [4] [4 1]]; want floats of one shape"},
			{list(numbers(4), classes(3, 4), numbers(4), numbers(4)), "want floats of one shape"},
		},
	}
}

func quartet(a, b, c, d float64) []*tensor.Tensor {
	return list(tensor.Full(a, 2), tensor.Full(b, 2), tensor.Full(c, 2), tensor.Full(d, 2))
}

var _ = register(func() sample {
	s := preferring("DPOLoss", DPOLoss{}.Loss, value{quartet(-3, -4, -3, -4), 2 * math.Ln2, 2}, value{quartet(-3, -9, -5, -1), 2 * math.Log1p(math.Exp(-1)), 2})
	s.golden = "DPO"
	s.given = func(c *check.Case) call {
		o := DPOLoss{Beta: c.Float("beta"), Smoothing: c.Float("smoothing"), Robust: c.Bool("robust")}
		return func(in []*tensor.Tensor) Loss { return o.Loss(in[0], in[1], in[2], in[3]) }
	}
	return s
}())

var (
	_ = register(preferring("DPOLoss/smoothed", DPOLoss{Smoothing: 0.25}.Loss,
		value{quartet(-3, -9, -5, -1), 2 * (0.75*math.Log1p(math.Exp(-1)) + 0.25*math.Log1p(math.Exp(1))), 2}))
	_ = register(preferring("DPOLoss/robust", DPOLoss{Smoothing: 0.25, Robust: true}.Loss,
		value{quartet(-3, -9, -5, -1), 2 * (0.75*math.Log1p(math.Exp(-1)) - 0.25*math.Log1p(math.Exp(1))) / 0.5, 2}))
)

var _ = register(func() sample {
	s := preferring("IPOLoss", IPOLoss{}.Loss, value{quartet(-3, -4, -3, -4), 50, 2}, value{quartet(-3, -6, -5, -3), 0, 2})
	s.golden = "IPO"
	s.given = func(c *check.Case) call {
		o := IPOLoss{Tau: c.Float("tau")}
		return func(in []*tensor.Tensor) Loss { return o.Loss(in[0], in[1], in[2], in[3]) }
	}
	return s
}())

func TestSmoothingBelowHalf(t *testing.T) {
	x := likely(1)
	for _, e := range []float64{-0.1, 0.5, math.NaN()} {
		if err := tensor.Catch(func() { DPOLoss{Smoothing: e}.Loss(x, x, x, x) }); err == nil {
			t.Errorf("a smoothing of %v", e)
		}
	}
}

// chosen is an objective of two vectors as a sample.
func chosen(name string, o Objective, byHand ...byHand) sample {
	return sample{
		name: name, loss: of(o), in: list(likely(1).Scale(0.2), likely(2).Scale(0.2)), names: []string{"chosen", "rejected"},
		values: each2(byHand),
		wrong:  []wrong{{list(numbers(4), numbers(4, 1)), "of shapes [[4] [4 1]]; want floats of one shape"}},
	}
}

func each2(hand []byHand) (values []value) {
	for _, h := range hand {
		values = append(values, value{list(h.prediction, h.target), h.sum, h.count})
	}
	return values
}

var three, one = tensor.Of([]float32{-1, -1, -1}), tensor.Of([]float32{-2, -2, -2})

var _ = register(func() sample {
	s := chosen("RewardLoss", RewardLoss{}, byHand{three, three, 3 * math.Ln2, 3}, byHand{three, one, 3 * math.Log1p(math.Exp(-1)), 3})
	s.golden = "Reward"
	s.given = func(c *check.Case) call {
		return of(RewardLoss{Margin: c.Float("margin"), Center: c.Float("center")})
	}
	return s
}())

var _ = register(chosen("RewardLoss/margin", RewardLoss{Margin: 1, Center: 0.5}, byHand{three, one, 3*math.Ln2 + 13.5, 3}))

var _ = register(func() sample {
	s := chosen("SimPOLoss", SimPOLoss{}, byHand{three, one, 3 * math.Log1p(math.Exp(-1)), 3}, byHand{three, three, 3 * math.Log1p(math.Exp(1)), 3})
	s.golden = "SimPO"
	s.given = func(c *check.Case) call {
		return of(SimPOLoss{Beta: c.Float("beta"), Margin: new(c.Float("margin"))})
	}
	return s
}())

var _ = register(func() sample {
	half := tensor.Full(-math.Ln2, 2)
	s := chosen("ORPOLoss", ORPOLoss{}, byHand{half, half, 2 * 1.1 * math.Ln2, 2},
		byHand{half, tensor.Full(math.Log(0.25), 2), 2 * (math.Ln2 + 0.1*math.Log(4./3)), 2}) // the odds are 1 and 1/3
	s.extremes = list(tensor.Of([]float32{0, -1e4, -1e-8, -1e4, 1, -50, 0, -1, -90}), tensor.Of([]float32{-1e4, 0, 0, -1e4, -3, -90, 0, 2, -1e-3}))
	s.golden = "ORPO"
	s.given = func(c *check.Case) call { return of(ORPOLoss{Lambda: c.Float("lambda")}) }
	return s
}())

func kto(o KTOLoss) call {
	return func(in []*tensor.Tensor) Loss { return o.Loss(in[0], in[1], in[2], in[3]) }
}

var _ = register(sample{
	name: "KTOLoss", loss: kto(KTOLoss{}), in: list(likely(1), likely(2), classes(2, 9), tensor.Scalar(0.5)), shared: []int{3}, free: 2,
	values: []value{
		{list(tensor.Full(-3, 2), tensor.Full(-3, 2), tensor.Of([]bool{true, false}), tensor.Scalar(0)), 1, 2},
		{list(tensor.Full(-3, 1), tensor.Full(-14, 1), tensor.Of([]int64{1}, 1), tensor.Scalar(1)), 1 - 1/(1+math.Exp(-1)), 1},
		{list(tensor.Full(-3, 1), tensor.Full(-14, 1), tensor.Of([]int64{0}, 1), tensor.Of([]float32{1}, 1)), 1 - 1/(1+math.Exp(1)), 1},
	},
	wrong: []wrong{
		{list(numbers(4), numbers(3), classes(2, 4), tensor.Scalar(0)), "KTO: log-likelihoods of shapes [[4] [3]]"},
		{list(numbers(4), numbers(4), classes(2, 3), tensor.Scalar(0)), "KTO: verdicts of shape [3] and a drift of shape [] for answers of shape [4]"},
		{list(numbers(4), numbers(4), classes(2, 4), numbers(4)), "a drift of shape [4]"},
	},
	golden: "KTO", names: []string{"answer", "before", "good", "drift"},
	given: func(c *check.Case) call {
		return kto(KTOLoss{Beta: c.Float("beta"), Desirable: c.Float("desirable"), Undesirable: c.Float("undesirable")})
	},
})

func TestKTODrift(t *testing.T) {
	a, b := tensor.Of([]float32{-1, -2, -6}).Watch(), tensor.Of([]float32{-3, -2, -1})
	up, down := KTODrift(a, b), KTODrift(b, a)
	if up.Item() != 0 || down.Item() != 1 || up.NeedsGrad() || down.NeedsGrad() {
		t.Errorf("drifts %v and %v, want 0 and 1 without history", up, down)
	}
}

// TestLogLikelihoods: sums and means over the tokens of an answer are TRL's.
func TestLogLikelihoods(t *testing.T) {
	for _, c := range check.Cases(t, check.GoldenAll(t, "testdata"), "LogLikelihoods/") {
		x := golden(c, "logits").Watch()
		y, mean := LogLikelihoods(x, golden(c, "labels"))
		if c.Bool("average") {
			y = mean
		}
		sum := y.Mul(tensor.Of([]float32{1, 2, 3, 4, 5})).Sum()
		check.Close(t, c.Name, sum.Floats(), c.Float32("sum"), 2e-6)
		check.Close(t, c.Name+" gradient", autograd.Backward(sum).Of(x).Floats(), c.Float32("dlogits"), 2e-6)
	}
	sum, mean := LogLikelihoods(numbers(1, 3, 2), tensor.Of([]int64{0, -100, -100}, 1, 3))
	if sum.Item() != 0 || mean.Item() != 0 {
		t.Errorf("an answer without tokens has %v and %v", sum, mean)
	}
	for _, labels := range []*tensor.Tensor{classes(2, 3), classes(2, 1, 2), numbers(1, 3)} {
		if err := tensor.Catch(func() { LogLikelihoods(numbers(1, 3, 2), labels) }); err == nil {
			t.Errorf("labels of shape %v", labels)
		}
	}
	err := autograd.Check(func(x []*tensor.Tensor) *tensor.Tensor { _, m := LogLikelihoods(x[0], x[1]); return m }, numbers(2, 3, 3), classes(3, 2, 3))
	if err != nil {
		t.Error(err)
	}
}

func ppo(o PPOLoss) call {
	return func(in []*tensor.Tensor) Loss { return o.Loss(in[0], in[1], in[2], in[3]) }
}

var (
	nowTokens   = likely(1).Scale(0.2).Unsqueeze(1).Add(tensor.Of([]float32{0, 0.31}))
	thenTokens  = nowTokens.Add(numbers(36, 1).Slice(0, 18, 36).Reshape(9, 2).Scale(0.3))
	firstTokens = nowTokens.Add(numbers(54, 1).Slice(0, 36, 54).Reshape(9, 2).Scale(0.3))
	thereTokens = tensor.Of([]float32{1, 1, 1, 0, 1, 1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 1, 1}, 9, 2)
)

var _ = register(sample{
	name: "PPOLoss", loss: ppo(PPOLoss{}), in: list(nowTokens, thenTokens, numbers(9, 2), thereTokens), free: 3,
	values: []value{
		{list(tensor.Full(-1, 2), tensor.Full(-1, 2), tensor.Of([]float32{3, -1}), nil), -2, 2},
		{list(tensor.Full(0, 4), tensor.Of([]float32{-1, -1, 1, 1}), tensor.Of([]float32{1, -1, 1, -1}), nil), -1.2 + math.E - math.Exp(-1) + 0.8, 4},
		{list(tensor.Full(0, 2), tensor.Full(-1, 2), tensor.Of([]float32{1, 5}), tensor.Of([]bool{true, false})), -1.2, 1},
	},
	wrong: []wrong{
		{list(numbers(4), numbers(4), numbers(4, 1), nil), "PPO: log-likelihoods and advantages of shapes [[4] [4] [4 1]]"},
		{list(numbers(4), numbers(4), numbers(4), numbers(3)), "PPO: a mask of shape [3] for actions of shape [4]"},
	},
	golden: "PPO", names: []string{"now", "before", "advantage", "mask"},
	given: func(c *check.Case) call { return ppo(PPOLoss{Clip: c.Float("clip"), ClipHigh: c.Float("high")}) },
})

func grpo(o GRPOLoss) call {
	return func(in []*tensor.Tensor) Loss { return o.Loss(in[0], in[1], in[2], in[3], in[4]) }
}

func group(name string, o GRPOLoss, values ...value) sample {
	return sample{
		name: name, loss: grpo(o), in: list(nowTokens, thenTokens, firstTokens, numbers(9), thereTokens), free: 4, values: values,
		wrong: []wrong{
			{list(numbers(4, 2), numbers(4), nil, numbers(4), nil), "GRPO: log-likelihoods of shapes [[4 2] [4]]"},
			{list(numbers(4, 2), numbers(4, 2), nil, numbers(4, 2), nil), "GRPO: log-likelihoods of shape [4 2] with advantages of shape [4 2]"},
			{list(numbers(4, 2), numbers(4, 2), numbers(4), numbers(4), nil), "GRPO: log-likelihoods of shapes [[4] [4 2]]"},
			{list(numbers(4, 2), numbers(4, 2), nil, numbers(4), numbers(4)), "GRPO: a mask of shape [4] for actions of shape [4 2]"},
		},
		names: []string{"now", "before", "first", "advantage", "mask"},
	}
}

var _ = register(func() sample {
	flat := tensor.Full(-1, 2, 2)
	s := group("GRPOLoss", GRPOLoss{},
		value{list(flat, flat, nil, tensor.Of([]float32{3, -1}), nil), -2, 2},
		value{list(flat, flat, tensor.Zeros(2, 2), tensor.Of([]float32{3, -1}), tensor.Of([]float32{1, 1, 1, 0}, 2, 2)), -2 + 2*0.04*(math.E-2), 2})
	s.golden = "GRPO"
	s.given = func(c *check.Case) call { return grpo(GRPOLoss{Tokens: c.Bool("tokens")}) }
	return s
}())

var _ = register(group("GRPOLoss/tokens", GRPOLoss{Tokens: true, ClipHigh: 0.3},
	value{list(tensor.Full(-1, 2, 2), tensor.Full(-1, 2, 2), nil, tensor.Of([]float32{3, -1}), tensor.Of([]float32{1, 1, 1, 0}, 2, 2)), -5, 3}))

func TestGroupAdvantages(t *testing.T) {
	c := check.GoldenAll(t, "testdata")["GroupAdvantages/plain"]
	check.Close(t, "scaled", GroupAdvantages(golden(c, "reward"), 4, true).Floats(), c.Float32("scaled"), 2e-6)
	check.Close(t, "plain", GroupAdvantages(golden(c, "reward").Watch(), 4, false).Floats(), c.Float32("plain"), 2e-6)
	if a := GroupAdvantages(tensor.Of([]int64{0, 1}), 2, false); a.DType() != device.Float32 || a.Floats()[1] != 0.5 {
		t.Errorf("of rewards that are integers: %v", a)
	}
	for size, reward := range map[int]*tensor.Tensor{4: numbers(6), 1: numbers(4), 2: numbers(4, 1)} {
		if err := tensor.Catch(func() { GroupAdvantages(reward, size, true) }); err == nil {
			t.Errorf("groups of %d in %v", size, reward)
		}
	}
}

var _ = register(sample{
	name: "ValueLoss", loss: func(in []*tensor.Tensor) Loss { return ValueLoss{}.Loss(in[0], in[1], in[2]) },
	in: list(numbers(9), numbers(9).Flip(0).Scale(0.7), numbers(9).Scale(0.4).AddScalar(1)),
	values: []value{
		{list(tensor.Zeros(1), tensor.Zeros(1), tensor.Full(3, 1)), 4.5, 1},
		{list(tensor.Full(2, 1), tensor.Zeros(1), tensor.Full(2, 1)), 0.5 * 1.8 * 1.8, 1}, // too far at once
	},
	wrong:  []wrong{{list(numbers(4), numbers(4), numbers(4, 1)), "Value: values of shapes [[4] [4] [4 1]]"}},
	golden: "Value", names: []string{"value", "before", "returns"},
})

var _ = register(sample{
	name: "ValueLoss/unclipped", loss: func(in []*tensor.Tensor) Loss { return ValueLoss{Clip: math.Inf(1)}.Loss(in[0], in[1], in[2]) },
	in:     list(numbers(9), numbers(9).Flip(0), numbers(9).Scale(0.4)),
	values: []value{{list(tensor.Full(2, 1), tensor.Zeros(1), tensor.Full(2, 1)), 0, 1}},
})

var _ = register(sample{
	name: "Entropy", loss: func(in []*tensor.Tensor) Loss { return Entropy(in[0]) }, in: list(numbers(9, 3)),
	values: []value{
		{list(tensor.Zeros(2, 4)), 2 * ln4, 2}, {list(uneven), 1.5 * math.Ln2, 1}, {list(tensor.Of([]float32{1e4, -1e4}, 1, 2)), 0, 1},
	},
	wrong:  []wrong{{list(classes(3, 4)), "Entropy: logits int64 of shape [4]"}, {list(tensor.Scalar(1)), "want floats [… c]"}},
	golden: "Entropy", names: []string{"logits"},
})

func ExampleDPOLoss() {
	// Two answers of three tokens each, after a prompt of one; the model begins as the one before, which knows nothing.
	labels := tensor.Of([]int64{-100, 0, 1, 1, -100, 1, 0, 0}, 2, 4)
	logits := tensor.Zeros(2, 4, 2)
	now, _ := LogLikelihoods(logits.Add(tensor.Of([]float32{0.5, 0})), labels)
	before, _ := LogLikelihoods(logits, labels)
	pick := func(x *tensor.Tensor, i int) *tensor.Tensor { return x.Slice(0, i, i+1) }
	loss := DPOLoss{Beta: 0.5}.Loss(pick(now, 0), pick(now, 1), pick(before, 0), pick(before, 1))
	fmt.Printf("%.4f nats for %v pair", loss.Mean(), loss.Count)
	// Output: 0.8259 nats for 1 pair
}
