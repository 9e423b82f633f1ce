package op

import (
	"math"
	"slices"

	"github.com/jimu-ml/jimu/tensor"
)

// Bilinear returns a map of two vectors that is linear in each.
//
//	x [… m], z [… n], w [out m n], b [out] or nil → y [… out]
//	y[o] = Σ x[i] · w[o, i, j] · z[j] + b[o]
//
// It panics with a [tensor.Error] if the shapes do not fit.
//
// Tenenbaum and Freeman, Separating Style and Content with Bilinear Models, 2000.
func Bilinear(x, z, w, b *tensor.Tensor) *tensor.Tensor {
	checkFloat("Bilinear", x)
	checkType("Bilinear", "second input", z, x)
	checkType("Bilinear", "weight", w, x)
	if w.Rank() != 3 || x.Rank() < 1 || z.Rank() != x.Rank() || x.Dim(-1) != w.Dim(1) || z.Dim(-1) != w.Dim(2) ||
		!slices.Equal(x.Shape()[:x.Rank()-1], z.Shape()[:z.Rank()-1]) {
		panic(tensor.Errorf("Bilinear", "weight %v does not fit %v and %v", w, x, z))
	}
	checkVector("Bilinear", "bias", b, w.Dim(0), "the first axis", w)
	rows, out := matrix(x), w.Dim(0)
	all := rows.MatMul(w.Permute(1, 0, 2).Reshape(w.Dim(1), out*w.Dim(2)))           // [r out·n]
	y := all.Reshape(rows.Dim(0), out, w.Dim(2)).Mul(matrix(z).Unsqueeze(1)).Sum(-1) // [r out]
	if b != nil {
		y = y.Add(b)
	}
	shape := slices.Clone(x.Shape())
	shape[len(shape)-1] = out
	return y.Reshape(shape...)
}

// CosineSimilarity returns the cosine of the angle between vectors along an axis, which disappears.
//
//	x, z […] that broadcast → y […]
//	y = Σ x·z / (max(‖x‖, ε) · max(‖z‖, ε))
//
// PyTorch has ε = 1e-8. It panics with a [tensor.Error] if the shapes do not broadcast.
func CosineSimilarity(x, z *tensor.Tensor, axis int, eps float64) *tensor.Tensor {
	checkFloat("CosineSimilarity", x)
	checkType("CosineSimilarity", "second input", z, x)
	shape := tensor.Broadcast("CosineSimilarity", x, z)
	x, z = x.Expand(shape...), z.Expand(shape...)
	axis = front("CosineSimilarity", x, axis)
	return UnitNorm(x, axis, eps).Mul(UnitNorm(z, axis, eps)).Sum(axis)
}

// UnitNorm scales vectors along an axis to length 1.
//
//	y = x / max(‖x‖, ε)    ‖x‖ = √Σ x² along the axis
//
// PyTorch and Keras have ε = 1e-12. A vector of zeros stays so, and its gradient is dy/ε.
func UnitNorm(x *tensor.Tensor, axis int, eps float64) *tensor.Tensor {
	checkFloat("UnitNorm", x)
	axis = front("UnitNorm", x, axis)
	return x.Div(atLeast(rootOf(x.Square().SumKeep(axis), 2), eps))
}

// atLeast returns x, or a bound where x is below it.
func atLeast(x *tensor.Tensor, bound float64) *tensor.Tensor {
	low := x.FullLike(bound)
	return tensor.Where(x.Bare().Less(low), low, x)
}

// PairwiseDistance returns the p-norm of the difference of vectors along the last axis, which disappears.
//
//	x, z [… d] that broadcast → y […]
//	y = (Σ |x − z + ε|ᵖ)^(1/p)
//
// p = 2 is the Euclidean distance; an infinite p takes the largest. PyTorch has ε = 1e-6, which keeps the gradient of equal vectors
// finite; here 0 does too. It panics with a [tensor.Error] if the shapes do not broadcast, or unless p ≥ 1.
func PairwiseDistance(x, z *tensor.Tensor, p, eps float64) *tensor.Tensor {
	checkFloat("PairwiseDistance", x)
	checkType("PairwiseDistance", "second input", z, x)
	if !(p >= 1) {
		panic(tensor.Errorf("PairwiseDistance", "p is %g for %v; want 1 or more", p, x))
	}
	d := x.Sub(z)
	if eps != 0 {
		d = d.AddScalar(eps)
	}
	if math.IsInf(p, 1) {
		return d.Abs().Max(-1)
	}
	return rootOf(powerOf(d, p).Sum(-1), p)
}
