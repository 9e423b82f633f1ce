package optim

import "github.com/jimu-ml/jimu/tensor"

// Ftrl follows the regularized leader: with L1 it makes weights that are exactly 0, for linear models with very many features.
//
//	n′ = n + g²                                        n is Initial at first
//	z ← z + g + 2λ₃p − (√n′ − √n)/η · p    n ← n′
//	p ← (clip(z, ±λ₁) − z) / ((β + √n)/η + 2λ₂)
//
// McMahan et al., Ad Click Prediction: a View from the Trenches, 2013, algorithm 1, in Keras's form.
type Ftrl struct {
	LR      float64 // η; 0 means 1e-3
	L1      float64 // λ₁
	L2      float64 // λ₂
	Shrink  float64 // λ₃, a decay through the gradient
	Beta    float64 // β
	Initial float64 // of n; 0 means 0.1, None 0
}

// Slots returns n and z.
func (r Ftrl) Slots() []string { return []string{"n", "z"} }

// Update moves p along g.
func (r Ftrl) Update(p, g *tensor.Tensor, slots []*tensor.Tensor, at At) {
	elementwise(p, g, slots, func(p, g *tensor.Tensor, slots []*tensor.Tensor) { r.update(p, g, slots, at) })
}

func (r Ftrl) update(p, g *tensor.Tensor, slots []*tensor.Tensor, at At) {
	lr, n, z := at.rate(r.LR), slots[0], slots[1]
	if at.Step == 1 {
		n.Fill(or(r.Initial, 0.1))
	}
	w, d := wide(p), at.grad(g)
	before := n.Sqrt()
	n.CopyFrom(n.Add(d.Square()))
	root := n.Sqrt()
	z.CopyFrom(z.Add(d).Add(w.Scale(2 * or(r.Shrink, 0))).Sub(root.Sub(before).Scale(1 / lr).Mul(w)))
	most := z.FullLike(or(r.L1, 0))
	free := z.Minimum(most).Maximum(most.Neg()).Sub(z)
	p.CopyFrom(free.Div(root.AddScalar(or(r.Beta, 0)).Scale(1 / lr).AddScalar(2 * or(r.L2, 0))))
}
