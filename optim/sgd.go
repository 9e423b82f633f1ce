package optim

import (
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/tensor"
)

// SGD is stochastic gradient descent, with momentum if asked for.
//
//	g ← g + λp
//	v ← g in the first update, else μv + (1 − τ)g
//	p ← p − η v            with Nesterov p − η (g + μv), without momentum p − η g
//
// The learning rate multiplies the velocity when it is used, as in PyTorch; in the paper it is part of the velocity.
// The two agree as long as the rate is constant.
//
// Sutskever, Martens, Dahl and Hinton, On the importance of initialization and momentum in deep learning, 2013,
// equations 1 to 4.
type SGD struct {
	LR          float64 // η; 0 means 1e-3
	Momentum    float64 // μ
	Dampening   float64 // τ
	Nesterov    bool
	WeightDecay float64 // λ, added to the gradient
}

// Slots returns velocity, if there is momentum.
func (r SGD) Slots() []string {
	if r.Momentum == 0 {
		return nil
	}
	return []string{"velocity"}
}

// Update moves p along g.
func (r SGD) Update(p, g *tensor.Tensor, slots []*tensor.Tensor, at At) {
	out := []*tensor.Tensor{p}
	if r.Momentum != 0 {
		out = append(out, slots[0])
	}
	attr := device.Attr{Flag: r.Nesterov}
	attr.Scalars = [8]float64{at.rate(r.LR), r.Momentum, r.Dampening, r.WeightDecay, 0, at.Scale}
	if at.Step == 1 {
		attr.Scalars[4] = 1
	}
	if tensor.Try(device.SGD, &attr, out, g) {
		return
	}
	w, d := wide(p), wide(g).Scale(at.Scale)
	if r.WeightDecay != 0 {
		d = d.Add(w.Scale(r.WeightDecay))
	}
	if r.Momentum != 0 {
		v := d
		if at.Step > 1 {
			v = slots[0].Scale(r.Momentum).Add(d.Scale(1 - r.Dampening))
		}
		slots[0].CopyFrom(v)
		if r.Nesterov {
			d = d.Add(v.Scale(r.Momentum))
		} else {
			d = v
		}
	}
	p.CopyFrom(w.Sub(d.Scale(at.rate(r.LR))))
}
