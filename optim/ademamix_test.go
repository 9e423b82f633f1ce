package optim

import (
	"math"

	"github.com/jimu-ml/jimu/internal/check"
)

var _ = register(sample{
	name: "AdEMAMix",
	rule: AdEMAMix{LR: 0.02, Beta3: 0.99, WeightDecay: 0.1},
	paper: func() func(int, float64, float64) float64 {
		m, l, v := 0.0, 0.0, 0.0
		return func(t int, p, g float64) float64 {
			m, l, v = 0.9*m+0.1*g, 0.99*l+0.01*g, 0.999*v+0.001*g*g
			up := (m/(1-math.Pow(0.9, float64(t))) + 5*l) / (math.Sqrt(v/(1-math.Pow(0.999, float64(t)))) + 1e-8)
			return p - 0.02*0.1*p - 0.02*up
		}
	},
	golden: "AdEMAMix",
	like: func(c *check.Case) Rule {
		var r AdEMAMix
		r.LR, r.Beta1, r.Beta2 = rates(c)
		optional(c, map[string]*float64{"weight_decay": &r.WeightDecay, "b3": &r.Beta3, "alpha": &r.Alpha, "eps": &r.Eps})
		return r
	},
	bowl:   AdEMAMix{LR: 0.05},
	valley: AdEMAMix{LR: 0.01, Beta3: 0.99},
	below:  0.1,
})
