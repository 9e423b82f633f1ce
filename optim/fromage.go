package optim

import (
	"math"

	"github.com/jimu-ml/jimu/tensor"
)

// Fromage changes each parameter by a share of its length, and keeps the length from growing.
//
//	p ← (p − η ‖p‖/‖g‖ g) / √(1 + η²)        norms below 1e-6 count as 1e-6
//
// Bernstein, Vahdat, Yue and Liu, On the distance between two neural networks and the stability of learning, 2020
// (arXiv:2002.03432), algorithm 1.
type Fromage struct {
	LR float64 // η; 0 means 0.01
}

// Slots returns nothing.
func (r Fromage) Slots() []string { return nil }

// Update moves p along g.
func (r Fromage) Update(p, g *tensor.Tensor, _ []*tensor.Tensor, at At) {
	lr, w, d := at.rate(or(r.LR, 0.01)), wide(p), at.grad(g)
	length, slope := unitNorm(w, false), unitNorm(d, false)
	least := length.FullLike(1e-6)
	ratio := length.Maximum(least).Div(slope.Maximum(least))
	p.CopyFrom(w.Sub(d.Mul(ratio.Scale(lr))).Scale(1 / math.Sqrt(1+float64(lr*lr))))
}
