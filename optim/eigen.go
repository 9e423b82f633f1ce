package optim

import (
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// eigen returns the eigenvalues of a symmetric matrix [n n], row-major, falling, and the eigenvectors as the columns of v.
// It computes on the host, in float64.
func eigen(a []float64, n int) (values, v []float64) {
	w, u := op.Eigh(tensor.Of(a, n, n))
	return tensor.Values[float64](w.Flip(0)), tensor.Values[float64](u.Flip(1))
}

// orthonormal returns the matrix Q of a QR decomposition of a matrix [n n], row-major, by Householder's reflections, so
// that it is orthogonal whatever the rank.
func orthonormal(a []float64, n int) []float64 {
	q, _ := op.QR(tensor.Of(a, n, n))
	return tensor.Values[float64](q)
}

// square returns numbers as a tensor [n n] of the type and on the device of x.
func square(v []float64, n int, x *tensor.Tensor) *tensor.Tensor {
	return tensor.Of(v, n, n).Cast(x.DType()).To(x.Device())
}
