package train

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/optim"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A RateConfig says which learning rates [FindRate] tries. The zero value is from 10⁻⁴ to 10³ times the rules' own in 100
// steps.
type RateConfig struct {
	Low, High float64 // factors on the rules' rates; 1e-4 and 1e3 if 0
	Steps     int     // 100 if 0
	BatchSize int     // 32 if 0
	Seed      uint64  // of the order of the examples, and of dropout
}

// A RatePoint is a step of [FindRate].
type RatePoint struct {
	Factor float64 // on the rules' learning rates
	Loss   float64 // of the batches so far, recent ones more
}

// Rates are what [FindRate] found, the smallest factor first.
type Rates []RatePoint

// FindRate looks for a learning rate: it trains with a rate that grows from step to step, until the loss is four times its
// least or no number. The model and the optimizer are as they were, afterwards.
//
//	loss ← 0.9 loss + 0.1 loss of the batch, corrected for its beginning at 0
//
// Smith, Cyclical Learning Rates for Training Neural Networks, 2017 (arXiv:1506.01186), section 3.3.
func FindRate(ctx context.Context, t Task, opt *optim.Optimizer, set data.Set, c RateConfig) (rates Rates, err error) {
	if c, err = c.withDefaults(); err != nil {
		return nil, err
	}
	if set.Len() == 0 {
		return nil, errors.New("train: the set is empty")
	}
	back, err := remember(t, opt)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, back()) }()
	steps, growth := 0, math.Log(c.High/c.Low)/float64(max(1, c.Steps-1))
	factor := func(int) float64 { return c.Low * math.Exp(growth*float64(steps)) }
	opt.Schedule = optim.Func(factor)
	key := rng.KeyOf(c.Seed)
	s := Stepper{Optimizer: opt, Key: key.Child("step")}
	loader := data.Loader{Set: set, BatchSize: c.BatchSize, Key: key.Child("data")}
	mean, least := 0.0, math.Inf(1)
	for epoch := 0; steps < c.Steps; epoch++ {
		for b, err := range loader.Epoch(ctx, epoch, 0) {
			if err != nil {
				return rates, err
			}
			loss, err := s.Step(ctx, func(p *nn.Pass) objective.Loss {
				l, _ := t.Loss(p, b)
				return l
			})
			if ended(err) {
				return rates, nil
			}
			if err != nil {
				return rates, err
			}
			mean = 0.9*mean + 0.1*loss
			now := mean / (1 - math.Pow(0.9, float64(steps+1)))
			rates = append(rates, RatePoint{factor(0), now})
			least = min(least, now)
			if steps++; now > 4*least || steps == c.Steps {
				return rates, nil
			}
		}
	}
	return rates, nil
}

// ended reports whether a step failed because the rate was too large.
func ended(err error) bool {
	var loss *NonFiniteError
	var grad *optim.NotFinite
	return errors.As(err, &loss) || errors.As(err, &grad)
}

// remember returns a function that puts the model and the optimizer back to where they are now.
func remember(t Task, opt *optim.Optimizer) (back func() error, err error) {
	var params []tensor.Named
	if err := tensor.Catch(func() { params = nn.Params(t.Model) }); err != nil {
		return nil, err
	}
	values, schedule, state := make([]*tensor.Tensor, len(params)), opt.Schedule, map[string]*tensor.Tensor{}
	for i, p := range params {
		values[i] = p.Param.Value.Clone()
	}
	for name, v := range opt.State() {
		state[name] = v.Clone()
	}
	return func() error {
		for i, p := range params {
			p.Param.Value.CopyFrom(values[i])
		}
		opt.Schedule = schedule
		return opt.Restore(state)
	}, nil
}

// Steepest returns the factor at which the loss falls fastest as the rate grows: a good rate, and below the largest. It is 0 if
// there are fewer than three points or the loss never falls.
func (r Rates) Steepest() float64 {
	best, at := 0.0, 0.0
	for i := 1; i+1 < len(r); i++ {
		slope := (r[i+1].Loss - r[i-1].Loss) / math.Log(r[i+1].Factor/r[i-1].Factor)
		if slope < best {
			best, at = slope, r[i].Factor
		}
	}
	return at
}

func (c RateConfig) withDefaults() (RateConfig, error) {
	if c.Low == 0 {
		c.Low = 1e-4
	}
	if c.High == 0 {
		c.High = 1e3
	}
	if c.Steps == 0 {
		c.Steps = 100
	}
	if c.BatchSize == 0 {
		c.BatchSize = 32
	}
	if !(c.Low > 0 && c.Low < c.High) || math.IsInf(c.High, 1) || c.Steps < 1 || c.BatchSize < 1 {
		return c, fmt.Errorf("train: rates from %v to %v in %d steps of %d examples; want rising ones, and 1 or more", c.Low, c.High, c.Steps, c.BatchSize)
	}
	return c, nil
}
