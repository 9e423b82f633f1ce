package optim

import (
	"math"

	"github.com/jimu-ml/jimu/tensor"
)

// MoMo is momentum that chooses its rate, up to η, by a model of the loss that knows a lower bound.
//
//	m ← βm + (1 − β)g    f ← βf + (1 − β)loss    γ ← βγ + (1 − β)⟨g, p⟩        β is 0 in the first update
//	τ = min(η, max((1 + ηλ)(f − γ − bound) + ⟨m, p⟩, 0)/‖m‖²)
//	p ← p/(1 + ηλ) − τm
//
// ⟨·⟩ and ‖·‖ are over all parameters of the rule: see [Joint]. It needs the loss: [Optimizer.StepWith], which train.Step
// uses; it panics with a [tensor.Error] without.
//
// Schaipp, Ohana, Eickenberg, Defazio and Gower, MoMo: Momentum Models for Adaptive Learning Rates, 2023
// (arXiv:2305.07583), algorithm 1.
type MoMo struct {
	Most        float64 // η, the largest rate; 0 means 1
	Momentum    float64 // β; 0 means 0.9, None 0
	Bound       float64 // what the loss never falls below
	WeightDecay float64 // λ
}

// Slots returns m in the parameter's shape, and the numbers loss and gamma.
func (r MoMo) Slots() []string { return []string{"m", "loss", "gamma"} }

// SlotsOf returns m, loss and gamma.
func (r MoMo) SlotsOf(shape []int) []Slot {
	return []Slot{{"m", shape}, {"loss", nil}, {"gamma", nil}}
}

// Update moves p along g.
func (r MoMo) Update(p, g *tensor.Tensor, slots []*tensor.Tensor, at At) {
	r.UpdateAll([]Move{{p, g, slots, at}})
}

// UpdateAll moves the parameters with one rate.
func (r MoMo) UpdateAll(moves []Move) {
	at, beta := moves[0].At, or(r.Momentum, 0.9)
	at.needLoss("MoMo")
	if at.Step == 1 {
		beta = 0
	}
	var slopes, dots, squares []*tensor.Tensor
	for _, x := range moves {
		keep := or(r.Momentum, 0.9)
		if x.At.Step == 1 {
			keep = 0
		}
		w, g := wide(x.P), x.At.grad(x.G)
		m := mix(x.Slots[0], g, keep)
		slopes, dots = append(slopes, g.Mul(w).Sum()), append(dots, m.Mul(w).Sum())
		squares = append(squares, m.Square().Sum())
	}
	f := beta*shared(moves, 1, 0) + float64((1-beta)*at.Loss)
	gamma := beta*shared(moves, 2, 0) + float64((1-beta)*total(slopes))
	lr, tau := at.rate(or(r.Most, 1)), 0.0
	shrink := 1 + float64(lr*or(r.WeightDecay, 0))
	if square := total(squares); square > 0x1p-52 {
		tau = min(lr, math.Max(float64(shrink*(f-gamma-r.Bound))+total(dots), 0)/square)
	}
	for _, x := range moves {
		x.P.CopyFrom(wide(x.P).Scale(1 / shrink).Sub(x.Slots[0].Scale(tau)))
		x.Slots[1].Fill(f)
		x.Slots[2].Fill(gamma)
	}
}

// needLoss panics if the loss is not known.
func (a At) needLoss(rule string) {
	if !a.known() {
		panic(tensor.Errorf("optim."+rule, "the rule needs the loss: use StepWith, or train.Step"))
	}
}

// PolyakSGD is [SGD] that takes the step at whose end the loss, were it linear, would be at its least.
//
//	p ← p − η min((loss − least)/(‖g‖² + ε), most) · g
//
// ‖·‖ is over all parameters of the rule: see [Joint]. It needs the loss, as [MoMo] does, and its least value: 0 for a model
// that can fit its examples.
//
// Loizou, Vaswani, Laradji and Lacoste-Julien, Stochastic Polyak Step-size for SGD, 2021 (arXiv:2002.10542), equation 3.
type PolyakSGD struct {
	Scale float64 // η; 0 means 1
	Most  float64 // 0 means 1
	Least float64
	Eps   float64 // ε
}

// Slots returns nothing.
func (r PolyakSGD) Slots() []string { return nil }

// Update moves p along g.
func (r PolyakSGD) Update(p, g *tensor.Tensor, slots []*tensor.Tensor, at At) {
	r.UpdateAll([]Move{{p, g, slots, at}})
}

// UpdateAll moves the parameters with one rate.
func (r PolyakSGD) UpdateAll(moves []Move) {
	at := moves[0].At
	at.needLoss("PolyakSGD")
	var squares []*tensor.Tensor
	for _, x := range moves {
		squares = append(squares, x.At.grad(x.G).Square().Sum())
	}
	square, step := total(squares)+or(r.Eps, 0), 0.0
	if square > 0x1p-52 {
		step = min((at.Loss-r.Least)/square, or(r.Most, 1))
	}
	for _, x := range moves {
		x.P.CopyFrom(wide(x.P).Sub(x.At.grad(x.G).Scale(step * at.rate(or(r.Scale, 1)))))
	}
}
