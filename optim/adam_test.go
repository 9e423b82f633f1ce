package optim

import (
	"math"

	"github.com/jimu-ml/jimu/internal/check"
)

// adam is algorithm 1 of the paper, with both kinds of decay.
func adam(lr, beta1, beta2, eps, coupled, apart float64) func() func(int, float64, float64) float64 {
	return func() func(int, float64, float64) float64 {
		m, v := 0.0, 0.0
		return func(t int, p, g float64) float64 {
			g += coupled * p
			m = beta1*m + (1-beta1)*g
			v = beta2*v + (1-beta2)*g*g
			mhat, vhat := m/(1-math.Pow(beta1, float64(t))), v/(1-math.Pow(beta2, float64(t)))
			return p - lr*apart*p - lr*mhat/(math.Sqrt(vhat)+eps)
		}
	}
}

var _ = register(sample{
	name:   "Adam/defaults",
	rule:   Adam{LR: 0.1},
	paper:  adam(0.1, 0.9, 0.999, 1e-8, 0, 0),
	golden: "Adam",
	like: func(c *check.Case) Rule {
		if c.HasAttr("amsgrad") {
			return nil
		}
		r := Adam{LR: c.Float("lr"), Eps: c.Float("eps")}
		r.Beta1, r.Beta2 = betas(c)
		if c.HasAttr("weight_decay") {
			r.WeightDecay = c.Float("weight_decay")
		}
		return r
	},
	valley: Adam{LR: 0.02},
	below:  1e-2,
})

var _ = register(sample{
	name:   "Adam/none",
	rule:   Adam{LR: 0.05, Beta1: None, Beta2: 0.9, Eps: 0.01, WeightDecay: 0.3},
	paper:  adam(0.05, 0, 0.9, 0.01, 0.3, 0),
	valley: Adam{LR: 0.02},
	below:  1e-2,
})

func betas(c *check.Case) (beta1, beta2 float64) {
	var b []float64
	c.Attr("betas", &b)
	return b[0], b[1]
}
