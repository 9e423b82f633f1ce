package optim

import (
	"math"
	"strings"

	"github.com/jimu-ml/jimu/internal/check"
)

func amsgrad(prefix string) func(c *check.Case) Rule {
	return func(c *check.Case) Rule {
		if prefix == "Adam" && !c.HasAttr("amsgrad") {
			return nil
		}
		r := AMSGrad{Eps: c.Float("eps"), Decoupled: strings.Contains(c.Name, "decoupled")}
		r.LR, r.Beta1, r.Beta2 = rates(c)
		optional(c, map[string]*float64{"weight_decay": &r.WeightDecay})
		return r
	}
}

var _ = register(sample{
	name: "AMSGrad/coupled",
	rule: AMSGrad{LR: 0.05, Beta2: 0.5, WeightDecay: 0.1},
	paper: func() func(int, float64, float64) float64 {
		m, v, most := 0.0, 0.0, 0.0
		return func(t int, p, g float64) float64 {
			g += 0.1 * p
			m, v = 0.9*m+0.1*g, 0.5*v+0.5*g*g
			most = math.Max(most, v)
			mhat, vhat := m/(1-math.Pow(0.9, float64(t))), most/(1-math.Pow(0.5, float64(t)))
			return p - 0.05*mhat/(math.Sqrt(vhat)+1e-8)
		}
	},
	golden: "Adam",
	like:   amsgrad("Adam"),
	valley: AMSGrad{LR: 0.02},
	below:  0.1,
})

var _ = register(sample{
	name: "AMSGrad/decoupled",
	rule: AMSGrad{LR: 0.05, WeightDecay: 0.1, Decoupled: true},
	paper: func() func(int, float64, float64) float64 {
		m, v, most := 0.0, 0.0, 0.0
		return func(t int, p, g float64) float64 {
			m, v = 0.9*m+0.1*g, 0.999*v+0.001*g*g
			most = math.Max(most, v)
			mhat, vhat := m/(1-math.Pow(0.9, float64(t))), most/(1-math.Pow(0.999, float64(t)))
			return p - 0.05*0.1*p - 0.05*mhat/(math.Sqrt(vhat)+1e-8)
		}
	},
	golden: "AMSGrad",
	like:   amsgrad("AMSGrad"),
	valley: AMSGrad{LR: 0.02},
	below:  0.1,
})
