package optim

import (
	"math"

	"github.com/jimu-ml/jimu/tensor"
)

// NAdam is [Adam] with Nesterov's momentum, which is warmed up.
//
//	g ← g + λp
//	m ← β₁m + (1 − β₁)g    v ← β₂v + (1 − β₂)g²
//	μₜ = β₁(1 − 0.96^(tψ)/2)    Π ← Π μₜ
//	p ← p − η (μₜ₊₁ m/(1 − Π μₜ₊₁) + (1 − μₜ) g/(1 − Π)) / (√(v/(1 − β₂ᵗ)) + ε)
//
// t is the number of this update from 1. Decoupled takes the decay apart from the gradient, as [AdamW] does.
//
// Dozat, Incorporating Nesterov Momentum into Adam, 2016, with the constants of PyTorch and Keras.
type NAdam struct {
	LR            float64 // η; 0 means 2e-3
	Beta1         float64 // β₁; 0 means 0.9, None 0
	Beta2         float64 // β₂; 0 means 0.999, None 0
	Eps           float64 // ε; 0 means 1e-8, None 0
	MomentumDecay float64 // ψ; 0 means 4e-3, None 0
	WeightDecay   float64 // λ
	Decoupled     bool
}

// Slots returns m, v and product, which is Π.
func (r NAdam) Slots() []string { return []string{"m", "v", "product"} }

// SlotsOf returns m and v in the parameter's shape, and product, a number.
func (r NAdam) SlotsOf(shape []int) []Slot {
	return []Slot{{"m", shape}, {"v", shape}, {"product", nil}}
}

// Update moves p along g.
func (r NAdam) Update(p, g *tensor.Tensor, slots []*tensor.Tensor, at At) {
	lr, beta1, beta2 := at.rate(or(r.LR, 2e-3)), or(r.Beta1, 0.9), or(r.Beta2, 0.999)
	w, d := decay(wide(p), at.grad(g), or(r.WeightDecay, 0), lr, r.Decoupled)
	m, v := mix(slots[0], d, beta1), mix(slots[1], d.Square(), beta2)
	mu := func(t int) float64 {
		return beta1 * (1 - 0.5*math.Pow(0.96, float64(t)*or(r.MomentumDecay, 4e-3)))
	}
	before := slots[2].Item()
	if at.Step == 1 {
		before = 1
	}
	product, next := before*mu(at.Step), mu(at.Step+1)
	slots[2].Fill(product)
	root := v.Scale(1 / debias(beta2, at.Step)).Sqrt().AddScalar(or(r.Eps, 1e-8))
	up := d.Scale((1 - mu(at.Step)) / (1 - product)).Add(m.Scale(next / (1 - float64(product*next))))
	p.CopyFrom(w.Sub(up.Div(root).Scale(lr)))
}
