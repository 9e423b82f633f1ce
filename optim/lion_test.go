package optim

import "github.com/jimu-ml/jimu/internal/check"

func sign(x float64) float64 {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return 0
}

var _ = register(sample{
	name: "Lion",
	rule: Lion{LR: 0.01, WeightDecay: 0.1},
	paper: func() func(int, float64, float64) float64 {
		m := 0.0
		return func(_ int, p, g float64) float64 {
			c := sign(0.9*m + 0.1*g)
			m = 0.99*m + 0.01*g
			return p - 0.01*(c+0.1*p)
		}
	},
	golden: "Lion",
	like: func(c *check.Case) Rule {
		var r Lion
		r.LR, r.Beta1, r.Beta2 = rates(c)
		optional(c, map[string]*float64{"weight_decay": &r.WeightDecay})
		return r
	},
	bowl:   Lion{LR: 0.05},
	valley: Lion{LR: 2e-3},
	below:  0.5,
})
