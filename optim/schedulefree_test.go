package optim

import (
	"math"

	"github.com/jimu-ml/jimu/internal/check"
)

var _ = register(sample{
	name: "ScheduleFreeSGD",
	rule: ScheduleFreeSGD{LR: 0.1, WeightDecay: 0.1},
	paper: func() func(int, float64, float64) float64 {
		x, z := 0.0, 0.0
		return func(t int, y, g float64) float64 {
			if t == 1 {
				x, z = y, y
			}
			z -= 0.1 * (g + 0.1*y)
			x += (z - x) / float64(t)
			return 0.9*x + 0.1*z
		}
	},
	golden: "ScheduleFreeSGD",
	like: func(c *check.Case) Rule {
		r := ScheduleFreeSGD{LR: c.Float("learning_rate")}
		optional(c, map[string]*float64{"b1": &r.Beta, "weight_decay": &r.WeightDecay})
		return r
	},
	loose:  1e-4,
	valley: ScheduleFreeSGD{LR: 1e-3},
	below:  1,
})

var _ = register(sample{
	name: "ScheduleFreeAdamW",
	rule: ScheduleFreeAdamW{LR: 0.1, WeightDecay: 0.1},
	paper: func() func(int, float64, float64) float64 {
		x, z, v := 0.0, 0.0, 0.0
		return func(t int, y, g float64) float64 {
			if t == 1 {
				x, z = y, y
			}
			v = 0.999*v + 0.001*g*g
			z -= 0.1 * (g/(math.Sqrt(v/(1-math.Pow(0.999, float64(t))))+1e-8) + 0.1*y)
			x += (z - x) / float64(t)
			return 0.9*x + 0.1*z
		}
	},
	golden: "ScheduleFreeAdamW",
	like: func(c *check.Case) Rule {
		var r ScheduleFreeAdamW
		r.LR, r.Beta1, r.Beta2 = rates(c)
		optional(c, map[string]*float64{"weight_decay": &r.WeightDecay, "eps": &r.Eps})
		return r
	},
	loose:  1e-4,
	valley: ScheduleFreeAdamW{LR: 0.05},
	below:  0.5,
})
