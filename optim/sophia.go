package optim

import "github.com/jimu-ml/jimu/tensor"

// Sophia divides a momentum by an estimate of the Hessian's diagonal, made every k updates, and clips what comes out.
//
//	h ← β₂h + (1 − β₂)ĥ        every k updates; ĥ of [Hutchinson] or [GaussNewton]
//	m ← β₁m + (1 − β₁)g
//	p ← p − ηλp − η clip(m/max(γh, ε), ±1)
//
// Where the curvature is small or negative it goes along the signs of m. A step with an estimate costs about three:
// train.Step makes one when the rule wants it; see [Optimizer.WantsCurvature].
//
// Liu, Li, Hall, Liang and Ma, Sophia: A Scalable Stochastic Second-order Optimizer for Language Model Pre-training, 2023
// (arXiv:2305.14342), algorithm 3 (Sophia-H and Sophia-G).
type Sophia struct {
	LR          float64 // η; 0 means 1e-3
	Beta1       float64 // β₁; 0 means 0.96, None 0
	Beta2       float64 // β₂; 0 means 0.99, None 0
	Gamma       float64 // γ; 0 means 0.01
	Eps         float64 // ε; 0 means 1e-12
	Every       int     // k; 0 means 10
	WeightDecay float64 // λ; 0 means 0.1, None 0
}

// Slots returns m and h.
func (r Sophia) Slots() []string { return []string{"m", "h"} }

// CurvatureEvery returns k.
func (r Sophia) CurvatureEvery() int {
	if r.Every <= 0 {
		return 10
	}
	return r.Every
}

// Curve takes an estimate of the Hessian's diagonal into h.
func (r Sophia) Curve(h *tensor.Tensor, slots []*tensor.Tensor, at At) {
	mix(slots[1], at.grad(h), or(r.Beta2, 0.99))
}

// Update moves p along g.
func (r Sophia) Update(p, g *tensor.Tensor, slots []*tensor.Tensor, at At) {
	lr := at.rate(r.LR)
	w, d := decay(wide(p), at.grad(g), or(r.WeightDecay, 0.1), lr, true)
	m, h := mix(slots[0], d, or(r.Beta1, 0.96)), slots[1].Scale(or(r.Gamma, 0.01))
	up := m.Div(h.Maximum(h.FullLike(or(r.Eps, 1e-12))))
	up = up.Maximum(h.FullLike(-1)).Minimum(h.FullLike(1))
	p.CopyFrom(w.Sub(up.Scale(lr)))
}
