package optim

import "github.com/jimu-ml/jimu/tensor"

// Yogi is [Adam] whose second moment changes by no more than g², so that it does not forget a large gradient at once.
//
//	m ← β₁m + (1 − β₁)g    v ← v − (1 − β₂) sign(v − g²) g²        both are Initial at first
//	p ← p − ηλp − η · m/(1 − β₁ᵗ) / (√(v/(1 − β₂ᵗ)) + ε)     t, the number of this update from 1
//
// The correction of the bias is Optax's; the paper has none.
//
// Zaheer, Reddi, Sachan, Kale and Kumar, Adaptive Methods for Nonconvex Optimization, 2018, algorithm 2.
type Yogi struct {
	LR          float64 // η; 0 means 0.01
	Beta1       float64 // β₁; 0 means 0.9, None 0
	Beta2       float64 // β₂; 0 means 0.999, None 0
	Eps         float64 // ε; 0 means 1e-3, None 0
	Initial     float64 // of m and v; 0 means 1e-6, None 0
	WeightDecay float64 // λ, apart from the gradient
}

// Slots returns m and v.
func (r Yogi) Slots() []string { return []string{"m", "v"} }

// Update moves p along g.
func (r Yogi) Update(p, g *tensor.Tensor, slots []*tensor.Tensor, at At) {
	elementwise(p, g, slots, func(p, g *tensor.Tensor, slots []*tensor.Tensor) { r.update(p, g, slots, at) })
}

func (r Yogi) update(p, g *tensor.Tensor, slots []*tensor.Tensor, at At) {
	lr, beta1, beta2 := at.rate(or(r.LR, 0.01)), or(r.Beta1, 0.9), or(r.Beta2, 0.999)
	m, v := slots[0], slots[1]
	if at.Step == 1 {
		m.Fill(or(r.Initial, 1e-6))
		v.Fill(or(r.Initial, 1e-6))
	}
	w, d := decay(wide(p), at.grad(g), or(r.WeightDecay, 0), lr, true)
	mix(m, d, beta1)
	square := d.Square()
	v.CopyFrom(v.Sub(v.Sub(square).Sign().Mul(square).Scale(1 - beta2)))
	root := v.Scale(1 / debias(beta2, at.Step)).Sqrt().AddScalar(or(r.Eps, 1e-3))
	p.CopyFrom(w.Sub(m.Div(root).Scale(lr / debias(beta1, at.Step))))
}
