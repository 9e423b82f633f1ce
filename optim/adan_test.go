package optim

import (
	"math"

	"github.com/jimu-ml/jimu/internal/check"
)

var _ = register(sample{
	name: "Adan",
	rule: Adan{LR: 0.05, WeightDecay: 0.1},
	paper: func() func(int, float64, float64) float64 {
		m, v, n, before := 0.0, 0.0, 0.0, 0.0
		return func(t int, p, g float64) float64 {
			if t == 1 {
				before = g
			}
			d := g - before
			before = g
			m, v = 0.98*m+0.02*g, 0.92*v+0.08*d
			n = 0.99*n + 0.01*(g+0.92*d)*(g+0.92*d)
			k := float64(t)
			up := m/(1-math.Pow(0.98, k)) + 0.92*v/(1-math.Pow(0.92, k))
			return (p - 0.05*up/(math.Sqrt(n/(1-math.Pow(0.99, k)))+1e-8)) / (1 + 0.05*0.1)
		}
	},
	golden: "Adan",
	like: func(c *check.Case) Rule {
		r := Adan{Eps: c.Float("eps")}
		r.LR, r.Beta1, r.Beta2 = rates(c)
		var b []float64
		c.Attr("betas", &b)
		r.Beta3 = b[2]
		optional(c, map[string]*float64{"weight_decay": &r.WeightDecay})
		return r
	},
	bowl:   Adan{LR: 0.05},
	valley: Adan{LR: 0.02},
	below:  0.1,
})
