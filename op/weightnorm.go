package op

import (
	"slices"

	"github.com/jimu-ml/jimu/tensor"
)

// WeightNorm gives each output of a weight a length of its own.
//
//	v [out …], g [out] → w [out …]
//	w = g · v / ‖v‖     ‖v‖ over all axes but the first
//
// It panics with a [tensor.Error] if g is not [out].
//
// Salimans and Kingma, Weight Normalization, 2016 (arXiv:1602.07868), equation 2.
func WeightNorm(v, g *tensor.Tensor) *tensor.Tensor {
	rows, first := weightRows("WeightNorm", v)
	checkVector("WeightNorm", "length", g, v.Dim(0), "the first axis", v)
	length := rootOf(rows.Square().Sum(1), 2)
	return v.Mul(g.Div(length).Reshape(first...))
}

// WeightStandard brings each output of a weight to mean 0 and variance 1.
//
//	v [out …] → w [out …]
//	w = (v − μ) / √(σ² + ε)     μ, σ² over all axes but the first; σ² divides by their number
//
// With group norm behind it, it does for small batches what batch norm does for large ones. ε is 1e-5 in the paper's code, which adds
// it to σ; here it stands under the root.
//
// Qiao, Wang, Liu, Shen and Yuille, Micro-Batch Training with Batch-Channel Normalization and Weight Standardization, 2019
// (arXiv:1903.10520), equation 6.
func WeightStandard(v *tensor.Tensor, eps float64) *tensor.Tensor {
	rows, _ := weightRows("WeightStandard", v)
	centred := rows.Sub(rows.MeanKeep(1))
	return centred.Mul(centred.Square().MeanKeep(1).AddScalar(eps).PowScalar(-0.5)).Reshape(v.Shape()...)
}

// SpectralNorm divides a weight by its largest singular value, as two unit vectors tell it.
//
//	w [out …], u [out], v [rest] → w / σ     σ = uᵀ W v, W = w as [out rest]
//
// u and v are those of [PowerIteration]; no gradient flows to them. It panics with a [tensor.Error] if the shapes do not fit.
//
// Miyato, Kataoka, Koyama and Yoshida, Spectral Normalization for Generative Adversarial Networks, 2018 (arXiv:1802.05957),
// equation 8 and algorithm 1.
func SpectralNorm(w, u, v *tensor.Tensor) *tensor.Tensor {
	rows, _ := weightRows("SpectralNorm", w)
	checkVector("SpectralNorm", "u", u, rows.Dim(0), "the rows", rows)
	checkVector("SpectralNorm", "v", v, rows.Dim(1), "the last axis", rows)
	sigma := rows.MatMul(v.Detach().Unsqueeze(1)).Mul(u.Detach().Unsqueeze(1)).Sum()
	return w.Div(sigma)
}

// PowerIteration brings u and v nearer to the first singular vectors of a weight, times steps.
//
//	w [out …], u [out] → u [out], v [rest]
//	v ← Wᵀu / ‖Wᵀu‖    u ← Wv / ‖Wv‖     W = w as [out rest]
//
// It has no gradient, and refuses inputs that are tracked: Detach them.
func PowerIteration(w, u *tensor.Tensor, steps int, eps float64) (next, v *tensor.Tensor) {
	rows, _ := weightRows("PowerIteration", w)
	checkVector("PowerIteration", "u", u, rows.Dim(0), "the rows", rows)
	tensor.NonDifferentiable("PowerIteration", w, u)
	if steps < 1 {
		panic(tensor.Errorf("PowerIteration", "%d steps for %v; want 1 or more", steps, w))
	}
	column := u.Unsqueeze(1)
	var other *tensor.Tensor
	for range steps {
		other = UnitNorm(rows.T().MatMul(column), 0, eps)
		column = UnitNorm(rows.MatMul(other), 0, eps)
	}
	return column.Squeeze(1), other.Squeeze(1)
}

// weightRows returns a weight as [out rest], and the shape [out 1 …].
func weightRows(op string, w *tensor.Tensor) (rows *tensor.Tensor, first []int) {
	checkFloat(op, w)
	if w.Rank() < 2 {
		panic(tensor.Errorf(op, "weight %v is not [out …] with axes behind the first", w))
	}
	first = slices.Repeat([]int{1}, w.Rank())
	first[0] = w.Dim(0)
	return w.Flatten(1, -1), first
}
