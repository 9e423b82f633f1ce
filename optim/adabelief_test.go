package optim

import (
	"math"

	"github.com/jimu-ml/jimu/internal/check"
)

var _ = register(sample{
	name: "AdaBelief",
	rule: AdaBelief{LR: 0.05, Eps: 1e-4, WeightDecay: 0.1},
	paper: func() func(int, float64, float64) float64 {
		m, s := 0.0, 0.0
		return func(t int, p, g float64) float64 {
			m = 0.9*m + 0.1*g
			s = 0.999*s + 0.001*(g-m)*(g-m) + 1e-4
			mhat, shat := m/(1-math.Pow(0.9, float64(t))), s/(1-math.Pow(0.999, float64(t)))
			return p - 0.05*0.1*p - 0.05*mhat/(math.Sqrt(shat)+1e-4)
		}
	},
	golden: "AdaBelief",
	like: func(c *check.Case) Rule {
		r := AdaBelief{Eps: c.Float("eps")}
		r.LR, r.Beta1, r.Beta2 = rates(c)
		return r
	},
	bowl:   AdaBelief{LR: 0.05},
	valley: AdaBelief{LR: 0.02},
	below:  1e-2,
})
