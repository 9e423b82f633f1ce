package optim

import (
	"math"

	"github.com/jimu-ml/jimu/internal/check"
)

var _ = register(sample{
	name: "Prodigy",
	rule: Prodigy{D0: 0.1, WeightDecay: 0.1},
	whole: func() func([]float64, given) []float64 {
		d, r := 0.1, 0.0
		m, v, s, start := make([]float64, 3), make([]float64, 3), make([]float64, 3), make([]float64, 3)
		return func(p []float64, x given) []float64 {
			if x.t == 1 {
				copy(start, p)
			}
			k := float64(x.t)
			delta := d * math.Sqrt(1-math.Pow(0.999, k)) / (1 - math.Pow(0.9, k))
			r *= math.Sqrt(0.999)
			for i, g := range x.g {
				r += d / 0.1 * delta * g * (start[i] - p[i])
				m[i] = 0.9*m[i] + 0.1*d*g
				v[i] = 0.999*v[i] + 0.001*d*d*g*g
				s[i] = math.Sqrt(0.999)*s[i] + d/0.1*delta*g
			}
			d = math.Max(d, r/norm1(s))
			next := make([]float64, 3)
			for i := range next {
				next[i] = p[i] - delta*0.1*p[i] - delta*m[i]/(math.Sqrt(v[i])+d*1e-8)
			}
			return next
		}
	},
	golden: "Prodigy",
	like: func(c *check.Case) Rule {
		r := Prodigy{D0: c.Float("estim_lr0")}
		r.Scale, r.Beta1, r.Beta2 = rates(c)
		optional(c, map[string]*float64{"weight_decay": &r.WeightDecay, "eps": &r.Eps, "estim_lr_coef": &r.Coef})
		return r
	},
	loose:  1e-4,
	bowl:   Prodigy{D0: 1e-2},
	valley: Prodigy{D0: 1e-3},
	below:  1,
})
