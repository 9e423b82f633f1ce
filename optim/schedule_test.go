package optim

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/tensor"
)

func TestSchedulesGolden(t *testing.T) {
	all := goldens(t)
	for _, v := range []struct {
		name string
		like func(c *check.Case) Schedule
	}{
		{"Step", func(c *check.Case) Schedule { return StepDecay{Every: c.Int("step_size"), Factor: c.Float("gamma")} }},
		{"MultiStep", func(c *check.Case) Schedule { return Milestones{At: c.Ints("milestones"), Factor: c.Float("gamma")} }},
		{"Exponential", func(c *check.Case) Schedule { return StepDecay{Factor: c.Float("gamma")} }},
		{"Cosine", func(c *check.Case) Schedule {
			return Cosine{Steps: c.Int("total"), Low: c.Float("low") / c.Float("lr")}
		}},
		{"Cosine_low", func(c *check.Case) Schedule {
			return Cosine{Steps: c.Int("total"), Low: c.Float("low") / c.Float("lr")}
		}},
		{"WarmCosine", func(c *check.Case) Schedule {
			return WarmUp{Steps: c.Int("warm"), Then: Cosine{Steps: c.Int("total") - c.Int("warm"), Low: c.Float("low_factor")}}
		}},
		{"Linear", func(c *check.Case) Schedule {
			return Linear{Steps: c.Int("total"), Start: c.Float("start_factor"), End: c.Float("end_factor")}
		}},
		{"CosineRestarts", func(c *check.Case) Schedule {
			return CosineRestarts{First: c.Int("first"), Grow: c.Float("mult"), Low: c.Float("low") / c.Float("lr")}
		}},
		{"WarmRestarts", func(c *check.Case) Schedule {
			return CosineRestarts{First: c.Int("first"), Grow: c.Float("grow"), Low: c.Float("low")}
		}},
		{"CosineDecayRestarts", func(c *check.Case) Schedule {
			return CosineRestarts{First: c.Int("first"), Grow: c.Float("grow"), Low: c.Float("low"), Decay: c.Float("decay")}
		}},
		{"OneCycle", func(c *check.Case) Schedule {
			return OneCycle{Steps: c.Int("total_steps"), Rise: c.Float("pct_start"), Start: 1 / c.Float("div_factor")}
		}},
		{"OneCycleLinear", func(c *check.Case) Schedule {
			return OneCycle{Steps: c.Int("total"), Rise: c.Float("rise"), Start: c.Float("start"), End: c.Float("end"), Linear: true}
		}},
		{"Triangular", func(c *check.Case) Schedule {
			return Cyclic{Up: c.Int("up"), Down: c.Int("down"), Low: c.Float("low")}
		}},
		{"Triangular2", func(c *check.Case) Schedule { return Cyclic{Up: c.Int("up"), Low: c.Float("low"), Halve: true} }},
		{"ExpRange", func(c *check.Case) Schedule {
			return Cyclic{Up: c.Int("up"), Low: c.Float("low"), Gamma: c.Float("gamma")}
		}},
		{"Constant", func(c *check.Case) Schedule {
			return Piecewise{Rates: []float64{c.Float("factor"), 1}, At: []int{c.Int("total")}}
		}},
		{"Sequential", func(c *check.Case) Schedule {
			return Sequence{Of: []Schedule{Constant(c.Float("low")), StepDecay{Factor: c.Float("gamma")}}, At: []int{c.Int("at")}}
		}},
		{"Chained", func(c *check.Case) Schedule {
			return Product{Piecewise{Rates: []float64{c.Float("low"), 1}, At: []int{c.Int("at")}}, StepDecay{Factor: c.Float("gamma")}}
		}},
		{"ExponentialDecay", func(c *check.Case) Schedule {
			return Exponential{Every: c.Int("every"), Factor: c.Float("factor")}
		}},
		{"ExponentialStairs", func(c *check.Case) Schedule { return StepDecay{Every: c.Int("every"), Factor: c.Float("factor")} }},
		{"InverseTime", inverseTime},
		{"InverseTimeStairs", inverseTime},
		{"PiecewiseConstantDecay", func(c *check.Case) Schedule {
			p := Piecewise{At: c.Ints("at")}
			c.Attr("rates", &p.Rates)
			return p
		}},
		{"Polynomial", func(c *check.Case) Schedule { return Polynomial{Steps: c.Int("total"), Power: c.Float("power")} }},
	} {
		c := all["rate/"+v.name]
		if c == nil {
			t.Errorf("no golden rates %s", v.name)
			continue
		}
		s, lr, off := v.like(c), 1.0, 0.0
		if c.HasAttr("lr") {
			lr = c.Float("lr")
		}
		for step, want := range c.Float64("rate") {
			got := lr * s.Rate(step)
			if off = max(off, math.Abs(got-want)/want); math.Abs(got-want) > 1e-12 {
				t.Errorf("%s: %v at step %d, want %v", v.name, got, step, want)
			}
		}
		note(t, s, c.MadeBy, off)
	}
}

func inverseTime(c *check.Case) Schedule {
	return InverseTime{Every: c.Int("every"), Factor: c.Float("factor"), Stairs: c.Bool("stairs")}
}

// note tells the vocabulary what a schedule was compared with.
func note(t *testing.T, s Schedule, reference string, off float64) {
	t.Helper()
	name := fmt.Sprintf("%T", s)
	check.Note{Package: "optim", Entry: name[strings.LastIndexByte(name, '.')+1:], Reference: reference, Error: off}.Write(t)
}

func TestSequencesThatDoNotFit(t *testing.T) {
	for _, s := range []Schedule{Sequence{}, Sequence{Of: []Schedule{Constant(1)}, At: []int{2}}, Piecewise{Rates: []float64{1, 2, 3}, At: []int{5, 2}}} {
		var misuse *tensor.Error
		if err := tensor.Catch(func() { s.Rate(0) }); !errors.As(err, &misuse) {
			t.Errorf("%#v: error %v", s, err)
		}
	}
}

func TestSchedulesByHand(t *testing.T) {
	for _, v := range []struct {
		schedule Schedule
		want     map[int]float64
	}{
		{Constant(0.25), map[int]float64{0: 0.25, 1000: 0.25}},
		{WarmUp{Steps: 4}, map[int]float64{0: 0.25, 3: 1, 4: 1, 99: 1}},
		{WarmUp{Then: Constant(0.5)}, map[int]float64{0: 0.5}},
		{Cosine{Steps: 10, Low: 0.1}, map[int]float64{0: 1, 5: 0.55, 10: 0.1, 99: 0.1}},
		{Cosine{}, map[int]float64{0: 0}},
		{StepDecay{Every: 3}, map[int]float64{0: 1, 2: 1, 3: 0.1, 6: 0.01}},
		{Milestones{At: []int{2, 4}, Factor: 0.5}, map[int]float64{1: 1, 2: 0.5, 3: 0.5, 4: 0.25}},
		{WSD{Warmup: 2, Steps: 20, Decay: 8, Low: 0.1}, map[int]float64{0: 0.5, 1: 1, 2: 1, 11: 1, 12: 1, 14: 0.775, 16: 0.55, 20: 0.1, 99: 0.1}},
		{WSD{Steps: 40, Decay: 16, Root: true}, map[int]float64{0: 1, 24: 1, 25: 0.75, 28: 0.5, 33: 0.25, 40: 0}},
		{WSD{Steps: 100}, map[int]float64{89: 1, 95: 0.5}},
		{InverseSqrt{Warmup: 4}, map[int]float64{0: 0.25, 3: 1, 15: 0.5, 63: 0.25}},
		{InverseSqrt{}, map[int]float64{0: 1, 3: 0.5}},
		{Exponential{Factor: 0.5, Low: 0.2}, map[int]float64{0: 1, 1: 0.5, 3: 0.2}},
		{Func(func(step int) float64 { return float64(step) }), map[int]float64{3: 3}},
		{Product{Constant(0.5), Constant(0.5)}, map[int]float64{7: 0.25}},
		{Product{}, map[int]float64{7: 1}},
		{CosineRestarts{First: 2}, map[int]float64{0: 1, 1: 0.5, 2: 1, 3: 0.5}},
		{Cyclic{}, map[int]float64{0: 0, 1000: 0.5, 2000: 1, 3000: 0.5, 4000: 0}},
		{OneCycle{Steps: 10, Start: 0.2, Linear: true}, map[int]float64{0: 0.2, 1: 0.6, 2: 1, 9: 2e-5, 99: 2e-5}},
		{Piecewise{Rates: []float64{1, 3, 2}, At: []int{2, 4}}, map[int]float64{1: 1, 2: 3, 3: 3, 4: 2}},
		{Sequence{Of: []Schedule{Constant(2), Linear{Steps: 2, Start: 1}}, At: []int{3}}, map[int]float64{2: 2, 3: 1, 4: 0.5, 5: 0}},
		{Linear{Steps: 4, Start: 0.5, End: 1}, map[int]float64{0: 0.5, 2: 0.75, 9: 1}},
		{InverseTime{}, map[int]float64{0: 1, 3: 0.25}},
		{Polynomial{Steps: 4, Low: 0.2}, map[int]float64{0: 1, 2: 0.6, 4: 0.2, 9: 0.2}},
	} {
		for step, want := range v.want {
			if got := v.schedule.Rate(step); math.Abs(got-want) > 1e-12 {
				t.Errorf("%#v: %v at step %d, want %v", v.schedule, got, step, want)
			}
		}
		note(t, v.schedule, "by hand", 0)
	}
}
