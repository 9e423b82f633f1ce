package optim

import (
	"math"

	"github.com/jimu-ml/jimu/internal/check"
)

var _ = register(sample{
	name: "Adadelta",
	rule: Adadelta{LR: 0.8, Rho: 0.7, Eps: 1e-2, WeightDecay: 0.1},
	paper: func() func(int, float64, float64) float64 {
		v, u := 0.0, 0.0
		return func(_ int, p, g float64) float64 {
			g += 0.1 * p
			v = 0.7*v + 0.3*g*g
			x := math.Sqrt(u+1e-2) / math.Sqrt(v+1e-2) * g
			u = 0.7*u + 0.3*x*x
			return p - 0.8*x
		}
	},
	golden: "Adadelta",
	like: func(c *check.Case) Rule {
		r := Adadelta{LR: c.Float("lr"), Rho: c.Float("rho"), Eps: c.Float("eps")}
		optional(c, map[string]*float64{"weight_decay": &r.WeightDecay})
		return r
	},
	valley: Adadelta{LR: 1, Eps: 1e-5},
	below:  1.5,
})
