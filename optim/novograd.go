package optim

import "github.com/jimu-ml/jimu/tensor"

// NovoGrad divides the gradient of each parameter by one number, the root of the running mean of its squared norm.
//
//	v ← β₂v + (1 − β₂)‖g‖², ‖g‖² in the first update
//	m ← β₁m + g/(√v + ε) + λp
//	p ← p − ηm
//
// Ginsburg et al., Stochastic Gradient Methods with Layer-wise Adaptive Moments for Training of Deep Networks, 2019
// (arXiv:1905.11286), algorithm 1; β₂ of 0.25 is the paper's for large batches.
type NovoGrad struct {
	LR          float64 // η; 0 means 1e-3
	Beta1       float64 // β₁; 0 means 0.9, None 0
	Beta2       float64 // β₂; 0 means 0.25, None 0
	Eps         float64 // ε; 0 means 1e-6, None 0
	WeightDecay float64 // λ
}

// Slots returns m and v.
func (r NovoGrad) Slots() []string { return []string{"m", "v"} }

// SlotsOf returns m in the parameter's shape, and v, a number.
func (r NovoGrad) SlotsOf(shape []int) []Slot { return []Slot{{"m", shape}, {"v", nil}} }

// Update moves p along g.
func (r NovoGrad) Update(p, g *tensor.Tensor, slots []*tensor.Tensor, at At) {
	w, d, m, v := wide(p), at.grad(g), slots[0], slots[1]
	square, keep := d.Square().Sum(), or(r.Beta2, 0.25)
	if at.Step == 1 {
		keep = 0
	}
	mix(v, square, keep)
	up := d.Div(v.Sqrt().AddScalar(or(r.Eps, 1e-6)))
	if r.WeightDecay > 0 {
		up = up.Add(w.Scale(r.WeightDecay))
	}
	m.CopyFrom(m.Scale(or(r.Beta1, 0.9)).Add(up))
	p.CopyFrom(w.Sub(m.Scale(at.rate(r.LR))))
}
