package optim

import (
	"math"

	"github.com/jimu-ml/jimu/internal/check"
)

var _ = register(sample{
	name: "RMSProp/defaults",
	rule: RMSProp{LR: 0.05},
	paper: func() func(int, float64, float64) float64 {
		v := 0.0
		return func(_ int, p, g float64) float64 {
			v = 0.99*v + 0.01*g*g
			return p - 0.05*g/(math.Sqrt(v)+1e-8)
		}
	},
	golden: "RMSProp",
	like: func(c *check.Case) Rule {
		r := RMSProp{LR: c.Float("lr"), Alpha: c.Float("alpha"), Eps: c.Float("eps")}
		optional(c, map[string]*float64{"momentum": &r.Momentum, "weight_decay": &r.WeightDecay})
		r.Centered = c.HasAttr("centered") && c.Bool("centered")
		return r
	},
	valley: RMSProp{LR: 2e-3},
	below:  0.5,
})

var _ = register(sample{
	name: "RMSProp/centered",
	rule: RMSProp{LR: 0.02, Alpha: 0.8, Eps: 0.1, Momentum: 0.5, Centered: true, WeightDecay: 0.1},
	paper: func() func(int, float64, float64) float64 {
		v, a, b := 0.0, 0.0, 0.0
		return func(_ int, p, g float64) float64 {
			g += 0.1 * p
			v, a = 0.8*v+0.2*g*g, 0.8*a+0.2*g
			b = 0.5*b + g/(math.Sqrt(v-a*a)+0.1)
			return p - 0.02*b
		}
	},
	valley: RMSProp{LR: 1e-3, Momentum: 0.5, Centered: true},
	below:  0.5,
})

// optional reads the hyperparameters that a case has.
func optional(c *check.Case, fields map[string]*float64) {
	for name, field := range fields {
		if c.HasAttr(name) {
			*field = c.Float(name)
			if *field == 0 {
				*field = None
			}
		}
	}
}
