package optim

import "github.com/jimu-ml/jimu/tensor"

// Adagrad divides the gradient by the root of the sum of all its squares so far.
//
//	g ← g + λp
//	s ← s + g²                                   s is Initial at first
//	p ← p − η/(1 + (t − 1)δ) · g/(√s + ε)        t, the number of this update from 1
//
// The rate falls by itself, and never rises again: it suits sparse features, less so long runs.
//
// Duchi, Hazan and Singer, Adaptive Subgradient Methods for Online Learning and Stochastic Optimization, 2011.
type Adagrad struct {
	LR          float64 // η; 0 means 0.01
	LRDecay     float64 // δ
	Initial     float64 // of s
	Eps         float64 // ε; 0 means 1e-10, None 0
	WeightDecay float64 // λ, added to the gradient
}

// Slots returns sum.
func (r Adagrad) Slots() []string { return []string{"sum"} }

// Update moves p along g.
func (r Adagrad) Update(p, g *tensor.Tensor, slots []*tensor.Tensor, at At) {
	elementwise(p, g, slots, func(p, g *tensor.Tensor, slots []*tensor.Tensor) { r.update(p, g, slots, at) })
}

func (r Adagrad) update(p, g *tensor.Tensor, slots []*tensor.Tensor, at At) {
	lr, s := at.rate(or(r.LR, 0.01)), slots[0]
	if at.Step == 1 {
		s.Fill(or(r.Initial, 0))
	}
	w, d := decay(wide(p), at.grad(g), or(r.WeightDecay, 0), lr, false)
	s.CopyFrom(s.Add(d.Square()))
	lr /= 1 + float64(at.Step-1)*or(r.LRDecay, 0)
	p.CopyFrom(w.Sub(d.Div(s.Sqrt().AddScalar(or(r.Eps, 1e-10))).Scale(lr)))
}
