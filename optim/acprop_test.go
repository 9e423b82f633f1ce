package optim

import (
	"math"

	"github.com/jimu-ml/jimu/internal/check"
)

var _ = register(sample{
	name: "ACProp",
	rule: ACProp{LR: 0.02, Eps: 1e-2, WeightDecay: 0.1},
	paper: func() func(int, float64, float64) float64 {
		m, s := 0.0, 0.0
		return func(t int, p, g float64) float64 {
			p -= 0.02 * 0.1 * p
			if t == 1 {
				p -= 0.02 * g / (1 + 1e-2)
			} else {
				p -= 0.02 * g / (math.Sqrt(s/(1-math.Pow(0.999, float64(t-1)))) + 1e-2)
			}
			s = 0.999*s + 0.001*(g-m)*(g-m) + 1e-2
			m = 0.9*m + 0.1*g
			return p
		}
	},
	golden: "ACProp",
	like: func(c *check.Case) Rule {
		r := ACProp{Eps: c.Float("eps")}
		r.LR, r.Beta1, r.Beta2 = rates(c)
		optional(c, map[string]*float64{"weight_decay": &r.WeightDecay})
		return r
	},
	bowl:   ACProp{LR: 0.05},
	valley: ACProp{LR: 5e-3},
	below:  1,
})
