package recipe

import (
	"math"

	"github.com/jimu-ml/jimu/optim"
)

// A pace is a schedule whose lengths are in epochs, to be made for so many steps.
type pace func(steps, perEpoch int) optim.Schedule

// schedules are how the learning rate may change. All lengths are in epochs, and need not be whole.
var schedules = append([]row[pace]{
	choose("constant", "the full rate, after the warm-up", warm{}, func(c warm) (pace, error) {
		return c.then(func(int, int) optim.Schedule { return optim.Constant(1) })
	}),
	choose("cosine", "along half a cosine to low, a share of the rate, at the end", cosine{}, func(c cosine) (pace, error) {
		return c.then(func(steps, _ int) optim.Schedule { return optim.Cosine{Steps: steps, Low: c.Low} })
	}),
	choose("linear", "evenly to low, a share of the rate, at the end", cosine{}, func(c cosine) (pace, error) {
		return c.then(func(steps, _ int) optim.Schedule { return optim.Polynomial{Steps: steps, Low: c.Low} })
	}),
	choose("step", "times factor after every so many epochs", step{Every: 1, Factor: 0.1}, func(c step) (pace, error) {
		if c.Every <= 0 || c.Factor <= 0 {
			return nil, errorf("schedule", "every is %v and factor %v; want more than 0", c.Every, c.Factor)
		}
		return c.then(func(_, perEpoch int) optim.Schedule {
			return optim.StepDecay{Every: max(1, in(c.Every, perEpoch)), Factor: c.Factor}
		})
	}),
	choose("milestones", "times factor at each of the epochs in at", milestones{Factor: 0.1}, func(c milestones) (pace, error) {
		return c.then(func(_, perEpoch int) optim.Schedule {
			m := optim.Milestones{Factor: c.Factor}
			for _, epoch := range c.At {
				m.At = append(m.At, in(epoch-c.Warmup, perEpoch))
			}
			return m
		})
	}),
}, paces...)

type cosine struct {
	warm
	Low float64
}

type step struct {
	warm
	Every, Factor float64
}

type milestones struct {
	warm
	At     []float64
	Factor float64
}

// warm is what all schedules share.
type warm struct {
	Warmup float64 // epochs in which the rate rises evenly from near 0
}

// then puts the warm-up before a schedule.
func (w warm) then(main pace) (pace, error) {
	if w.Warmup < 0 {
		return nil, errorf("schedule.warmup", "want 0 or more epochs, not %v", w.Warmup)
	}
	return func(steps, perEpoch int) optim.Schedule {
		rise := min(in(w.Warmup, perEpoch), steps)
		after := main(max(1, steps-rise), perEpoch)
		if rise == 0 {
			return after
		}
		return optim.WarmUp{Steps: rise, Then: after}
	}, nil
}

// in returns how many steps an epoch, or a part of one, has.
func in(epochs float64, perEpoch int) int { return int(math.Round(epochs * float64(perEpoch))) }
