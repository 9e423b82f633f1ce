package optim

import "github.com/jimu-ml/jimu/tensor"

// AdaBelief is [Adam] that divides by how far the gradient is from what was expected of it.
//
//	m ← β₁m + (1 − β₁)g    s ← β₂s + (1 − β₂)(g − m)² + ε
//	p ← p − ηλp − η · m/(1 − β₁ᵗ) / (√(s/(1 − β₂ᵗ)) + ε)     t, the number of this update from 1
//
// ε is added to s each time, as in the paper, and so piles up in it.
//
// Zhuang et al., AdaBelief Optimizer: Adapting Stepsizes by the Belief in Observed Gradients, 2020 (arXiv:2010.07468),
// algorithm 2; the default of ε is its authors' later one.
type AdaBelief struct {
	LR          float64 // η; 0 means 1e-3
	Beta1       float64 // β₁; 0 means 0.9, None 0
	Beta2       float64 // β₂; 0 means 0.999, None 0
	Eps         float64 // ε; 0 means 1e-16
	WeightDecay float64 // λ, apart from the gradient
}

// Slots returns m and s.
func (r AdaBelief) Slots() []string { return []string{"m", "s"} }

// Update moves p along g.
func (r AdaBelief) Update(p, g *tensor.Tensor, slots []*tensor.Tensor, at At) {
	elementwise(p, g, slots, func(p, g *tensor.Tensor, slots []*tensor.Tensor) { r.update(p, g, slots, at) })
}

func (r AdaBelief) update(p, g *tensor.Tensor, slots []*tensor.Tensor, at At) {
	lr, beta1, beta2, eps := at.rate(r.LR), or(r.Beta1, 0.9), or(r.Beta2, 0.999), or(r.Eps, 1e-16)
	w, d := decay(wide(p), at.grad(g), or(r.WeightDecay, 0), lr, true)
	m := mix(slots[0], d, beta1)
	s := mix(slots[1], d.Sub(m).Square(), beta2)
	s.CopyFrom(s.AddScalar(eps))
	root := s.Scale(1 / debias(beta2, at.Step)).Sqrt().AddScalar(eps)
	p.CopyFrom(w.Sub(m.Div(root).Scale(lr / debias(beta1, at.Step))))
}
