package optim

import (
	"math"
	"strings"

	"github.com/jimu-ml/jimu/internal/check"
)

func adamax(coupled, apart float64) func() func(int, float64, float64) float64 {
	return func() func(int, float64, float64) float64 {
		m, u := 0.0, 0.0
		return func(t int, p, g float64) float64 {
			g += coupled * p
			m = 0.9*m + 0.1*g
			u = math.Max(0.999*u, math.Abs(g)+1e-8)
			return p - 0.05*apart*p - 0.05/(1-math.Pow(0.9, float64(t)))*m/u
		}
	}
}

var _ = register(sample{
	name:   "Adamax/coupled",
	rule:   Adamax{LR: 0.05, WeightDecay: 0.1},
	paper:  adamax(0.1, 0),
	golden: "Adamax",
	like:   likeAdamax,
	valley: Adamax{LR: 0.05},
	below:  0.5,
})

var _ = register(sample{
	name:   "Adamax/decoupled",
	rule:   Adamax{LR: 0.05, WeightDecay: 0.1, Decoupled: true},
	paper:  adamax(0, 0.1),
	valley: Adamax{LR: 0.05, WeightDecay: 1e-4, Decoupled: true},
	below:  0.5,
})

func likeAdamax(c *check.Case) Rule {
	r := Adamax{Eps: c.Float("eps"), Decoupled: strings.HasPrefix(c.Name, "Adamax/w/")}
	r.LR, r.Beta1, r.Beta2 = rates(c)
	optional(c, map[string]*float64{"weight_decay": &r.WeightDecay})
	return r
}

// rates returns the learning rate and two betas by PyTorch's or Optax's names, 0 for those a case lacks.
func rates(c *check.Case) (lr, beta1, beta2 float64) {
	for _, name := range []string{"lr", "learning_rate"} {
		if c.HasAttr(name) {
			lr = c.Float(name)
		}
	}
	if c.HasAttr("betas") {
		beta1, beta2 = betas(c)
	}
	if c.HasAttr("b1") {
		beta1 = c.Float("b1")
	}
	if c.HasAttr("b2") {
		beta2 = c.Float("b2")
	}
	return lr, beta1, beta2
}
