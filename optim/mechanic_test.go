package optim

import (
	"math"
	"strings"

	"github.com/jimu-ml/jimu/internal/check"
)

var _ = register(sample{
	name: "Mechanic",
	rule: Mechanic{Rule: SGD{LR: 0.1}, S0: 0.5, Decay: None},
	whole: func() func([]float64, given) []float64 {
		var start, delta []float64
		s, m, v, r := make([]float64, 6), make([]float64, 6), make([]float64, 6), make([]float64, 6)
		return func(p []float64, x given) []float64 {
			if x.t == 1 {
				start, s = p, []float64{0.5, 0.5, 0.5, 0.5, 0.5, 0.5}
			}
			delta = moved(p, start, 1)
			for i := range delta {
				delta[i] /= sum(s) + 1e-8
			}
			h := -dot(x.g, delta)
			for i := range s {
				beta := 1 - math.Pow(10, -float64(i+1))
				r[i] = beta*r[i] + math.Max(-m[i], math.Min(m[i], h))*s[i]
				m[i] = math.Max(beta*m[i], math.Abs(h)+1e-8)
				v[i] = beta*beta*v[i] + h*h
				s[i] = (0.5/6*m[i] + math.Max(r[i], 0)) / (math.Sqrt(v[i]) + 1e-8)
			}
			delta = moved(delta, x.g, 0.1)
			return moved(start, delta, -sum(s))
		}
	},
	golden: "Mechanic",
	like: func(c *check.Case) Rule {
		r := Mechanic{Rule: AdamW{LR: 0.1, WeightDecay: 0.01}, S0: c.Float("s_init")}
		if strings.Contains(c.Name, "sgd") {
			r.Rule = SGD{LR: 0.01}
		}
		optional(c, map[string]*float64{"weight_decay": &r.Decay, "eps": &r.Eps})
		return r
	},
	loose:  1e-4,
	bowl:   Mechanic{S0: 0.1},
	valley: Mechanic{Rule: AdamW{LR: 0.02}, S0: 0.1},
	below:  1,
})
