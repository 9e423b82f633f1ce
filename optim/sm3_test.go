package optim

import (
	"math"

	"github.com/jimu-ml/jimu/internal/check"
)

var _ = register(sample{
	name: "SM3/vector",
	rule: SM3{LR: 0.1, Momentum: None},
	paper: func() func(int, float64, float64) float64 {
		s := 0.0
		return func(_ int, p, g float64) float64 {
			s += g * g
			return p - 0.1*g/math.Sqrt(s+1e-8)
		}
	},
	golden: "SM3",
	like:   func(c *check.Case) Rule { return SM3{LR: c.Float("learning_rate")} },
	bowl:   SM3{LR: 0.5},
	valley: SM3{LR: 0.5},
	below:  0.5,
})

var _ = register(sample{
	name:  "SM3/matrix",
	rule:  SM3{LR: 0.1},
	shape: []int{2, 3},
	whole: func() func([]float64, given) []float64 {
		row, column, m := make([]float64, 2), make([]float64, 3), make([]float64, 6)
		return func(p []float64, x given) []float64 {
			nextRow, nextColumn := make([]float64, 2), make([]float64, 3)
			for i := range 2 {
				for j := range 3 {
					g := x.g[3*i+j]
					a := g*g + math.Min(row[i], column[j])
					nextRow[i], nextColumn[j] = math.Max(nextRow[i], a), math.Max(nextColumn[j], a)
					m[3*i+j] = 0.9*m[3*i+j] + 0.1*g/math.Sqrt(a+1e-8)
				}
			}
			row, column = nextRow, nextColumn
			return moved(p, m, 0.1)
		}
	},
	bowl:   SM3{LR: 0.5},
	valley: SM3{LR: 0.5},
	below:  0.5,
})
