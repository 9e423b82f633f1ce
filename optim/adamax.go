package optim

import "github.com/jimu-ml/jimu/tensor"

// Adamax is [Adam] with the largest recent gradient in place of the root mean square.
//
//	g ← g + λp
//	m ← β₁m + (1 − β₁)g    u ← max(β₂u, |g| + ε)
//	p ← p − η/(1 − β₁ᵗ) · m/u        t, the number of this update from 1
//
// Decoupled takes the decay apart from the gradient, as [AdamW] does: p ← p − ηλp.
//
// Kingma and Ba, Adam: A Method for Stochastic Optimization, 2015 (arXiv:1412.6980), algorithm 2; ε is PyTorch's.
type Adamax struct {
	LR          float64 // η; 0 means 2e-3
	Beta1       float64 // β₁; 0 means 0.9, None 0
	Beta2       float64 // β₂; 0 means 0.999, None 0
	Eps         float64 // ε; 0 means 1e-8
	WeightDecay float64 // λ
	Decoupled   bool
}

// Slots returns m and u.
func (r Adamax) Slots() []string { return []string{"m", "u"} }

// Update moves p along g.
func (r Adamax) Update(p, g *tensor.Tensor, slots []*tensor.Tensor, at At) {
	elementwise(p, g, slots, func(p, g *tensor.Tensor, slots []*tensor.Tensor) { r.update(p, g, slots, at) })
}

func (r Adamax) update(p, g *tensor.Tensor, slots []*tensor.Tensor, at At) {
	lr, beta1 := at.rate(or(r.LR, 2e-3)), or(r.Beta1, 0.9)
	w, d := decay(wide(p), at.grad(g), or(r.WeightDecay, 0), lr, r.Decoupled)
	m, u := mix(slots[0], d, beta1), slots[1]
	u.CopyFrom(u.Scale(or(r.Beta2, 0.999)).Maximum(d.Abs().AddScalar(or(r.Eps, 1e-8))))
	p.CopyFrom(w.Sub(m.Div(u).Scale(lr / debias(beta1, at.Step))))
}
