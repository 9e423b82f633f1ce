package diffusion

import (
	"math"

	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// DDPM goes back through the diffusion one random step after another.
//
//	x_{t−1} = √ᾱ' β/(1 − ᾱ) x̂ + √(1 − β) (1 − ᾱ')/(1 − ᾱ) x_t + σ z     β = 1 − ᾱ/ᾱ', x̂ the example that the model sees in x_t
//
// ᾱ is what is left of the example at a step, ᾱ' at the next one, and z is standard normal, 0 after the last step.
//
// Ho, Jain and Abbeel, Denoising Diffusion Probabilistic Models, 2020 (arXiv:2006.11239), equation 7 and algorithm 2.
type DDPM struct {
	Model objective.DiffusionLoss // what the model was trained for
	Steps int                     // 0 means those of the schedule; fewer are evenly spaced
	Clip  float64                 // holds x̂ within ±Clip; 0 means that nothing does; 1 is usual for pictures
	Large bool                    // σ² = β, not the smaller (1 − ᾱ')/(1 − ᾱ) β
}

// Sample returns examples made of noise x [n …]. Its noise is a function of the key.
func (s DDPM) Sample(model Model, x *tensor.Tensor, key rng.Key) *tensor.Tensor {
	begin("DDPM", x)
	s.Model = filled(s.Model)
	return walk{s.Model, s.Steps, key, s.Step}.from(x, model)
}

// Step returns the example at step to, which is −1 after the last, from that at step from and the model's prediction there.
func (s DDPM) Step(x, prediction, noise *tensor.Tensor, from, to int) *tensor.Tensor {
	b := back(filled(s.Model), s.Clip, x, prediction, from, to)
	kept := b.from / b.to // 1 − β
	mean := b.example.Scale(math.Sqrt(b.to) * (1 - kept) / (1 - b.from)).
		Add(wide(x).Scale(math.Sqrt(kept) * (1 - b.to) / (1 - b.from)))
	if to < 0 {
		return mean
	}
	variance := b.spread()
	if s.Large {
		variance = 1 - kept
	}
	return add(mean, noise, variance)
}
