package optim

import (
	"math"

	"github.com/jimu-ml/jimu/internal/check"
)

var _ = register(sample{
	name: "COCOB",
	rule: COCOB{Alpha: 2, WeightDecay: 0.1},
	paper: func() func(int, float64, float64) float64 {
		start, c, l, total, r := 0.0, 0.0, 1e-8, 0.0, 0.0
		return func(t int, p, g float64) float64 {
			if t == 1 {
				start = p
			}
			g += 0.1 * p
			l = math.Max(l, math.Abs(g))
			total += math.Abs(g)
			r = math.Max(r-g*(p-start), 0)
			c -= g
			return start + c/(l*math.Max(total+l, 2*l))*(l+r)
		}
	},
	golden: "COCOB",
	like: func(c *check.Case) Rule {
		var r COCOB
		optional(c, map[string]*float64{"alpha": &r.Alpha, "weight_decay": &r.WeightDecay})
		return r
	},
	valley: COCOB{},
	below:  3,
})
