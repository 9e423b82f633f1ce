package optim

import "math"

// Cosine falls along half a cosine from 1 to Low in so many steps, and stays there.
//
//	rate = Low + (1 − Low) (1 + cos(π t/Steps))/2
//
// Loshchilov and Hutter, SGDR: Stochastic Gradient Descent with Warm Restarts, 2017 (arXiv:1608.03983), equation 5.
type Cosine struct {
	Steps int
	Low   float64 // a factor, not a rate: 0.1 ends at a tenth of the rate
}

// Rate returns the factor in a step.
func (c Cosine) Rate(step int) float64 {
	if step >= c.Steps {
		return c.Low
	}
	return c.Low + (1-c.Low)*(1+math.Cos(math.Pi*float64(step)/float64(c.Steps)))/2
}
