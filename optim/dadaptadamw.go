package optim

import (
	"math"

	"github.com/jimu-ml/jimu/tensor"
)

// DAdaptAdamW is [AdamW] that finds its rate, by the distance to the solution that the gradients let one infer. Leave Scale at 1.
// [Prodigy] is its successor.
//
//	δ = dη√(1 − β₂ᵗ)/(1 − β₁ᵗ)    β = √β₂        d, the estimate, d₀ at first; t, the number of this update from 1
//	r ← βr + (1 − β)δ⟨g, s/(√v + ε)⟩
//	m ← β₁m + (1 − β₁)δg    v ← β₂v + (1 − β₂)g²    s ← βs + (1 − β)δg
//	d ← max(d, r/((1 − β)‖s‖₁))
//	p ← p − δλp − m/(√v + ε)
//
// ⟨·⟩ and ‖·‖₁ are over all parameters of the rule: see [Joint].
//
// Defazio and Mishchenko, Learning-Rate-Free Learning by D-Adaptation, 2023 (arXiv:2301.07733), algorithm 5.
type DAdaptAdamW struct {
	Scale       float64 // η; 0 means 1
	Beta1       float64 // β₁; 0 means 0.9, None 0
	Beta2       float64 // β₂; 0 means 0.999
	Eps         float64 // ε; 0 means 1e-8
	D0          float64 // d₀; 0 means 1e-6
	WeightDecay float64 // λ, apart from the gradient
}

// Slots returns m, v and s in the parameter's shape, and the estimate d and r.
func (r DAdaptAdamW) Slots() []string { return []string{"m", "v", "s", "d", "r"} }

// SlotsOf returns three tensors of the parameter's shape, and two numbers.
func (r DAdaptAdamW) SlotsOf(shape []int) []Slot {
	return []Slot{{"m", shape}, {"v", shape}, {"s", shape}, {"d", nil}, {"r", nil}}
}

// Update moves p along g.
func (r DAdaptAdamW) Update(p, g *tensor.Tensor, slots []*tensor.Tensor, at At) {
	r.UpdateAll([]Move{{p, g, slots, at}})
}

// UpdateAll moves the parameters with one estimate.
func (r DAdaptAdamW) UpdateAll(moves []Move) {
	beta1, beta2, eps := or(r.Beta1, 0.9), or(r.Beta2, 0.999), or(r.Eps, 1e-8)
	d, num := shared(moves, 3, or(r.D0, 1e-6)), shared(moves, 4, 0)
	beta, at := math.Sqrt(beta2), moves[0].At
	delta := d * at.rate(or(r.Scale, 1)) * math.Sqrt(debias(beta2, at.Step)) / debias(beta1, at.Step)
	var dots, sizes []*tensor.Tensor
	for _, x := range moves {
		g, v, s := x.At.grad(x.G), x.Slots[1], x.Slots[2]
		dots = append(dots, g.Mul(s.Div(v.Sqrt().AddScalar(eps))).Sum())
		mix(x.Slots[0], g.Scale(delta), beta1)
		mix(v, g.Square(), beta2)
		sizes = append(sizes, mix(s, g.Scale(delta), beta).Abs().Sum())
	}
	num = beta*num + float64((1-beta)*delta*total(dots))
	if size := total(sizes); size > 0 {
		d = max(d, num/((1-beta)*size))
	}
	for _, x := range moves {
		w := wide(x.P).Scale(1 - float64(delta*or(r.WeightDecay, 0)))
		x.P.CopyFrom(w.Sub(x.Slots[0].Div(x.Slots[1].Sqrt().AddScalar(eps))))
		x.Slots[3].Fill(d)
		x.Slots[4].Fill(num)
	}
}
