package optim

import (
	"math"

	"github.com/jimu-ml/jimu/internal/check"
)

var _ = register(sample{
	name: "NovoGrad",
	rule: NovoGrad{LR: 0.02, Beta2: 0.5, WeightDecay: 0.1},
	whole: func() func([]float64, given) []float64 {
		m, v := make([]float64, 3), 0.0
		return func(p []float64, x given) []float64 {
			if v = 0.5*v + 0.5*norm2(x.g); x.t == 1 {
				v = norm2(x.g)
			}
			for i, g := range x.g {
				m[i] = 0.9*m[i] + g/(math.Sqrt(v)+1e-6) + 0.1*p[i]
			}
			return moved(p, m, 0.02)
		}
	},
	golden: "NovoGrad",
	like: func(c *check.Case) Rule {
		var r NovoGrad
		r.LR, r.Beta1, r.Beta2 = rates(c)
		optional(c, map[string]*float64{"weight_decay": &r.WeightDecay, "eps": &r.Eps})
		return r
	},
	valley: NovoGrad{LR: 2e-4},
	below:  1,
})
