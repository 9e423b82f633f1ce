package optim

import (
	"math"

	"github.com/jimu-ml/jimu/internal/check"
)

var _ = register(sample{
	name: "DAdaptAdamW",
	rule: DAdaptAdamW{D0: 0.1, WeightDecay: 0.1},
	whole: func() func([]float64, given) []float64 {
		d, r, beta := 0.1, 0.0, math.Sqrt(0.999)
		m, v, s := make([]float64, 3), make([]float64, 3), make([]float64, 3)
		return func(p []float64, x given) []float64 {
			k := float64(x.t)
			delta := d * math.Sqrt(1-math.Pow(0.999, k)) / (1 - math.Pow(0.9, k))
			r *= beta
			for i, g := range x.g {
				r += (1 - beta) * delta * g * s[i] / (math.Sqrt(v[i]) + 1e-8)
				m[i] = 0.9*m[i] + 0.1*delta*g
				v[i] = 0.999*v[i] + 0.001*g*g
				s[i] = beta*s[i] + (1-beta)*delta*g
			}
			d = math.Max(d, r/((1-beta)*norm1(s)))
			next := make([]float64, 3)
			for i := range next {
				next[i] = p[i] - delta*0.1*p[i] - m[i]/(math.Sqrt(v[i])+1e-8)
			}
			return next
		}
	},
	golden: "DAdaptAdamW",
	like: func(c *check.Case) Rule {
		r := DAdaptAdamW{D0: c.Float("estim_lr0")}
		r.Scale, r.Beta1, r.Beta2 = rates(c)
		optional(c, map[string]*float64{"weight_decay": &r.WeightDecay, "eps": &r.Eps})
		return r
	},
	loose:  1e-4,
	bowl:   DAdaptAdamW{D0: 0.1},
	valley: DAdaptAdamW{D0: 1e-2},
	below:  2,
})
