package optim

import (
	"math"

	"github.com/jimu-ml/jimu/internal/check"
)

var _ = register(sample{
	name: "LAMB",
	rule: LAMB{LR: 0.05, WeightDecay: 0.1},
	whole: func() func([]float64, given) []float64 {
		m, v := make([]float64, 3), make([]float64, 3)
		return func(p []float64, x given) []float64 {
			u, k := make([]float64, 3), float64(x.t)
			for i, g := range x.g {
				m[i], v[i] = 0.9*m[i]+0.1*g, 0.999*v[i]+0.001*g*g
				u[i] = m[i]/(1-math.Pow(0.9, k))/(math.Sqrt(v[i]/(1-math.Pow(0.999, k)))+1e-6) + 0.1*p[i]
			}
			return moved(p, u, 0.05*math.Sqrt(norm2(p)/norm2(u)))
		}
	},
	golden: "LAMB",
	like: func(c *check.Case) Rule {
		r := LAMB{Eps: c.Float("eps")}
		r.LR, r.Beta1, r.Beta2 = rates(c)
		optional(c, map[string]*float64{"weight_decay": &r.WeightDecay})
		return r
	},
	valley: LAMB{LR: 0.01},
	below:  1,
})

// moved returns p − rate·d.
func moved(p, d []float64, rate float64) []float64 {
	next := make([]float64, len(p))
	for i := range p {
		next[i] = p[i] - rate*d[i]
	}
	return next
}
