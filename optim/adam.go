package optim

import (
	"math"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/tensor"
)

// Adam follows the mean of the gradient over the root of the mean of its square.
//
//	g ← g + λp
//	m ← β₁m + (1 − β₁)g    v ← β₂v + (1 − β₂)g²
//	p ← p − η · m/(1 − β₁ᵗ) / (√(v/(1 − β₂ᵗ)) + ε)     t, the number of this update from 1
//
// Its weight decay goes through the moments, so that it hardly depends on λ where gradients are large: [AdamW] is what
// most people mean by Adam with decay. t counts the updates of each parameter, so that one which is frozen at first
// starts as if it were new.
//
// Kingma and Ba, Adam: A Method for Stochastic Optimization, 2015 (arXiv:1412.6980), algorithm 1.
type Adam struct {
	LR          float64 // η; 0 means 1e-3
	Beta1       float64 // β₁; 0 means 0.9, None 0
	Beta2       float64 // β₂; 0 means 0.999, None 0
	Eps         float64 // ε; 0 means 1e-8, None 0
	WeightDecay float64 // λ, added to the gradient
}

// Slots returns m and v.
func (r Adam) Slots() []string { return []string{"m", "v"} }

// Update moves p along g.
func (r Adam) Update(p, g *tensor.Tensor, slots []*tensor.Tensor, at At) {
	r.update(p, g, slots, at, or(r.WeightDecay, 0), false)
}

// update is the update with a weight decay that is coupled to the gradient, or not.
func (r Adam) update(p, g *tensor.Tensor, slots []*tensor.Tensor, at At, decay float64, decoupled bool) {
	lr, beta1, beta2, eps := at.rate(r.LR), or(r.Beta1, 0.9), or(r.Beta2, 0.999), or(r.Eps, 1e-8)
	t := float64(at.Step)
	m, v := slots[0], slots[1]
	attr := device.Attr{Flag: decoupled}
	attr.Scalars = [8]float64{lr, beta1, beta2, eps, decay, t, at.Scale}
	if tensor.Try(device.Adam, &attr, []*tensor.Tensor{p, m, v}, g) {
		return
	}
	w, d := wide(p), wide(g).Scale(at.Scale)
	switch {
	case decay == 0:
	case decoupled:
		w = w.Scale(1 - float64(lr*decay))
	default:
		d = d.Add(w.Scale(decay))
	}
	m.CopyFrom(m.Scale(beta1).Add(d.Scale(1 - beta1)))
	v.CopyFrom(v.Scale(beta2).Add(d.Square().Scale(1 - beta2)))
	root := v.Sqrt().Scale(1 / math.Sqrt(1-math.Pow(beta2, t))).AddScalar(eps)
	p.CopyFrom(w.Sub(m.Scale(lr / (1 - math.Pow(beta1, t))).Div(root)))
}
