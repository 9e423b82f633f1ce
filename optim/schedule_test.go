package optim

import (
	"math"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
)

func TestSchedulesGolden(t *testing.T) {
	all := check.GoldenAll(t, "testdata")
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
		{"Polynomial", func(c *check.Case) Schedule { return Polynomial{Steps: c.Int("total"), Power: c.Float("power")} }},
	} {
		c := all["rate/"+v.name]
		if c == nil {
			t.Errorf("no golden rates %s", v.name)
			continue
		}
		s, lr := v.like(c), c.Float("lr")
		for step, want := range c.Float64("rate") {
			if got := lr * s.Rate(step); math.Abs(got-want) > 1e-12 {
				t.Errorf("%s: %v at step %d, want %v", v.name, got, step, want)
			}
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
		{Polynomial{Steps: 4, Low: 0.2}, map[int]float64{0: 1, 2: 0.6, 4: 0.2, 9: 0.2}},
	} {
		for step, want := range v.want {
			if got := v.schedule.Rate(step); math.Abs(got-want) > 1e-12 {
				t.Errorf("%#v: %v at step %d, want %v", v.schedule, got, step, want)
			}
		}
	}
}
