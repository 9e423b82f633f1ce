package optim

// A Schedule says how the learning rate changes with the steps. It is a pure function, so that a run which is resumed has
// the same rates as one that never stopped.
type Schedule interface {
	// Rate returns the factor on the rules' learning rates in a step; 0 is the first.
	Rate(step int) float64
}

// Constant is the same factor in every step.
type Constant float64

// Rate returns c.
func (c Constant) Rate(int) float64 { return float64(c) }

// WarmUp rises evenly to the full rate, and then follows another schedule, whose step 0 is the first after it.
//
//	rate = (t + 1)/Steps            for t < Steps
//	rate = Then(t − Steps)          after
//
// The first step has 1/Steps of the rate rather than none.
//
// Goyal et al., Accurate, Large Minibatch SGD: Training ImageNet in 1 Hour, 2017 (arXiv:1706.02677), section 2.2.
type WarmUp struct {
	Steps int
	Then  Schedule // nil means the full rate
}

// Rate returns the factor in a step.
func (w WarmUp) Rate(step int) float64 {
	switch {
	case step < w.Steps:
		return float64(step+1) / float64(w.Steps)
	case w.Then == nil:
		return 1
	}
	return w.Then.Rate(step - w.Steps)
}

// Parts returns the schedule after the warm-up.
func (w WarmUp) Parts() []Schedule {
	if w.Then == nil {
		return nil
	}
	return []Schedule{w.Then}
}
