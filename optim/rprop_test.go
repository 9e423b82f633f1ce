package optim

import (
	"math"

	"github.com/jimu-ml/jimu/internal/check"
)

var _ = register(sample{
	name: "Rprop",
	rule: Rprop{LR: 0.1, Most: 0.15},
	paper: func() func(int, float64, float64) float64 {
		s, before := 0.1, 0.0
		return func(_ int, p, g float64) float64 {
			switch {
			case g*before > 0:
				s = math.Min(1.2*s, 0.15)
			case g*before < 0:
				s, g = math.Max(0.5*s, 1e-6), 0
			}
			before = g
			return p - s*sign(g)
		}
	},
	golden: "Rprop",
	like: func(c *check.Case) Rule {
		r := Rprop{LR: c.Float("lr")}
		if c.HasAttr("etas") {
			var etas, sizes []float64
			c.Attr("etas", &etas)
			c.Attr("step_sizes", &sizes)
			r.Shrink, r.Grow, r.Least, r.Most = etas[0], etas[1], sizes[0], sizes[1]
		}
		return r
	},
	valley: Rprop{},
	below:  1e-3,
})
