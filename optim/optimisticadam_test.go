package optim

import (
	"math"

	"github.com/jimu-ml/jimu/internal/check"
)

var _ = register(sample{
	name: "OptimisticAdam",
	rule: OptimisticAdam{LR: 0.02, Optimism: 0.03},
	paper: func() func(int, float64, float64) float64 {
		m, v, before := 0.0, 0.0, 0.0
		return func(t int, p, g float64) float64 {
			m, v = 0.9*m+0.1*g, 0.999*v+0.001*g*g
			u := m / (1 - math.Pow(0.9, float64(t))) / (math.Sqrt(v/(1-math.Pow(0.999, float64(t)))) + 1e-8)
			if t == 1 {
				before = u
			}
			p -= 0.02*u + 0.03*(u-before)
			before = u
			return p
		}
	},
	golden: "OptimisticAdam",
	like: func(c *check.Case) Rule {
		r := OptimisticAdam{Eps: c.Float("eps")}
		r.LR, r.Beta1, r.Beta2 = rates(c)
		optional(c, map[string]*float64{"optimism": &r.Optimism})
		return r
	},
	valley: OptimisticAdam{LR: 0.02},
	below:  0.1,
})
