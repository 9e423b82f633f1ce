package optim

import (
	"math"

	"github.com/jimu-ml/jimu/tensor"
)

// ScheduleFreeSGD is [SGD] that averages as it goes, and so needs no schedule that knows where the run ends. The
// parameters while training are y; to predict, x is used: see [Twin].
//
//	z ← z − η(g + λy)                      z is y at first; g, the gradient at y
//	c = w/Σw    x ← (1 − c)x + cz          w = (the largest η so far)²
//	y ← βx + (1 − β)z
//
// train.Fit evaluates at x and leaves x in the model when it is done. Statistics of batch normalization are those of y. A
// warm-up helps: [WarmUp].
//
// Defazio et al., The Road Less Scheduled, 2024 (arXiv:2405.15682), section 2.
type ScheduleFreeSGD struct {
	LR          float64 // η; 0 means 1
	Beta        float64 // β; 0 means 0.9
	WeightDecay float64 // λ, at y
}

// Slots returns z, and weight and most, which are Σw and the largest η.
func (r ScheduleFreeSGD) Slots() []string { return []string{"z", "weight", "most"} }

// SlotsOf returns z in the parameter's shape, and two numbers.
func (r ScheduleFreeSGD) SlotsOf(shape []int) []Slot {
	return []Slot{{"z", shape}, {"weight", nil}, {"most", nil}}
}

// Update moves p along g.
func (r ScheduleFreeSGD) Update(p, g *tensor.Tensor, slots []*tensor.Tensor, at At) {
	_, d := decay(wide(p), at.grad(g), or(r.WeightDecay, 0), 0, false)
	freeStep(p, d, slots, at, at.rate(or(r.LR, 1)), or(r.Beta, 0.9))
}

// Eval returns x.
func (r ScheduleFreeSGD) Eval(p *tensor.Tensor, slots []*tensor.Tensor) *tensor.Tensor {
	return freeEval(wide(p), slots[0], or(r.Beta, 0.9))
}

// ScheduleFreeAdamW is [AdamW] that averages as it goes, and so needs no schedule that knows where the run ends. The
// parameters while training are y; to predict, x is used: see [Twin].
//
//	v ← β₂v + (1 − β₂)g²
//	z ← z − η(g/(√(v/(1 − β₂ᵗ)) + ε) + λy)    then as [ScheduleFreeSGD], with β₁ for β
//
// Defazio et al., The Road Less Scheduled, 2024 (arXiv:2405.15682), algorithm 1.
type ScheduleFreeAdamW struct {
	LR          float64 // η; 0 means 2.5e-3
	Beta1       float64 // β₁; 0 means 0.9
	Beta2       float64 // β₂; 0 means 0.999, None 0
	Eps         float64 // ε; 0 means 1e-8, None 0
	WeightDecay float64 // λ, at y
}

// Slots returns z, weight, most and v.
func (r ScheduleFreeAdamW) Slots() []string { return []string{"z", "weight", "most", "v"} }

// SlotsOf returns z and v in the parameter's shape, and two numbers.
func (r ScheduleFreeAdamW) SlotsOf(shape []int) []Slot {
	return []Slot{{"z", shape}, {"weight", nil}, {"most", nil}, {"v", shape}}
}

// Update moves p along g.
func (r ScheduleFreeAdamW) Update(p, g *tensor.Tensor, slots []*tensor.Tensor, at At) {
	beta2, d := or(r.Beta2, 0.999), at.grad(g)
	v := mix(slots[3], d.Square(), beta2)
	d = d.Div(v.Scale(1 / debias(beta2, at.Step)).Sqrt().AddScalar(or(r.Eps, 1e-8)))
	_, d = decay(wide(p), d, or(r.WeightDecay, 0), 0, false)
	freeStep(p, d, slots, at, at.rate(or(r.LR, 2.5e-3)), or(r.Beta1, 0.9))
}

// Eval returns x.
func (r ScheduleFreeAdamW) Eval(p *tensor.Tensor, slots []*tensor.Tensor) *tensor.Tensor {
	return freeEval(wide(p), slots[0], or(r.Beta1, 0.9))
}

// freeStep moves z along d, and y = p with it.
func freeStep(p, d *tensor.Tensor, slots []*tensor.Tensor, at At, lr, beta float64) {
	z, y := slots[0], wide(p)
	if at.Step == 1 {
		z.CopyFrom(y)
	}
	x := freeEval(y, z, beta)
	most := math.Max(slots[2].Item(), lr)
	sum := slots[1].Item() + float64(most*most)
	slots[2].Fill(most)
	slots[1].Fill(sum)
	c := 0.0
	if sum > 0 {
		c = most * most / sum
	}
	z.CopyFrom(z.Sub(d.Scale(lr)))
	p.CopyFrom(x.Scale(1 - c).Add(z.Scale(c)).Scale(beta).Add(z.Scale(1 - beta)))
}

// freeEval returns x of y = βx + (1 − β)z.
func freeEval(y, z *tensor.Tensor, beta float64) *tensor.Tensor {
	return y.Sub(z.Scale(1 - beta)).Scale(1 / beta)
}
