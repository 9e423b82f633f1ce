package optim

import "github.com/jimu-ml/jimu/tensor"

// SignSGD goes along the signs of the gradient.
//
//	p ← p − ηλp − η sign(g)        with momentum m ← μm + (1 − μ)g    p ← p − ηλp − η sign(m)
//
// With momentum it is Signum.
//
// Bernstein, Wang, Azizzadenesheli and Anandkumar, signSGD: Compressed Optimisation for Non-Convex Problems, 2018
// (arXiv:1802.04434), algorithms 1 and 2.
type SignSGD struct {
	LR          float64 // η; 0 means 1e-3
	Momentum    float64 // μ
	WeightDecay float64 // λ, apart from the gradient
}

// Slots returns m, if there is momentum.
func (r SignSGD) Slots() []string {
	if r.Momentum > 0 {
		return []string{"m"}
	}
	return nil
}

// Update moves p along g.
func (r SignSGD) Update(p, g *tensor.Tensor, slots []*tensor.Tensor, at At) {
	elementwise(p, g, slots, func(p, g *tensor.Tensor, slots []*tensor.Tensor) { r.update(p, g, slots, at) })
}

func (r SignSGD) update(p, g *tensor.Tensor, slots []*tensor.Tensor, at At) {
	lr := at.rate(r.LR)
	w, d := decay(wide(p), at.grad(g), or(r.WeightDecay, 0), lr, true)
	if r.Momentum > 0 {
		d = mix(slots[0], d, r.Momentum)
	}
	p.CopyFrom(w.Sub(d.Sign().Scale(lr)))
}
