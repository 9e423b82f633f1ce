package optim

import "errors"

// A LossScale multiplies losses so that the small gradients of 16-bit floats are not lost, and looks for the largest
// factor that does not overflow.
//
//	s ← s · Growth     after so many steps in a row whose gradients were finite
//	s ← s · Backoff    after a step whose gradients were not; that step is not made
//
// The loss is multiplied by [Optimizer.LossFactor] before the walk back; the optimizer divides the gradients by it. It is for
// float16: bfloat16 reaches as far as float32 and needs none. With Growth and Backoff of 1 the factor is constant.
//
// Micikevicius et al., Mixed Precision Training, 2018 (arXiv:1710.03740), section 3.2; the defaults are PyTorch's
// GradScaler's.
type LossScale struct {
	Factor  float64 // at first; 0 means 65536
	Growth  float64 // 0 means 2
	Backoff float64 // 0 means 0.5
	Every   int     // 0 means 2000

	now     float64
	good    int
	skipped int
}

// Now returns the factor on the next loss.
func (l *LossScale) Now() float64 {
	if l.now == 0 {
		return or(l.Factor, 65536)
	}
	return l.now
}

// Skipped returns how many steps were not made because gradients were not finite.
func (l *LossScale) Skipped() int { return l.skipped }

// saw takes notice of how a step's gradients were, and reports whether the step is to be passed over.
func (l *LossScale) saw(err error) bool {
	var bad *NotFinite
	if errors.As(err, &bad) {
		l.now, l.good = l.Now()*or(l.Backoff, 0.5), 0
		l.skipped++
		return true
	}
	if err != nil {
		return false
	}
	every := l.Every
	if every <= 0 {
		every = 2000
	}
	if l.good++; l.good == every {
		l.now, l.good = l.Now()*or(l.Growth, 2), 0
	}
	return false
}

func (l *LossScale) memory() []float64 {
	return []float64{l.Now(), float64(l.good), float64(l.skipped)}
}

func (l *LossScale) remember(v []float64) { l.now, l.good, l.skipped = v[0], int(v[1]), int(v[2]) }

// LossFactor returns what the next loss is to be multiplied by before the walk back: 1 without a [LossScale].
func (o *Optimizer) LossFactor() float64 {
	if o.LossScale == nil {
		return 1
	}
	return o.LossScale.Now()
}
