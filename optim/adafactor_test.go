package optim

import (
	"math"

	"github.com/jimu-ml/jimu/internal/check"
)

// adafactorStep ends a step by hand: p, its gradient g and second moment v.
func adafactorStep(p, g, v []float64, t int) []float64 {
	u := make([]float64, len(p))
	for i := range u {
		u[i] = g[i] / math.Sqrt(v[i])
	}
	n := float64(len(p))
	size := math.Max(1e-3, math.Sqrt(norm2(p)/n)) * math.Min(0.05, 1/math.Sqrt(float64(t)))
	return moved(p, u, size/math.Max(1, math.Sqrt(norm2(u)/n)))
}

var _ = register(sample{
	name: "Adafactor/vector",
	rule: Adafactor{LR: 0.05},
	whole: func() func([]float64, given) []float64 {
		v := make([]float64, 3)
		return func(p []float64, x given) []float64 {
			rho := math.Pow(float64(x.t), -0.8)
			for i, g := range x.g {
				v[i] = (1-rho)*v[i] + rho*g*g
			}
			return adafactorStep(p, x.g, v, x.t)
		}
	},
	golden: "Adafactor",
	like: func(c *check.Case) Rule {
		var eps []float64
		c.Attr("eps", &eps)
		r := Adafactor{LR: c.Float("lr"), Eps1: eps[0], Eps2: eps[1]}
		optional(c, map[string]*float64{"beta2_decay": &r.Decay, "d": &r.Clip, "weight_decay": &r.WeightDecay})
		r.Decay = math.Abs(r.Decay)
		return r
	},
	bowl:   Adafactor{LR: 0.1},
	valley: Adafactor{LR: 0.01},
	below:  1,
})

var _ = register(sample{
	name:  "Adafactor/matrix",
	rule:  Adafactor{LR: 0.05},
	shape: []int{2, 3},
	whole: func() func([]float64, given) []float64 {
		row, column, v := make([]float64, 2), make([]float64, 3), make([]float64, 6)
		return func(p []float64, x given) []float64 {
			rho := math.Pow(float64(x.t), -0.8)
			for i := range row {
				row[i] = (1-rho)*row[i] + rho*norm2(x.g[3*i:3*i+3])/3
			}
			for j := range column {
				column[j] = (1-rho)*column[j] + rho*(x.g[j]*x.g[j]+x.g[3+j]*x.g[3+j])/2
			}
			for i := range v {
				v[i] = row[i/3] * column[i%3] / ((row[0] + row[1]) / 2)
			}
			return adafactorStep(p, x.g, v, x.t)
		}
	},
	bowl:   Adafactor{LR: 0.1},
	valley: Adafactor{LR: 0.01},
	below:  1,
})
