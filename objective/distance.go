package objective

import "github.com/jimu-ml/jimu/tensor"

// A Distance says how far vectors are apart: x [… d], y [… d] → […], broadcast.
type Distance func(x, y *tensor.Tensor) *tensor.Tensor

// Euclidean is the [Distance] √Σ(x − y)². Its gradient is 0 where x = y.
func Euclidean(x, y *tensor.Tensor) *tensor.Tensor { return length(x.Sub(y), 1e-12).Squeeze(-1) }

// SquaredEuclidean is the [Distance] Σ(x − y)².
func SquaredEuclidean(x, y *tensor.Tensor) *tensor.Tensor { return x.Sub(y).Square().Sum(-1) }

// Manhattan is the [Distance] Σ|x − y|.
func Manhattan(x, y *tensor.Tensor) *tensor.Tensor { return x.Sub(y).Abs().Sum(-1) }

// Angular is the [Distance] 1 − cos(x, y).
func Angular(x, y *tensor.Tensor) *tensor.Tensor {
	return unit(x).Mul(unit(y)).Sum(-1).Neg().AddScalar(1)
}

// or returns the distance, Euclidean if it is nil.
func (d Distance) or() Distance {
	if d == nil {
		return Euclidean
	}
	return d
}

// Cosines returns the cosine of the angle between each vector of x and each of w, such as examples and the directions of
// classes.
//
//	x [n d], w [c d] → cosines [n c]
func Cosines(x, w *tensor.Tensor) *tensor.Tensor { return unit(x).MatMul(unit(w).T()) }
