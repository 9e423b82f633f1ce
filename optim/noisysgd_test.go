package optim

import (
	"math"

	"github.com/jimu-ml/jimu/rng"
)

var _ = register(sample{
	name: "NoisySGD",
	rule: NoisySGD{LR: 0.1, Noise: 0.2, Seed: 7},
	whole: func() func([]float64, given) []float64 {
		return func(p []float64, x given) []float64 {
			noise := make([]float32, len(p))
			rng.KeyOf(7).Child("noise").Child("p").At(uint64(x.t)).Normal(noise)
			d := make([]float64, len(p))
			for i := range d {
				d[i] = x.g[i] + math.Sqrt(0.2/math.Pow(float64(x.t), 0.55))*float64(noise[i])
			}
			return moved(p, d, 0.1)
		}
	},
	valley: NoisySGD{LR: 1e-3},
	below:  0.5,
})
