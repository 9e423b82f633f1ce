package optim

import "github.com/jimu-ml/jimu/internal/check"

var _ = register(sample{
	name: "SignSGD/plain",
	rule: SignSGD{LR: 0.02, WeightDecay: 0.1},
	paper: func() func(int, float64, float64) float64 {
		return func(_ int, p, g float64) float64 { return p - 0.02*(sign(g)+0.1*p) }
	},
	golden: "SignSGD/default",
	like:   likeSign,
	valley: SignSGD{LR: 2e-3},
	below:  0.5,
})

var _ = register(sample{
	name: "SignSGD/momentum",
	rule: SignSGD{LR: 0.02, Momentum: 0.9},
	paper: func() func(int, float64, float64) float64 {
		m := 0.0
		return func(_ int, p, g float64) float64 {
			m = 0.9*m + 0.1*g
			return p - 0.02*sign(m)
		}
	},
	golden: "SignSGD/momentum",
	like:   likeSign,
	valley: SignSGD{LR: 2e-3, Momentum: 0.5},
	below:  0.5,
})

func likeSign(c *check.Case) Rule {
	var r SignSGD
	r.LR, _, _ = rates(c)
	optional(c, map[string]*float64{"weight_decay": &r.WeightDecay, "momentum": &r.Momentum})
	return r
}
