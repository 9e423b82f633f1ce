package optim

import "math"

// ReduceOnPlateau multiplies the rate by Factor when a number has not fallen for more than Patience observations.
//
//	fallen: value < best − Threshold·|best|
//
// It is used by its address, since it remembers what it saw; its memory is part of the optimizer's state. train.Fit tells
// it the monitored value after each epoch, or the training loss if there is no validation set.
//
//	opt.Schedule = &optim.ReduceOnPlateau{}
//	opt.Schedule = optim.WarmUp{Steps: 100, Then: &optim.ReduceOnPlateau{Factor: 0.5}}
//
// A value that is no number has not fallen. The rules are those of PyTorch's ReduceLROnPlateau with a
// relative threshold; a cut by less than 1e-8 is not made.
type ReduceOnPlateau struct {
	Factor    float64 // 0 means 0.1
	Patience  int     // observations without a fall that are borne; 0 means 10, negative none
	Threshold float64 // 0 means 1e-4, None 0
	Cooldown  int     // observations after a cut that do not count
	Low       float64 // the lowest rate, as a factor

	cuts, bad, cool int
	best            float64
	seen            bool
}

// Rate returns the factor now, whatever the step.
func (r *ReduceOnPlateau) Rate(int) float64 {
	return max(r.Low, math.Pow(or(r.Factor, 0.1), float64(r.cuts)))
}

// Observe takes notice of a number that should fall.
func (r *ReduceOnPlateau) Observe(value float64) {
	if !r.seen || value < r.best-or(r.Threshold, 1e-4)*math.Abs(r.best) {
		if !math.IsNaN(value) {
			r.best, r.seen = value, true
		}
		r.bad = 0
	} else {
		r.bad++
	}
	if r.cool > 0 {
		r.cool--
		r.bad = 0
	}
	patience := max(0, r.Patience)
	if r.Patience == 0 {
		patience = 10
	}
	if r.bad > patience {
		r.bad, r.cool = 0, r.Cooldown
		if rate := r.Rate(0); rate-max(r.Low, rate*or(r.Factor, 0.1)) > 1e-8 {
			r.cuts++
		}
	}
}

// Memory returns what the schedule remembers.
func (r *ReduceOnPlateau) Memory() []float64 {
	seen := 0.0
	if r.seen {
		seen = 1
	}
	return []float64{float64(r.cuts), float64(r.bad), float64(r.cool), r.best, seen}
}

// Remember puts back what Memory returned.
func (r *ReduceOnPlateau) Remember(v []float64) {
	r.cuts, r.bad, r.cool, r.best, r.seen = int(v[0]), int(v[1]), int(v[2]), v[3], v[4] != 0
}
