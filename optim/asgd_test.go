package optim

import (
	"math"

	"github.com/jimu-ml/jimu/internal/check"
)

var _ = register(sample{
	name: "ASGD",
	rule: ASGD{LR: 0.1, Lambda: 0.5, WeightDecay: 0.1},
	paper: func() func(int, float64, float64) float64 {
		return func(t int, p, g float64) float64 {
			eta := 0.1 / math.Pow(1+0.5*0.1*float64(t-1), 0.75)
			return p - eta*(0.5*p+g+0.1*p)
		}
	},
	golden: "ASGD",
	like: func(c *check.Case) Rule {
		r := ASGD{LR: c.Float("lr")}
		optional(c, map[string]*float64{"lambd": &r.Lambda, "alpha": &r.Alpha, "t0": &r.Start, "weight_decay": &r.WeightDecay})
		return r
	},
	valley: ASGD{LR: 1e-3, Lambda: None},
	below:  0.5,
})
