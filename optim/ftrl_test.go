package optim

import (
	"math"

	"github.com/jimu-ml/jimu/internal/check"
)

var _ = register(sample{
	name: "Ftrl",
	rule: Ftrl{LR: 0.1, L1: 0.05, L2: 0.1, Shrink: 0.02, Beta: 0.3},
	paper: func() func(int, float64, float64) float64 {
		n, z := 0.1, 0.0
		return func(_ int, p, g float64) float64 {
			next := n + g*g
			z += g + 2*0.02*p - (math.Sqrt(next)-math.Sqrt(n))/0.1*p
			n = next
			if math.Abs(z) <= 0.05 {
				return 0
			}
			return (0.05*sign(z) - z) / ((0.3+math.Sqrt(n))/0.1 + 2*0.1)
		}
	},
	golden: "Ftrl",
	like: func(c *check.Case) Rule {
		r := Ftrl{LR: c.Float("learning_rate")}
		optional(c, map[string]*float64{
			"l1_regularization_strength": &r.L1, "l2_regularization_strength": &r.L2, "l2_shrinkage_regularization_strength": &r.Shrink,
			"beta": &r.Beta, "initial_accumulator_value": &r.Initial,
		})
		return r
	},
	bowl:   Ftrl{LR: 1},
	valley: Ftrl{LR: 0.5},
	below:  0.5,
})
