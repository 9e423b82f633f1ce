package optim

import "github.com/jimu-ml/jimu/tensor"

// RMSProp divides the gradient by the root of the running mean of its square.
//
//	g ← g + λp
//	v ← αv + (1 − α)g²
//	r = √v + ε        centered: a ← αa + (1 − α)g    r = √(v − a²) + ε
//	p ← p − η g/r     with momentum b ← μb + g/r    p ← p − η b
//
// ε is outside the root, as in PyTorch; Keras and Optax have it inside.
//
// Tieleman and Hinton, Neural Networks for Machine Learning, lecture 6.5, 2012; centered, Graves, Generating Sequences
// With Recurrent Neural Networks, 2013 (arXiv:1308.0850), equations 38 to 41.
type RMSProp struct {
	LR          float64 // η; 0 means 0.01
	Alpha       float64 // α; 0 means 0.99
	Eps         float64 // ε; 0 means 1e-8, None 0
	Momentum    float64 // μ
	Centered    bool
	WeightDecay float64 // λ, added to the gradient
}

// Slots returns v, and mean and momentum if they are asked for.
func (r RMSProp) Slots() []string {
	names := []string{"v"}
	if r.Centered {
		names = append(names, "mean")
	}
	if r.Momentum > 0 {
		names = append(names, "momentum")
	}
	return names
}

// Update moves p along g.
func (r RMSProp) Update(p, g *tensor.Tensor, slots []*tensor.Tensor, at At) {
	elementwise(p, g, slots, func(p, g *tensor.Tensor, slots []*tensor.Tensor) { r.update(p, g, slots, at) })
}

func (r RMSProp) update(p, g *tensor.Tensor, slots []*tensor.Tensor, at At) {
	lr, alpha := at.rate(or(r.LR, 0.01)), or(r.Alpha, 0.99)
	w, d := decay(wide(p), at.grad(g), or(r.WeightDecay, 0), lr, false)
	square := mix(slots[0], d.Square(), alpha)
	if r.Centered {
		// Rounding may take the variance below zero, where the gradient hardly changes.
		square = square.Sub(mix(slots[1], d, alpha).Square())
		square = square.Maximum(square.FullLike(0))
	}
	d = d.Div(square.Sqrt().AddScalar(or(r.Eps, 1e-8)))
	if r.Momentum > 0 {
		b := slots[len(slots)-1]
		b.CopyFrom(b.Scale(r.Momentum).Add(d))
		d = b
	}
	p.CopyFrom(w.Sub(d.Scale(lr)))
}
