package optim

import (
	"math"

	"github.com/jimu-ml/jimu/tensor"
)

// Adafactor is [Adam] whose second moment is the product of one number a row and one a column, with steps that are a
// share of the parameter: of an [n m] matrix it keeps n + m numbers.
//
//	ρ = t^−0.8        R ← (1 − ρ)R + ρ mean(g²) over columns    C alike over rows    V = R C / mean(R)
//	u = g/√V          vectors keep V itself
//	p ← p − ηλp − max(ε₂, rms(p)) · min(η, 1/√t) · u / max(1, rms(u)/d)
//
// Of more than two axes it factors the last two. t is the number of this update from 1. It keeps no momentum. ε₁, the
// least √V, is PyTorch's; the paper adds 1e-30 to g².
//
// Shazeer and Stern, Adafactor: Adaptive Learning Rates with Sublinear Memory Cost, 2018 (arXiv:1804.04235), algorithms 4
// and 5.
type Adafactor struct {
	LR          float64 // η; 0 means 0.01
	Decay       float64 // of ρ; 0 means 0.8
	Eps1        float64 // ε₁; 0 means 2⁻²³
	Eps2        float64 // ε₂; 0 means 1e-3, None 0
	Clip        float64 // d; 0 means 1
	WeightDecay float64 // λ, apart from the gradient
}

// Slots returns row and column, or v for a vector.
func (r Adafactor) Slots() []string { return []string{"row", "column", "v"} }

// SlotsOf returns row and column for a parameter with two axes or more, v in the parameter's shape for others.
func (r Adafactor) SlotsOf(shape []int) []Slot {
	n := len(shape)
	if n < 2 {
		return []Slot{{"v", shape}}
	}
	row, column := make([]int, n), make([]int, n)
	copy(row, shape)
	copy(column, shape)
	row[n-1], column[n-2] = 1, 1
	return []Slot{{"row", row}, {"column", column}}
}

// Update moves p along g.
func (r Adafactor) Update(p, g *tensor.Tensor, slots []*tensor.Tensor, at At) {
	lr, eps, t := at.rate(or(r.LR, 0.01)), or(r.Eps1, 0x1p-23), float64(at.Step)
	w, d := wide(p), at.grad(g)
	keep := 1 - math.Pow(t, -or(r.Decay, 0.8))
	square := d.Square()
	var v *tensor.Tensor
	if len(slots) == 1 {
		v = mix(slots[0], square, keep)
	} else {
		row, column := mix(slots[0], square.MeanKeep(-1), keep), mix(slots[1], square.MeanKeep(-2), keep)
		mean := row.MeanKeep(-2)
		v = row.Mul(column).Div(mean.Maximum(mean.FullLike(eps)))
	}
	u := d.Div(v.Maximum(v.FullLike(eps * eps)).Sqrt())
	size := rms(w)
	size = size.Maximum(size.FullLike(or(r.Eps2, 1e-3))).Scale(min(lr, 1/math.Sqrt(t)))
	over := rms(u).Scale(1 / or(r.Clip, 1))
	size = size.Div(over.Maximum(over.FullLike(1)))
	p.CopyFrom(w.Scale(1 - float64(lr*or(r.WeightDecay, 0))).Sub(u.Mul(size)))
}

// rms returns the root mean square of x.
func rms(x *tensor.Tensor) *tensor.Tensor { return x.Square().Mean().Sqrt() }
