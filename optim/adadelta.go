package optim

import "github.com/jimu-ml/jimu/tensor"

// Adadelta takes steps as large as its own recent ones, so that it needs no rate in the gradient's units.
//
//	g ← g + λp
//	v ← ρv + (1 − ρ)g²
//	x = √(u + ε)/√(v + ε) · g    u ← ρu + (1 − ρ)x²
//	p ← p − η x
//
// It begins slowly, since u does at 0: ε sets the first steps.
//
// Zeiler, ADADELTA: An Adaptive Learning Rate Method, 2012 (arXiv:1212.5701), algorithm 1.
type Adadelta struct {
	LR          float64 // η; 0 means 1
	Rho         float64 // ρ; 0 means 0.9
	Eps         float64 // ε; 0 means 1e-6
	WeightDecay float64 // λ, added to the gradient
}

// Slots returns v and u.
func (r Adadelta) Slots() []string { return []string{"v", "u"} }

// Update moves p along g.
func (r Adadelta) Update(p, g *tensor.Tensor, slots []*tensor.Tensor, at At) {
	elementwise(p, g, slots, func(p, g *tensor.Tensor, slots []*tensor.Tensor) { r.update(p, g, slots, at) })
}

func (r Adadelta) update(p, g *tensor.Tensor, slots []*tensor.Tensor, at At) {
	lr, rho, eps := at.rate(or(r.LR, 1)), or(r.Rho, 0.9), or(r.Eps, 1e-6)
	w, d := decay(wide(p), at.grad(g), or(r.WeightDecay, 0), lr, false)
	v := mix(slots[0], d.Square(), rho)
	x := slots[1].AddScalar(eps).Sqrt().Div(v.AddScalar(eps).Sqrt()).Mul(d)
	mix(slots[1], x.Square(), rho)
	p.CopyFrom(w.Sub(x.Scale(lr)))
}
