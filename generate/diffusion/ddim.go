package diffusion

import (
	"math"

	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// DDIM goes back through the diffusion in few steps, without new noise if Eta is 0.
//
//	x' = √ᾱ' x̂ + √(1 − ᾱ' − σ²) ε̂ + σ z     σ = η √((1 − ᾱ')/(1 − ᾱ)) √(1 − ᾱ/ᾱ')
//
// x̂ and ε̂ are the example and the noise that the model sees in x, ᾱ what is left of the example at a step and ᾱ' at the next
// one; it is 1 after the last step. With η = 1 and every step of the schedule it is [DDPM].
//
// Song, Meng and Ermon, Denoising Diffusion Implicit Models, 2020 (arXiv:2010.02502), equations 12 and 16.
type DDIM struct {
	Model objective.DiffusionLoss // what the model was trained for
	Steps int                     // 0 means those of the schedule; 50 are usual
	Clip  float64                 // holds x̂ within ±Clip, and ε̂ with it; 0 means that nothing does
	Eta   float64                 // η
}

// Sample returns examples made of noise x [n …]. Its noise, if η is above 0, is a function of the key.
func (s DDIM) Sample(model Model, x *tensor.Tensor, key rng.Key) *tensor.Tensor {
	begin("DDIM", x)
	s.Model = filled(s.Model)
	return walk{s.Model, s.Steps, key, s.Step}.from(x, model)
}

// Step returns the example at step to, which is −1 after the last, from that at step from and the model's prediction there.
func (s DDIM) Step(x, prediction, noise *tensor.Tensor, from, to int) *tensor.Tensor {
	b := back(filled(s.Model), s.Clip, x, prediction, from, to)
	if s.Clip > 0 {
		b.noise = wide(x).Sub(b.example.Scale(math.Sqrt(b.from))).Scale(1 / math.Sqrt(1-b.from))
	}
	variance := s.Eta * s.Eta * b.spread()
	y := b.example.Scale(math.Sqrt(b.to)).Add(b.noise.Scale(math.Sqrt(max(1-b.to-variance, 0))))
	if variance == 0 {
		return y
	}
	return add(y, noise, variance)
}
