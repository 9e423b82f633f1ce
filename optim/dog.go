package optim

import (
	"math"

	"github.com/jimu-ml/jimu/tensor"
)

// DoG is [SGD] that finds its rate: the distance from the start over the root of all squared gradients. Leave Scale at 1.
//
//	r ← max(r, ‖p − p₀‖)    G ← G + ‖g‖²        r is ρ(1 + ‖p₀‖) at first
//	p ← p − η r/√(G + ε) · g
//
// Norms are over all parameters of the rule: see [Joint]. The paper predicts with an average of the iterates: [Average].
//
// Ivgi, Hinder and Carmon, DoG is SGD's Best Friend, 2023 (arXiv:2302.12022), equation 2.
type DoG struct {
	Scale       float64 // η; 0 means 1
	Rho         float64 // ρ; 0 means 1e-6
	Eps         float64 // ε; 0 means 1e-8
	WeightDecay float64 // added to the gradient
}

// Slots returns start in the parameter's shape, and the numbers distance and squares.
func (r DoG) Slots() []string { return distanceSlots }

// SlotsOf returns start, distance and squares.
func (r DoG) SlotsOf(shape []int) []Slot { return distanceSlotsOf(shape) }

// Update moves p along g.
func (r DoG) Update(p, g *tensor.Tensor, slots []*tensor.Tensor, at At) {
	r.UpdateAll([]Move{{p, g, slots, at}})
}

// UpdateAll moves the parameters with one rate.
func (r DoG) UpdateAll(moves []Move) {
	far, square, length := distances(moves, or(r.WeightDecay, 0))
	most := math.Max(shared(moves, 1, or(r.Rho, 1e-6)*(1+length)), far)
	sum := shared(moves, 2, 0) + square
	along(moves, or(r.WeightDecay, 0), or(r.Scale, 1)*most/math.Sqrt(sum+or(r.Eps, 1e-8)), most, sum)
}

// DoWG is [DoG] that weighs recent gradients more, since they were taken farther from the start.
//
//	r ← max(r, ‖p − p₀‖²)    G ← G + r‖g‖²        r is ε at first
//	p ← p − η r/(√G + ε) · g
//
// Khaled, Mishchenko and Jin, DoWG Unleashed: An Efficient Universal Parameter-Free Gradient Descent Method, 2023
// (arXiv:2305.16284), algorithm 1; ε is Optax's.
type DoWG struct {
	Scale       float64 // η; 0 means 1
	Eps         float64 // ε; 0 means 1e-4
	WeightDecay float64 // added to the gradient
}

// Slots returns start in the parameter's shape, and the numbers distance and squares.
func (r DoWG) Slots() []string { return distanceSlots }

// SlotsOf returns start, distance and squares.
func (r DoWG) SlotsOf(shape []int) []Slot { return distanceSlotsOf(shape) }

// Update moves p along g.
func (r DoWG) Update(p, g *tensor.Tensor, slots []*tensor.Tensor, at At) {
	r.UpdateAll([]Move{{p, g, slots, at}})
}

// UpdateAll moves the parameters with one rate.
func (r DoWG) UpdateAll(moves []Move) {
	eps := or(r.Eps, 1e-4)
	far, square, _ := distances(moves, or(r.WeightDecay, 0))
	most := math.Max(shared(moves, 1, eps), far*far)
	sum := shared(moves, 2, 0) + float64(most*square)
	along(moves, or(r.WeightDecay, 0), or(r.Scale, 1)*most/(math.Sqrt(sum)+eps), most, sum)
}

var distanceSlots = []string{"start", "distance", "squares"}

func distanceSlotsOf(shape []int) []Slot {
	return []Slot{{"start", shape}, {"distance", nil}, {"squares", nil}}
}

// distances returns how far all parameters are from the start, the squared norm of the gradients, and the norm of the
// parameters.
func distances(moves []Move, lambda float64) (far, square, length float64) {
	var away, slope, size []*tensor.Tensor
	for _, x := range moves {
		w, g := decay(wide(x.P), x.At.grad(x.G), lambda, 0, false)
		if x.At.Step == 1 {
			x.Slots[0].CopyFrom(w)
		}
		away = append(away, w.Sub(x.Slots[0]).Square().Sum())
		slope = append(slope, g.Square().Sum())
		size = append(size, w.Square().Sum())
	}
	return math.Sqrt(total(away)), total(slope), math.Sqrt(total(size))
}

// along moves the parameters along their gradients, and notes two numbers.
func along(moves []Move, lambda, rate, first, second float64) {
	for _, x := range moves {
		w, g := decay(wide(x.P), x.At.grad(x.G), lambda, 0, false)
		x.P.CopyFrom(w.Sub(g.Scale(rate * x.At.Rate)))
		x.Slots[1].Fill(first)
		x.Slots[2].Fill(second)
	}
}
