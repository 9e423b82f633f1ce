package optim

import "github.com/jimu-ml/jimu/tensor"

// Lion goes along the signs of a momentum, with half of [Adam]'s memory.
//
//	p ← p − ηλp − η sign(β₁m + (1 − β₁)g)
//	m ← β₂m + (1 − β₂)g
//
// All elements take steps of the same length: rates are 3 to 10 times smaller than AdamW's, and decays as much larger.
//
// Chen et al., Symbolic Discovery of Optimization Algorithms, 2023 (arXiv:2302.06675), program 1.
type Lion struct {
	LR          float64 // η; 0 means 1e-4
	Beta1       float64 // β₁; 0 means 0.9, None 0
	Beta2       float64 // β₂; 0 means 0.99, None 0
	WeightDecay float64 // λ, apart from the gradient
}

// Slots returns m.
func (r Lion) Slots() []string { return []string{"m"} }

// Update moves p along g.
func (r Lion) Update(p, g *tensor.Tensor, slots []*tensor.Tensor, at At) {
	elementwise(p, g, slots, func(p, g *tensor.Tensor, slots []*tensor.Tensor) { r.update(p, g, slots, at) })
}

func (r Lion) update(p, g *tensor.Tensor, slots []*tensor.Tensor, at At) {
	lr, beta1, m := at.rate(or(r.LR, 1e-4)), or(r.Beta1, 0.9), slots[0]
	w, d := decay(wide(p), at.grad(g), or(r.WeightDecay, 0), lr, true)
	p.CopyFrom(w.Sub(m.Scale(beta1).Add(d.Scale(1 - beta1)).Sign().Scale(lr)))
	mix(m, d, or(r.Beta2, 0.99))
}
