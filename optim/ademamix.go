package optim

import "github.com/jimu-ml/jimu/tensor"

// AdEMAMix is [AdamW] with a second, much longer momentum.
//
//	m ← β₁m + (1 − β₁)g    l ← β₃l + (1 − β₃)g    v ← β₂v + (1 − β₂)g²
//	p ← p − ηλp − η (m/(1 − β₁ᵗ) + αl) / (√(v/(1 − β₂ᵗ)) + ε)     t, the number of this update from 1
//
// The paper warms α and β₃ up over the run; here, as by default in Optax, they are constant.
//
// Pagliardini, Ablin and Grangier, The AdEMAMix Optimizer: Better, Faster, Older, 2024 (arXiv:2409.03137), algorithm 1.
type AdEMAMix struct {
	LR          float64 // η; 0 means 1e-3
	Beta1       float64 // β₁; 0 means 0.9, None 0
	Beta2       float64 // β₂; 0 means 0.999, None 0
	Beta3       float64 // β₃; 0 means 0.9999
	Alpha       float64 // α; 0 means 5, None 0
	Eps         float64 // ε; 0 means 1e-8, None 0
	WeightDecay float64 // λ, apart from the gradient
}

// Slots returns m, v and long.
func (r AdEMAMix) Slots() []string { return []string{"m", "v", "long"} }

// Update moves p along g.
func (r AdEMAMix) Update(p, g *tensor.Tensor, slots []*tensor.Tensor, at At) {
	elementwise(p, g, slots, func(p, g *tensor.Tensor, slots []*tensor.Tensor) { r.update(p, g, slots, at) })
}

func (r AdEMAMix) update(p, g *tensor.Tensor, slots []*tensor.Tensor, at At) {
	lr, beta1, beta2 := at.rate(r.LR), or(r.Beta1, 0.9), or(r.Beta2, 0.999)
	w, d := decay(wide(p), at.grad(g), or(r.WeightDecay, 0), lr, true)
	m, v := mix(slots[0], d, beta1), mix(slots[1], d.Square(), beta2)
	long := mix(slots[2], d, or(r.Beta3, 0.9999))
	root := v.Scale(1 / debias(beta2, at.Step)).Sqrt().AddScalar(or(r.Eps, 1e-8))
	up := m.Scale(1 / debias(beta1, at.Step)).Add(long.Scale(or(r.Alpha, 5)))
	p.CopyFrom(w.Sub(up.Div(root).Scale(lr)))
}
