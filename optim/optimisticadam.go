package optim

import "github.com/jimu-ml/jimu/tensor"

// OptimisticAdam adds to [Adam]'s step what it changed since the last, which keeps the two sides of a game from circling.
//
//	u = m/(1 − β₁ᵗ) / (√(v/(1 − β₂ᵗ)) + ε)        m, v as Adam's
//	p ← p − ηu − ο(u − u′)        u′, the u before; u itself at first
//
// Daskalakis, Ilyas, Syrgkanis and Zeng, Training GANs with Optimism, 2018 (arXiv:1711.00141), algorithm 1.
type OptimisticAdam struct {
	LR       float64 // η; 0 means 1e-3
	Optimism float64 // ο; 0 means η
	Beta1    float64 // β₁; 0 means 0.9, None 0
	Beta2    float64 // β₂; 0 means 0.999, None 0
	Eps      float64 // ε; 0 means 1e-8, None 0
}

// Slots returns m, v and before.
func (r OptimisticAdam) Slots() []string { return []string{"m", "v", "before"} }

// Update moves p along g.
func (r OptimisticAdam) Update(p, g *tensor.Tensor, slots []*tensor.Tensor, at At) {
	lr, beta1, beta2 := at.rate(r.LR), or(r.Beta1, 0.9), or(r.Beta2, 0.999)
	hope, d, before := lr, at.grad(g), slots[2]
	if r.Optimism != 0 {
		hope = or(r.Optimism, 0) * at.Rate
	}
	m, v := mix(slots[0], d, beta1), mix(slots[1], d.Square(), beta2)
	root := v.Scale(1 / debias(beta2, at.Step)).Sqrt().AddScalar(or(r.Eps, 1e-8))
	up := m.Scale(1 / debias(beta1, at.Step)).Div(root)
	if at.Step == 1 {
		before.CopyFrom(up)
	}
	p.CopyFrom(wide(p).Sub(up.Scale(lr + hope)).Add(before.Scale(hope)))
	before.CopyFrom(up)
}
