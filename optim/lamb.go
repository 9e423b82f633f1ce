package optim

import "github.com/jimu-ml/jimu/tensor"

// LAMB takes [AdamW]'s direction, and a step of each parameter as long as the parameter is: for very large batches.
//
//	u = m/(1 − β₁ᵗ) / (√(v/(1 − β₂ᵗ)) + ε) + λp        m, v as Adam's
//	p ← p − η ‖p‖/‖u‖ u                                the ratio is 1 if one of the norms is 0
//
// Biases and gains are usually left out of the ratio and the decay: give [Vectors] AdamW by [Optimizer.Group].
//
// You et al., Large Batch Optimization for Deep Learning: Training BERT in 76 minutes, 2020 (arXiv:1904.00962), algorithm
// 2 with φ(z) = z.
type LAMB struct {
	LR          float64 // η; 0 means 1e-3
	Beta1       float64 // β₁; 0 means 0.9, None 0
	Beta2       float64 // β₂; 0 means 0.999, None 0
	Eps         float64 // ε; 0 means 1e-6, None 0
	WeightDecay float64 // λ
}

// Slots returns m and v.
func (r LAMB) Slots() []string { return []string{"m", "v"} }

// Update moves p along g.
func (r LAMB) Update(p, g *tensor.Tensor, slots []*tensor.Tensor, at At) {
	lr, beta1, beta2 := at.rate(r.LR), or(r.Beta1, 0.9), or(r.Beta2, 0.999)
	w, d := wide(p), at.grad(g)
	m, v := mix(slots[0], d, beta1), mix(slots[1], d.Square(), beta2)
	root := v.Scale(1 / debias(beta2, at.Step)).Sqrt().AddScalar(or(r.Eps, 1e-6))
	up := m.Scale(1 / debias(beta1, at.Step)).Div(root)
	if r.WeightDecay > 0 {
		up = up.Add(w.Scale(r.WeightDecay))
	}
	length, step := unitNorm(w, false), unitNorm(up, false)
	p.CopyFrom(w.Sub(up.Mul(trust(length, step, length.Mul(step)).Scale(lr))))
}

// trust returns a/b, and 1 where c is 0.
func trust(a, b, c *tensor.Tensor) *tensor.Tensor {
	zero := c.FullLike(0)
	return tensor.Where(c.Greater(zero), a.Div(b), zero.AddScalar(1))
}
