package optim

import (
	"math"

	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// NoisySGD is [SGD] with normal noise added to the gradient, less of it with each step.
//
//	p ← p − η(g + σε)    ε ~ N(0, 1)    σ² = Noise/t^γ        t, the number of this update from 1
//
// The noise is a function of the seed, the parameter's name and t, and so the same after a restart.
//
// Neelakantan et al., Adding Gradient Noise Improves Learning for Very Deep Networks, 2015 (arXiv:1511.06807), equation 1.
type NoisySGD struct {
	LR    float64 // η; 0 means 1e-3
	Noise float64 // σ² of the first step; 0 means 0.01, None 0
	Gamma float64 // γ; 0 means 0.55, None 0
	Seed  uint64
}

// Slots returns nothing.
func (r NoisySGD) Slots() []string { return nil }

// Update moves p along g.
func (r NoisySGD) Update(p, g *tensor.Tensor, _ []*tensor.Tensor, at At) {
	noise := make([]float32, p.Len())
	rng.KeyOf(r.Seed).Child("noise").Child(at.Name).At(uint64(at.Step)).Normal(noise)
	sigma := math.Sqrt(or(r.Noise, 0.01) / math.Pow(float64(at.Step), or(r.Gamma, 0.55)))
	d := at.grad(g)
	e := tensor.Of(noise, p.Shape()...).Cast(d.DType()).To(d.Device())
	p.CopyFrom(wide(p).Sub(d.Add(e.Scale(sigma)).Scale(at.rate(r.LR))))
}
