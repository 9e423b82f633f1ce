package optim

import "github.com/jimu-ml/jimu/tensor"

// AdamW is [Adam] with weight decay apart from the gradient.
//
//	m ← β₁m + (1 − β₁)g    v ← β₂v + (1 − β₂)g²
//	p ← p − ηλp − η · m/(1 − β₁ᵗ) / (√(v/(1 − β₂ᵗ)) + ε)
//
// The decay is multiplied by the learning rate η, as in PyTorch; in the paper only by its schedule. Biases and gains
// are usually not decayed:
//
//	opt := optim.New(optim.AdamW{LR: 3e-4}, params).Group(optim.AdamW{LR: 3e-4, WeightDecay: optim.None}, optim.Vectors)
//
// Loshchilov and Hutter, Decoupled Weight Decay Regularization, 2019 (arXiv:1711.05101), algorithm 2.
type AdamW struct {
	LR          float64 // η; 0 means 1e-3
	Beta1       float64 // β₁; 0 means 0.9, None 0
	Beta2       float64 // β₂; 0 means 0.999, None 0
	Eps         float64 // ε; 0 means 1e-8, None 0
	WeightDecay float64 // λ; 0 means 0.01, None 0
}

// Slots returns m and v.
func (r AdamW) Slots() []string { return []string{"m", "v"} }

// Update moves p along g.
func (r AdamW) Update(p, g *tensor.Tensor, slots []*tensor.Tensor, at At) {
	Adam{LR: r.LR, Beta1: r.Beta1, Beta2: r.Beta2, Eps: r.Eps}.update(p, g, slots, at, or(r.WeightDecay, 0.01), true)
}
