package optim

import (
	"math"

	"github.com/jimu-ml/jimu/internal/check"
)

// Of a matrix of one row [1 3] whose right side is too long the left basis is ±1: what is left is Adam, a step late.
var _ = register(sample{
	name:  "SOAP",
	rule:  SOAP{LR: 0.1, Largest: 2, WeightDecay: 0.1},
	shape: []int{1, 3},
	whole: func() func([]float64, given) []float64 {
		m, v := make([]float64, 3), make([]float64, 3)
		return func(p []float64, x given) []float64 {
			if x.t == 1 {
				return p
			}
			next, left := make([]float64, 3), 1-math.Pow(0.95, float64(x.t-1))
			for i, g := range x.g {
				m[i], v[i] = 0.95*m[i]+0.05*g, 0.95*v[i]+0.05*g*g
				next[i] = (p[i] - 0.1*math.Sqrt(left)/left*m[i]/(math.Sqrt(v[i])+1e-8)) * (1 - 0.1*0.1)
			}
			return next
		}
	},
	golden: "SOAP",
	like: func(c *check.Case) Rule {
		r := SOAP{Eps: c.Float("eps"), Every: c.Int("precondition_frequency")}
		r.LR, r.Beta1, r.Beta2 = rates(c)
		optional(c, map[string]*float64{"weight_decay": &r.WeightDecay, "shampoo_beta": &r.Beta})
		return r
	},
	loose:  1e-4,
	bowl:   SOAP{LR: 0.1},
	valley: SOAP{LR: 0.01},
	below:  0.1,
})
