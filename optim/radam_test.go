package optim

import (
	"math"
	"strings"

	"github.com/jimu-ml/jimu/internal/check"
)

// With β₂ of 0.5, ρ∞ is 3: the rule never leaves its first phase.
var _ = register(sample{
	name: "RAdam/first",
	rule: RAdam{LR: 0.05, Beta2: 0.5, WeightDecay: 0.1, Decoupled: true},
	paper: func() func(int, float64, float64) float64 {
		m := 0.0
		return func(t int, p, g float64) float64 {
			m = 0.9*m + 0.1*g
			return p - 0.05*0.1*p - 0.05*m/(1-math.Pow(0.9, float64(t)))
		}
	},
	bowl:   RAdam{LR: 0.1, Beta2: 0.5},
	valley: RAdam{LR: 5e-4, Beta2: 0.5},
	below:  0.5,
})

var _ = register(sample{
	name: "RAdam/second",
	rule: RAdam{LR: 0.05, Beta2: 0.9},
	paper: func() func(int, float64, float64) float64 {
		m, v := 0.0, 0.0
		return func(t int, p, g float64) float64 {
			m, v = 0.9*m+0.1*g, 0.9*v+0.1*g*g
			n, left := float64(t), 1-math.Pow(0.9, float64(t))
			rho := 19 - 2*n*math.Pow(0.9, n)/left
			if rho <= 5 {
				return p - 0.05*m/left
			}
			r := math.Sqrt((rho - 4) * (rho - 2) * 19 / (15 * 17 * rho))
			return p - 0.05*m/left*r*math.Sqrt(left)/(math.Sqrt(v)+1e-8)
		}
	},
	golden: "RAdam",
	like: func(c *check.Case) Rule {
		r := RAdam{Eps: c.Float("eps"), Decoupled: strings.Contains(c.Name, "decoupled")}
		r.LR, r.Beta1, r.Beta2 = rates(c)
		optional(c, map[string]*float64{"weight_decay": &r.WeightDecay})
		return r
	},
	valley: RAdam{LR: 5e-3},
	below:  3,
})
