package optim

import (
	"math"

	"github.com/jimu-ml/jimu/internal/check"
)

var _ = register(sample{
	name: "Fromage",
	rule: Fromage{LR: 0.05},
	whole: func() func([]float64, given) []float64 {
		return func(p []float64, x given) []float64 {
			next := moved(p, x.g, 0.05*math.Sqrt(norm2(p)/norm2(x.g)))
			for i := range next {
				next[i] /= math.Sqrt(1 + 0.05*0.05)
			}
			return next
		}
	},
	golden: "Fromage",
	like:   func(c *check.Case) Rule { return Fromage{LR: c.Float("learning_rate")} },
	valley: Fromage{LR: 3e-3},
	below:  1.5,
})
