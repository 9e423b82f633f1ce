package optim

import "github.com/jimu-ml/jimu/tensor"

// Rprop gives each element a step of its own, which grows while its gradient keeps its sign and shrinks when it turns. It
// looks at signs only, and so is for whole data sets, not batches.
//
//	s ← min(s·η₊, most) where gg′ > 0,  max(s·η₋, least) and g ← 0 where gg′ < 0      s is η at first; g′, the g before
//	p ← p − s sign(g)
//
// The rate's schedule scales the first s only.
//
// Riedmiller and Braun, A Direct Adaptive Method for Faster Backpropagation Learning: The RPROP Algorithm, 1993; where the
// gradient turns it stays, as in iRprop− (Igel and Hüsken, 2000) and PyTorch, rather than goes back.
type Rprop struct {
	LR     float64 // η; 0 means 0.01
	Grow   float64 // η₊; 0 means 1.2
	Shrink float64 // η₋; 0 means 0.5
	Least  float64 // 0 means 1e-6
	Most   float64 // 0 means 50
}

// Slots returns size and before.
func (r Rprop) Slots() []string { return []string{"size", "before"} }

// Update moves p along g.
func (r Rprop) Update(p, g *tensor.Tensor, slots []*tensor.Tensor, at At) {
	elementwise(p, g, slots, func(p, g *tensor.Tensor, slots []*tensor.Tensor) { r.update(p, g, slots, at) })
}

func (r Rprop) update(p, g *tensor.Tensor, slots []*tensor.Tensor, at At) {
	size, before := slots[0], slots[1]
	if at.Step == 1 {
		size.Fill(at.rate(or(r.LR, 0.01)))
	}
	d := at.grad(g)
	turn, zero := d.Mul(before), d.FullLike(0)
	by := tensor.Where(turn.Greater(zero), zero.AddScalar(or(r.Grow, 1.2)), zero.AddScalar(1))
	by = tensor.Where(turn.Less(zero), zero.AddScalar(or(r.Shrink, 0.5)), by)
	size.CopyFrom(size.Mul(by).Maximum(zero.AddScalar(or(r.Least, 1e-6))).Minimum(zero.AddScalar(or(r.Most, 50))))
	d = tensor.Where(turn.Less(zero), zero, d)
	p.CopyFrom(wide(p).Sub(d.Sign().Mul(size)))
	before.CopyFrom(d)
}
