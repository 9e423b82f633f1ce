package recipe

import "github.com/jimu-ml/jimu/optim"

// paces are the schedules beside those that recipes mostly name.
var paces = []row[pace]{
	choose("polynomial", "along a power of what is left to low, a share of the rate, at the end", polynomial{Power: 2}, func(c polynomial) (pace, error) {
		return c.then(func(steps, _ int) optim.Schedule {
			return optim.Polynomial{Steps: steps, Low: c.Low, Power: c.Power}
		})
	}),
	choose("exponential", "times factor in every so many epochs, a little in each step", step{Every: 1, Factor: 0.9}, func(c step) (pace, error) {
		if c.Every <= 0 || c.Factor <= 0 {
			return nil, errorf("schedule", "every is %v and factor %v; want more than 0", c.Every, c.Factor)
		}
		return c.then(func(_, perEpoch int) optim.Schedule {
			return optim.Exponential{Every: max(1, in(c.Every, perEpoch)), Factor: c.Factor}
		})
	}),
	choose("inverse_time", "as 1 over 1 and factor times the epochs", decaying{Factor: 1}, func(c decaying) (pace, error) {
		return c.then(func(_, perEpoch int) optim.Schedule { return optim.InverseTime{Every: perEpoch, Factor: c.Factor} })
	}),
	choose("inverse_sqrt", "up in warmup epochs, then down with the root of the steps", warm{Warmup: 1}, func(c warm) (pace, error) {
		if c.Warmup < 0 {
			return nil, errorf("schedule.warmup", "want 0 or more epochs, not %v", c.Warmup)
		}
		return func(_, perEpoch int) optim.Schedule { return optim.InverseSqrt{Warmup: in(c.Warmup, perEpoch)} }, nil
	}),
	choose("restarts", "along half a cosine to low, again and again: first epochs, then grow times as many", restarts{First: 1, Grow: 2}, func(c restarts) (pace, error) {
		if c.First <= 0 || c.Grow < 1 {
			return nil, errorf("schedule", "first is %v and grow %v; want more than 0, and 1 or more", c.First, c.Grow)
		}
		return c.then(func(_, perEpoch int) optim.Schedule {
			return optim.CosineRestarts{First: max(1, in(c.First, perEpoch)), Grow: c.Grow, Low: c.Low}
		})
	}),
	choose("one_cycle", "up in a share of the run, down in the rest to nearly nothing", oneCycle{Rise: 0.3, Start: 0.04}, func(c oneCycle) (pace, error) {
		if c.Rise <= 0 || c.Rise >= 1 || c.Start <= 0 {
			return nil, errorf("schedule", "rise is %v and start %v; want a share and more than 0", c.Rise, c.Start)
		}
		return func(steps, _ int) optim.Schedule {
			return optim.OneCycle{Steps: steps, Rise: c.Rise, Start: c.Start, Linear: c.Linear}
		}, nil
	}),
	choose("cyclic", "up from low and down again, each in so many epochs", cyclic{Up: 2, Low: 0.1}, func(c cyclic) (pace, error) {
		if c.Up <= 0 {
			return nil, errorf("schedule.up", "want more than 0 epochs, not %v", c.Up)
		}
		return func(_, perEpoch int) optim.Schedule {
			return optim.Cyclic{Up: max(1, in(c.Up, perEpoch)), Low: c.Low, Halve: c.Halve}
		}, nil
	}),
	choose("wsd", "warm up, stay, and go down to low in the last share of the run", wsd{Decay: 0.1}, func(c wsd) (pace, error) {
		if c.Decay <= 0 || c.Decay > 1 {
			return nil, errorf("schedule.decay", "want a share of the run, more than 0, not %v", c.Decay)
		}
		return c.then(func(steps, _ int) optim.Schedule {
			return optim.WSD{Steps: steps, Decay: max(1, int(c.Decay*float64(steps))), Low: c.Low, Root: c.Root}
		})
	}),
	choose("plateau", "times factor when the monitored value is no better for more than patience epochs", plateau{Factor: 0.1, Patience: 5}, func(c plateau) (pace, error) {
		if c.Factor <= 0 || c.Factor >= 1 || c.Patience < 0 {
			return nil, errorf("schedule", "factor is %v and patience %v; want one below 1, and 0 or more", c.Factor, c.Patience)
		}
		patience := c.Patience
		if patience == 0 {
			patience = -1
		}
		return c.then(func(int, int) optim.Schedule {
			return &optim.ReduceOnPlateau{Factor: c.Factor, Patience: patience, Cooldown: c.Cooldown, Low: c.Low}
		})
	}),
}

type polynomial struct {
	warm
	Low, Power float64
}

type decaying struct {
	warm
	Factor float64
}

type restarts struct {
	warm
	First, Grow, Low float64
}

type oneCycle struct {
	Rise, Start float64
	Linear      bool
}

type cyclic struct {
	Up, Low float64
	Halve   bool
}

type wsd struct {
	warm
	Decay, Low float64
	Root       bool
}

type plateau struct {
	warm
	Factor             float64
	Patience, Cooldown int
	Low                float64
}
