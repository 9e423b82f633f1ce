package optim

import (
	"math"

	"github.com/jimu-ml/jimu/tensor"
)

// RAdam is [Adam] that waits for its second moment: it goes along the mean of the gradient until the variance of v allows for
// more, and so needs no warm-up.
//
//	g ← g + λp
//	m ← β₁m + (1 − β₁)g    v ← β₂v + (1 − β₂)g²    m̂ = m/(1 − β₁ᵗ)
//	ρ∞ = 2/(1 − β₂) − 1    ρ = ρ∞ − 2tβ₂ᵗ/(1 − β₂ᵗ)
//	p ← p − η m̂                                       while ρ ≤ 5
//	p ← p − η m̂ R √(1 − β₂ᵗ)/(√v + ε)                 after
//	R = √((ρ − 4)(ρ − 2)ρ∞ / ((ρ∞ − 4)(ρ∞ − 2)ρ))
//
// t is the number of this update from 1. Decoupled takes the decay apart from the gradient, as [AdamW] does. The paper
// begins at ρ > 4; 5 is its authors' and PyTorch's.
//
// Liu et al., On the Variance of the Adaptive Learning Rate and Beyond, 2020 (arXiv:1908.03265), algorithm 2.
type RAdam struct {
	LR          float64 // η; 0 means 1e-3
	Beta1       float64 // β₁; 0 means 0.9, None 0
	Beta2       float64 // β₂; 0 means 0.999
	Eps         float64 // ε; 0 means 1e-8, None 0
	WeightDecay float64 // λ
	Decoupled   bool
}

// Slots returns m and v.
func (r RAdam) Slots() []string { return []string{"m", "v"} }

// Update moves p along g.
func (r RAdam) Update(p, g *tensor.Tensor, slots []*tensor.Tensor, at At) {
	elementwise(p, g, slots, func(p, g *tensor.Tensor, slots []*tensor.Tensor) { r.update(p, g, slots, at) })
}

func (r RAdam) update(p, g *tensor.Tensor, slots []*tensor.Tensor, at At) {
	lr, beta1, beta2, t := at.rate(r.LR), or(r.Beta1, 0.9), or(r.Beta2, 0.999), float64(at.Step)
	w, d := decay(wide(p), at.grad(g), or(r.WeightDecay, 0), lr, r.Decoupled)
	m, v := mix(slots[0], d, beta1), mix(slots[1], d.Square(), beta2)
	up := m.Scale(lr / debias(beta1, at.Step))
	most, left := 2/(1-beta2)-1, debias(beta2, at.Step)
	if rho := most - float64(2*t*(1-left))/left; rho > 5 {
		rect := math.Sqrt((rho - 4) * (rho - 2) * most / ((most - 4) * (most - 2) * rho))
		up = up.Div(v.Sqrt().AddScalar(or(r.Eps, 1e-8))).Scale(rect * math.Sqrt(left))
	}
	p.CopyFrom(w.Sub(up))
}
