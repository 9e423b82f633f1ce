package optim

import (
	"math"

	"github.com/jimu-ml/jimu/internal/check"
)

var _ = register(sample{
	name: "DoG",
	rule: DoG{Scale: 0.5, Rho: 0.1},
	whole: func() func([]float64, given) []float64 {
		var start []float64
		r, sum := 0.0, 0.0
		return func(p []float64, x given) []float64 {
			if x.t == 1 {
				start, r = p, 0.1*(1+math.Sqrt(norm2(p)))
			}
			r = math.Max(r, math.Sqrt(norm2(moved(p, start, 1))))
			sum += norm2(x.g)
			return moved(p, x.g, 0.5*r/math.Sqrt(sum+1e-8))
		}
	},
	golden: "DoG",
	like: func(c *check.Case) Rule {
		r := DoG{Rho: 1e-2}
		r.Scale, _, _ = rates(c)
		optional(c, map[string]*float64{"weight_decay": &r.WeightDecay, "eps": &r.Eps})
		return r
	},
	bowl:   DoG{Rho: 0.01},
	valley: DoG{Rho: 1e-3},
	below:  1,
})

var _ = register(sample{
	name: "DoWG",
	rule: DoWG{Scale: 0.5, Eps: 0.1},
	whole: func() func([]float64, given) []float64 {
		var start []float64
		r, sum := 0.1, 0.0
		return func(p []float64, x given) []float64 {
			if x.t == 1 {
				start = p
			}
			r = math.Max(r, norm2(moved(p, start, 1)))
			sum += r * norm2(x.g)
			return moved(p, x.g, 0.5*r/(math.Sqrt(sum)+0.1))
		}
	},
	golden: "DoWG",
	like: func(c *check.Case) Rule {
		var r DoWG
		r.Scale, _, _ = rates(c)
		optional(c, map[string]*float64{"weight_decay": &r.WeightDecay, "eps": &r.Eps})
		return r
	},
	valley: DoWG{},
	below:  1,
})
