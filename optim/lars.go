package optim

import "github.com/jimu-ml/jimu/tensor"

// LARS is [SGD] whose steps are a share of the length of each parameter: for very large batches.
//
//	ratio = τ‖p‖ / (‖g‖ + λ‖p‖), 1 if one of the two is 0
//	v ← μv + ratio · (g + λp)        p ← p − ηv
//
// Biases and gains are usually left out: give [Vectors] SGD by [Optimizer.Group]. The rate is that of the large batch,
// with a warm-up.
//
// You, Gitman and Ginsburg, Large Batch Training of Convolutional Networks, 2017 (arXiv:1708.03888), algorithm 1.
type LARS struct {
	LR          float64 // η; 0 means 0.1
	Momentum    float64 // μ; 0 means 0.9, None 0
	Trust       float64 // τ; 0 means 1e-3
	WeightDecay float64 // λ
}

// Slots returns velocity.
func (r LARS) Slots() []string { return []string{"velocity"} }

// Update moves p along g.
func (r LARS) Update(p, g *tensor.Tensor, slots []*tensor.Tensor, at At) {
	lambda, w, d, v := or(r.WeightDecay, 0), wide(p), at.grad(g), slots[0]
	length := unitNorm(w, false)
	slope := unitNorm(d, false).Add(length.Scale(lambda))
	ratio := trust(length.Scale(or(r.Trust, 1e-3)), slope, length.Mul(slope))
	v.CopyFrom(v.Scale(or(r.Momentum, 0.9)).Add(d.Add(w.Scale(lambda)).Mul(ratio)))
	p.CopyFrom(w.Sub(v.Scale(at.rate(or(r.LR, 0.1)))))
}
