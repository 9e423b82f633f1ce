package optim

import (
	"math"

	"github.com/jimu-ml/jimu/tensor"
)

// ASGD is [SGD] with a falling rate that averages the parameters, and predicts with the average: see [Twin].
//
//	η = η₀/(1 + λη₀(t − 1))^α        t, the number of this update from 1
//	g ← g + decay · p    p ← p − η(λp + g)
//	a ← a + (p − a)/max(1, t − 1 − Start)
//
// Polyak and Juditsky, Acceleration of Stochastic Approximation by Averaging, 1992; the rates are Bottou's and PyTorch's.
type ASGD struct {
	LR          float64 // η₀; 0 means 0.01
	Lambda      float64 // λ; 0 means 1e-4, None 0
	Alpha       float64 // α; 0 means 0.75, None 0
	Start       float64 // updates before the average begins; 0 means 10⁶, None 0
	WeightDecay float64 // added to the gradient
}

// Slots returns average.
func (r ASGD) Slots() []string { return []string{"average"} }

// Update moves p along g.
func (r ASGD) Update(p, g *tensor.Tensor, slots []*tensor.Tensor, at At) {
	lr, lambda, done, a := at.rate(or(r.LR, 0.01)), or(r.Lambda, 1e-4), float64(at.Step-1), slots[0]
	eta := lr / math.Pow(1+lambda*lr*done, or(r.Alpha, 0.75))
	w, d := decay(wide(p), at.grad(g), or(r.WeightDecay, 0), 0, false)
	w = w.Scale(1 - float64(lambda*eta)).Sub(d.Scale(eta))
	mix(a, w, 1-1/math.Max(1, done-or(r.Start, 1e6)))
	p.CopyFrom(w)
}

// Eval returns the average.
func (r ASGD) Eval(_ *tensor.Tensor, slots []*tensor.Tensor) *tensor.Tensor { return slots[0].Clone() }
