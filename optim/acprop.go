package optim

import "github.com/jimu-ml/jimu/tensor"

// ACProp centers the second moment as [AdaBelief] does, and divides by that of the step before, so that a gradient does not
// take part in its own scale.
//
//	p ← p − ηλp − η g / (√(s/(1 − β₂ᵗ⁻¹)) + ε)        in the first update g alone
//	s ← β₂s + (1 − β₂)(g − m)² + ε    m ← β₁m + (1 − β₁)g
//
// t is the number of this update from 1; m in the line of s is the old one, as in Optax. Where a gradient was 0 so far s is
// no more than ε: with ε of 1e-16 the first that is not makes a step of any length.
//
// Zhuang et al., Momentum Centering and Asynchronous Update for Adaptive Gradient Methods, 2021 (arXiv:2110.05454),
// algorithm 1.
type ACProp struct {
	LR          float64 // η; 0 means 1e-3
	Beta1       float64 // β₁; 0 means 0.9, None 0
	Beta2       float64 // β₂; 0 means 0.999, None 0
	Eps         float64 // ε; 0 means 1e-16
	WeightDecay float64 // λ, apart from the gradient
}

// Slots returns m and s.
func (r ACProp) Slots() []string { return []string{"m", "s"} }

// Update moves p along g.
func (r ACProp) Update(p, g *tensor.Tensor, slots []*tensor.Tensor, at At) {
	elementwise(p, g, slots, func(p, g *tensor.Tensor, slots []*tensor.Tensor) { r.update(p, g, slots, at) })
}

func (r ACProp) update(p, g *tensor.Tensor, slots []*tensor.Tensor, at At) {
	lr, beta1, beta2, eps := at.rate(r.LR), or(r.Beta1, 0.9), or(r.Beta2, 0.999), or(r.Eps, 1e-16)
	w, d := decay(wide(p), at.grad(g), or(r.WeightDecay, 0), lr, true)
	m, s, up := slots[0], slots[1], d.Scale(1/(1+eps))
	if at.Step > 1 {
		up = d.Div(s.Scale(1 / debias(beta2, at.Step-1)).Sqrt().AddScalar(eps))
	}
	mix(s, d.Sub(m).Square(), beta2)
	s.CopyFrom(s.AddScalar(eps))
	mix(m, d, beta1)
	p.CopyFrom(w.Sub(up.Scale(lr)))
}
