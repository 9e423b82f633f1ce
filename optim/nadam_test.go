package optim

import (
	"math"
	"strings"

	"github.com/jimu-ml/jimu/internal/check"
)

var _ = register(sample{
	name: "NAdam/coupled",
	rule: NAdam{LR: 0.05, WeightDecay: 0.1},
	paper: func() func(int, float64, float64) float64 {
		m, v, product := 0.0, 0.0, 1.0
		mu := func(t int) float64 { return 0.9 * (1 - 0.5*math.Pow(0.96, 0.004*float64(t))) }
		return func(t int, p, g float64) float64 {
			g += 0.1 * p
			m, v = 0.9*m+0.1*g, 0.999*v+0.001*g*g
			product *= mu(t)
			mhat := mu(t+1)*m/(1-product*mu(t+1)) + (1-mu(t))*g/(1-product)
			return p - 0.05*mhat/(math.Sqrt(v/(1-math.Pow(0.999, float64(t))))+1e-8)
		}
	},
	golden: "NAdam",
	like: func(c *check.Case) Rule {
		if strings.HasPrefix(c.MadeBy, "PyTorch 1.") {
			return nil // it took Π μₜ₊₁ for μₜ too; later ones do not
		}
		r := NAdam{Eps: c.Float("eps"), MomentumDecay: c.Float("momentum_decay"), Decoupled: strings.Contains(c.Name, "decoupled")}
		r.LR, r.Beta1, r.Beta2 = rates(c)
		optional(c, map[string]*float64{"weight_decay": &r.WeightDecay})
		return r
	},
	valley: NAdam{LR: 0.02},
	below:  1e-2,
})
