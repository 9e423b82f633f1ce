package optim

import "github.com/jimu-ml/jimu/tensor"

// Adan is [Adam] with Nesterov's momentum, in a form that needs the gradient at the parameters only.
//
//	δ = g − g′, 0 in the first update; g′, the gradient before
//	m ← β₁m + (1 − β₁)g    v ← β₂v + (1 − β₂)δ    n ← β₃n + (1 − β₃)(g + β₂δ)²
//	p ← (p − η (m̂ + β₂v̂)/(√n̂ + ε)) / (1 + ηλ)      m̂ = m/(1 − β₁ᵗ), and so on
//
// t is the number of this update from 1. The βs are as PyTorch counts them; in the paper they are 1 − β. The decay is the
// paper's, by a proximal step.
//
// Xie, Zhou, Li, Lin and Yan, Adan: Adaptive Nesterov Momentum Algorithm, 2022 (arXiv:2208.06677), algorithm 1.
type Adan struct {
	LR          float64 // η; 0 means 1e-3
	Beta1       float64 // β₁; 0 means 0.98
	Beta2       float64 // β₂; 0 means 0.92
	Beta3       float64 // β₃; 0 means 0.99
	Eps         float64 // ε; 0 means 1e-8, None 0
	WeightDecay float64 // λ, apart from the gradient
}

// Slots returns m, v, n and before.
func (r Adan) Slots() []string { return []string{"m", "v", "n", "before"} }

// Update moves p along g.
func (r Adan) Update(p, g *tensor.Tensor, slots []*tensor.Tensor, at At) {
	elementwise(p, g, slots, func(p, g *tensor.Tensor, slots []*tensor.Tensor) { r.update(p, g, slots, at) })
}

func (r Adan) update(p, g *tensor.Tensor, slots []*tensor.Tensor, at At) {
	lr, b1, b2, b3 := at.rate(r.LR), or(r.Beta1, 0.98), or(r.Beta2, 0.92), or(r.Beta3, 0.99)
	d, before := at.grad(g), slots[3]
	if at.Step == 1 {
		before.CopyFrom(d)
	}
	change := d.Sub(before)
	m, v := mix(slots[0], d, b1), mix(slots[1], change, b2)
	n := mix(slots[2], d.Add(change.Scale(b2)).Square(), b3)
	before.CopyFrom(d)
	root := n.Scale(1 / debias(b3, at.Step)).Sqrt().AddScalar(or(r.Eps, 1e-8))
	up := m.Scale(1 / debias(b1, at.Step)).Add(v.Scale(b2 / debias(b2, at.Step))).Div(root)
	p.CopyFrom(wide(p).Sub(up.Scale(lr)).Scale(1 / (1 + float64(lr*or(r.WeightDecay, 0)))))
}
