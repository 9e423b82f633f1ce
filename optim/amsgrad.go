package optim

import (
	"math"

	"github.com/jimu-ml/jimu/tensor"
)

// AMSGrad is [Adam] whose second moment never falls, for which a proof of convergence holds.
//
//	g ← g + λp
//	m ← β₁m + (1 − β₁)g    v ← β₂v + (1 − β₂)g²    v̂ ← max(v̂, v)
//	p ← p − η · m/(1 − β₁ᵗ) / (√(v̂/(1 − β₂ᵗ)) + ε)     t, the number of this update from 1
//
// The paper corrects no bias; PyTorch corrects it after the maximum, as here, Optax before. Decoupled takes the decay
// apart from the gradient, as [AdamW] does.
//
// Reddi, Kale and Kumar, On the Convergence of Adam and Beyond, 2018 (arXiv:1904.09237), algorithm 2.
type AMSGrad struct {
	LR          float64 // η; 0 means 1e-3
	Beta1       float64 // β₁; 0 means 0.9, None 0
	Beta2       float64 // β₂; 0 means 0.999, None 0
	Eps         float64 // ε; 0 means 1e-8, None 0
	WeightDecay float64 // λ
	Decoupled   bool
}

// Slots returns m, v and most, which is v̂.
func (r AMSGrad) Slots() []string { return []string{"m", "v", "most"} }

// Update moves p along g.
func (r AMSGrad) Update(p, g *tensor.Tensor, slots []*tensor.Tensor, at At) {
	elementwise(p, g, slots, func(p, g *tensor.Tensor, slots []*tensor.Tensor) { r.update(p, g, slots, at) })
}

func (r AMSGrad) update(p, g *tensor.Tensor, slots []*tensor.Tensor, at At) {
	lr, beta1, beta2 := at.rate(r.LR), or(r.Beta1, 0.9), or(r.Beta2, 0.999)
	w, d := decay(wide(p), at.grad(g), or(r.WeightDecay, 0), lr, r.Decoupled)
	m, v, most := mix(slots[0], d, beta1), mix(slots[1], d.Square(), beta2), slots[2]
	most.CopyFrom(most.Maximum(v))
	root := most.Sqrt().Scale(1 / math.Sqrt(debias(beta2, at.Step))).AddScalar(or(r.Eps, 1e-8))
	p.CopyFrom(w.Sub(m.Div(root).Scale(lr / debias(beta1, at.Step))))
}
