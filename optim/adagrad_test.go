package optim

import (
	"math"

	"github.com/jimu-ml/jimu/internal/check"
)

var _ = register(sample{
	name: "Adagrad/decay",
	rule: Adagrad{LR: 0.2, LRDecay: 0.1, Initial: 0.5, Eps: 0.01, WeightDecay: 0.1},
	paper: func() func(int, float64, float64) float64 {
		s := 0.5
		return func(t int, p, g float64) float64 {
			g += 0.1 * p
			s += g * g
			return p - 0.2/(1+0.1*float64(t-1))*g/(math.Sqrt(s)+0.01)
		}
	},
	golden: "Adagrad",
	like: func(c *check.Case) Rule {
		r := Adagrad{LR: c.Float("lr"), Eps: c.Float("eps")}
		optional(c, map[string]*float64{"lr_decay": &r.LRDecay, "weight_decay": &r.WeightDecay, "initial_accumulator_value": &r.Initial})
		return r
	},
	bowl:   Adagrad{LR: 0.5},
	valley: Adagrad{LR: 0.5},
	below:  0.5,
})
