package optim

import "github.com/jimu-ml/jimu/internal/check"

var _ = register(sample{
	name: "SGD/plain",
	rule: SGD{LR: 0.1, WeightDecay: 0.2},
	paper: func() func(int, float64, float64) float64 {
		return func(_ int, p, g float64) float64 { return p - 0.1*(g+0.2*p) }
	},
	golden: "SGD",
	like: func(c *check.Case) Rule {
		r := SGD{LR: c.Float("lr")}
		for name, field := range map[string]*float64{"momentum": &r.Momentum, "dampening": &r.Dampening, "weight_decay": &r.WeightDecay} {
			if c.HasAttr(name) {
				*field = c.Float(name)
			}
		}
		r.Nesterov = c.HasAttr("nesterov") && c.Bool("nesterov")
		return r
	},
	valley: SGD{LR: 1e-3},
	below:  0.2,
})

var _ = register(sample{
	name: "SGD/momentum",
	rule: SGD{LR: 0.1, Momentum: 0.9, Dampening: 0.3},
	paper: func() func(int, float64, float64) float64 {
		v := 0.0
		return func(t int, p, g float64) float64 {
			if v = 0.9*v + 0.7*g; t == 1 {
				v = g
			}
			return p - 0.1*v
		}
	},
	valley: SGD{LR: 5e-4, Momentum: 0.9},
	below:  1e-3,
})

// Sutskever's form of Nesterov's momentum looks ahead: θ is where the gradient is taken, p = θ + μv what we hold.
var _ = register(sample{
	name: "SGD/nesterov",
	rule: SGD{LR: 0.1, Momentum: 0.9, Nesterov: true},
	paper: func() func(int, float64, float64) float64 {
		v := 0.0
		return func(_ int, p, g float64) float64 {
			theta := p - 0.9*v // the paper's θ before
			v = 0.9*v - 0.1*g
			return theta + v + 0.9*v
		}
	},
	valley: SGD{LR: 5e-4, Momentum: 0.9, Nesterov: true},
	below:  1e-3,
})
