package optim

import "math"

// CosineRestarts falls along half a cosine from 1 to Low, again and again; each time is Grow times as long.
//
//	rate = Low + (1 − Low) Decayⁱ (1 + cos(π t/T))/2      t, the steps since restart i; T = First · Growⁱ
//
// Loshchilov and Hutter, SGDR: Stochastic Gradient Descent with Warm Restarts, 2017 (arXiv:1608.03983), equation 5.
type CosineRestarts struct {
	First int     // steps before the first restart
	Grow  float64 // 0 means 1
	Low   float64 // a factor, not a rate
	Decay float64 // of the height from one restart to the next; 0 means 1
}

// Rate returns the factor in a step.
func (c CosineRestarts) Rate(step int) float64 {
	grow, length, height := or(c.Grow, 1), float64(max(1, c.First)), 1.0
	t := float64(step)
	for t >= length {
		t -= length
		length = math.Max(1, length*grow)
		height *= or(c.Decay, 1)
	}
	return c.Low + float64((1-c.Low)*height*(1+math.Cos(math.Pi*t/length)))/2
}

// OneCycle rises from a low rate to the full one, falls as far, and ends far below: the rate of super-convergence.
//
//	Start → 1 in Rise·Steps steps, 1 → End in the rest, along half cosines or evenly
//
// PyTorch cycles the momentum against the rate; here it stays.
//
// Smith and Topin, Super-Convergence: Very Fast Training of Neural Networks Using Large Learning Rates, 2018
// (arXiv:1708.07120); the defaults are fast.ai's and PyTorch's.
type OneCycle struct {
	Steps  int     // of the whole run
	Rise   float64 // the share in which the rate rises; 0 means 0.3
	Start  float64 // 0 means 1/25
	End    float64 // 0 means Start/10⁴
	Linear bool    // evenly rather than along cosines
}

// Rate returns the factor in a step.
func (c OneCycle) Rate(step int) float64 {
	start := or(c.Start, 1./25)
	end := or(c.End, start/1e4)
	up := or(c.Rise, 0.3)*float64(c.Steps) - 1
	last := float64(c.Steps) - 1
	t := math.Min(float64(step), last)
	if t <= up && up > 0 {
		return c.between(start, 1, t/up)
	}
	return c.between(1, end, (t-up)/(last-up))
}

func (c OneCycle) between(a, b, x float64) float64 {
	if c.Linear {
		return a + float64((b-a)*x)
	}
	return b + float64((a-b)/2*(1+math.Cos(math.Pi*x)))
}

// Cyclic rises evenly from Low to the full rate and falls back, again and again: triangles.
//
//	rate = Low + (1 − Low) · x · h      x, 0 at the feet and 1 at the top; h, the height of the cycle
//	h = 1, with Halve ½ⁱ in cycle i, with Gamma γᵗ
//
// Smith, Cyclical Learning Rates for Training Neural Networks, 2017 (arXiv:1506.01186): triangular, triangular2 and
// exp_range.
type Cyclic struct {
	Up    int     // steps from foot to top; 0 means 2000
	Down  int     // steps from top to foot; 0 means as many as Up
	Low   float64 // a factor, not a rate
	Halve bool    // the height with each cycle
	Gamma float64 // γ; 0 means 1
}

// Rate returns the factor in a step.
func (c Cyclic) Rate(step int) float64 {
	up, down := c.Up, c.Down
	if up <= 0 {
		up = 2000
	}
	if down <= 0 {
		down = up
	}
	cycle, t := step/(up+down), step%(up+down)
	x := float64(t) / float64(up)
	if t > up {
		x = 1 - float64(t-up)/float64(down)
	}
	h := math.Pow(or(c.Gamma, 1), float64(step))
	if c.Halve {
		h *= math.Pow(0.5, float64(cycle))
	}
	return c.Low + float64((1-c.Low)*x*h)
}
