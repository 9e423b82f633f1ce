package optim

import (
	"math"

	"github.com/jimu-ml/jimu/internal/check"
)

var _ = register(sample{
	name: "Yogi",
	rule: Yogi{LR: 0.05, WeightDecay: 0.1},
	paper: func() func(int, float64, float64) float64 {
		m, v := 1e-6, 1e-6
		return func(t int, p, g float64) float64 {
			m = 0.9*m + 0.1*g
			v -= 0.001 * sign(v-g*g) * g * g
			mhat, vhat := m/(1-math.Pow(0.9, float64(t))), v/(1-math.Pow(0.999, float64(t)))
			return p - 0.05*0.1*p - 0.05*mhat/(math.Sqrt(vhat)+1e-3)
		}
	},
	golden: "Yogi",
	like: func(c *check.Case) Rule {
		r := Yogi{Eps: c.Float("eps")}
		r.LR, r.Beta1, r.Beta2 = rates(c)
		return r
	},
	bowl:   Yogi{LR: 0.1},
	valley: Yogi{LR: 0.02},
	below:  0.1,
})
