package optim

import (
	"math"

	"github.com/jimu-ml/jimu/tensor"
)

// Prodigy is [AdamW] that finds its rate: from how far the parameters went and how the gradients point. Leave Scale at 1.
//
//	δ = dη√(1 − β₂ᵗ)/(1 − β₁ᵗ)        d, the estimate, d₀ at first; β₃ = √β₂; t, the number of this update from 1
//	r ← β₃r + (d/d₀) δ⟨g, p₀ − p⟩      s ← β₃s + (d/d₀) δg
//	m ← β₁m + (1 − β₁)dg    v ← β₂v + (1 − β₂)d²g²
//	d ← max(d, c r/‖s‖₁)
//	p ← p − δλp − δm/(√v + dε)
//
// ⟨·⟩ and ‖·‖₁ are over all parameters of the rule: see [Joint]. A cosine schedule goes well with it, a warm-up is not needed.
//
// Mishchenko and Defazio, Prodigy: An Expeditiously Adaptive Parameter-Free Learner, 2024 (arXiv:2306.06101), algorithm 4.
type Prodigy struct {
	Scale       float64 // η; 0 means 1
	Beta1       float64 // β₁; 0 means 0.9, None 0
	Beta2       float64 // β₂; 0 means 0.999
	Eps         float64 // ε; 0 means 1e-8
	D0          float64 // d₀; 0 means 1e-6
	Coef        float64 // c; 0 means 1
	WeightDecay float64 // λ, apart from the gradient
}

// Slots returns m, v, s and start in the parameter's shape, and the estimate d and r.
func (r Prodigy) Slots() []string { return []string{"m", "v", "s", "start", "d", "r"} }

// SlotsOf returns four tensors of the parameter's shape, and two numbers.
func (r Prodigy) SlotsOf(shape []int) []Slot {
	return []Slot{{"m", shape}, {"v", shape}, {"s", shape}, {"start", shape}, {"d", nil}, {"r", nil}}
}

// Update moves p along g.
func (r Prodigy) Update(p, g *tensor.Tensor, slots []*tensor.Tensor, at At) {
	r.UpdateAll([]Move{{p, g, slots, at}})
}

// UpdateAll moves the parameters with one estimate.
func (r Prodigy) UpdateAll(moves []Move) {
	beta1, beta2, d0 := or(r.Beta1, 0.9), or(r.Beta2, 0.999), or(r.D0, 1e-6)
	d, num := shared(moves, 4, d0), shared(moves, 5, 0)
	beta3 := math.Sqrt(beta2)
	at := moves[0].At
	delta := d * at.rate(or(r.Scale, 1)) * math.Sqrt(debias(beta2, at.Step)) / debias(beta1, at.Step)
	var dots, sizes []*tensor.Tensor
	for _, x := range moves {
		w, g := wide(x.P), x.At.grad(x.G)
		if x.At.Step == 1 {
			x.Slots[3].CopyFrom(w)
		}
		dots = append(dots, g.Mul(x.Slots[3].Sub(w)).Sum())
		mix(x.Slots[0], g.Scale(d), beta1)
		mix(x.Slots[1], g.Scale(d).Square(), beta2)
		s := x.Slots[2]
		s.CopyFrom(s.Scale(beta3).Add(g.Scale(d / d0 * delta)))
		sizes = append(sizes, s.Abs().Sum())
	}
	num = beta3*num + float64(d/d0*delta*total(dots))
	if size := total(sizes); size > 0 {
		d = max(d, or(r.Coef, 1)*num/size)
	}
	for _, x := range moves {
		w := wide(x.P)
		up := x.Slots[0].Div(x.Slots[1].Sqrt().AddScalar(d * or(r.Eps, 1e-8)))
		x.P.CopyFrom(w.Scale(1 - float64(delta*or(r.WeightDecay, 0))).Sub(up.Scale(delta)))
		x.Slots[4].Fill(d)
		x.Slots[5].Fill(num)
	}
}

// shared returns a number that all parameters of a joint rule have in one of their slots: the first that has begun. The
// slots of those that begin are zeros.
func shared(moves []Move, slot int, first float64) float64 {
	for _, x := range moves {
		if x.At.Step > 1 {
			return x.Slots[slot].Item()
		}
	}
	return first
}

// total returns the sum of numbers, waiting for the device once.
func total(x []*tensor.Tensor) float64 {
	sum := 0.0
	for _, v := range numbers(x) {
		sum += v
	}
	return sum
}
