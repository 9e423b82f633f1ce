package optim

import (
	"math"

	"github.com/jimu-ml/jimu/internal/check"
)

var _ = register(sample{
	name: "LARS",
	rule: LARS{LR: 2, Trust: 0.02, WeightDecay: 0.1},
	whole: func() func([]float64, given) []float64 {
		v := make([]float64, 3)
		return func(p []float64, x given) []float64 {
			ratio := 0.02 * math.Sqrt(norm2(p)) / (math.Sqrt(norm2(x.g)) + 0.1*math.Sqrt(norm2(p)))
			for i, g := range x.g {
				v[i] = 0.9*v[i] + ratio*(g+0.1*p[i])
			}
			return moved(p, v, 2)
		}
	},
	golden: "LARS",
	like: func(c *check.Case) Rule {
		if all := c.Float64("start"); norm2(all) == 0 {
			return nil // its ratio is 1 where the parameter is 0
		}
		r := LARS{LR: c.Float("lr"), Momentum: c.Float("momentum"), Trust: c.Float("trust_coefficient")}
		optional(c, map[string]*float64{"weight_decay": &r.WeightDecay})
		return r
	},
	valley: LARS{LR: 1, Trust: 1e-3},
	below:  1,
})
