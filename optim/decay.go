package optim

import "math"

// StepDecay multiplies the rate by Factor after every so many steps. With Every 1 it is exponential.
//
//	rate = Factor^⌊t/Every⌋
type StepDecay struct {
	Every  int     // 0 means 1
	Factor float64 // 0 means 0.1
}

// Rate returns the factor in a step.
func (d StepDecay) Rate(step int) float64 {
	return math.Pow(or(d.Factor, 0.1), float64(step/max(1, d.Every)))
}

// Milestones multiplies the rate by Factor from each of the steps At on.
type Milestones struct {
	At     []int
	Factor float64 // 0 means 0.1
}

// Rate returns the factor in a step.
func (m Milestones) Rate(step int) float64 {
	n := 0
	for _, at := range m.At {
		if step >= at {
			n++
		}
	}
	return math.Pow(or(m.Factor, 0.1), float64(n))
}

// Polynomial falls from 1 to Low in so many steps, and stays there; evenly, with power 1.
//
//	rate = Low + (1 − Low) (1 − t/Steps)^Power
type Polynomial struct {
	Steps int
	Low   float64
	Power float64 // 0 means 1
}

// Rate returns the factor in a step.
func (p Polynomial) Rate(step int) float64 {
	if step >= p.Steps {
		return p.Low
	}
	return p.Low + (1-p.Low)*math.Pow(1-float64(step)/float64(p.Steps), or(p.Power, 1))
}
