package op

import (
	"math"

	"github.com/jimu-ml/jimu/tensor"
)

// A MatrixNormKind says which norm of a matrix is meant.
type MatrixNormKind int

// The norms of matrices.
const (
	Frobenius MatrixNormKind = iota // √Σ xᵢⱼ²
	Nuclear                         // Σ of the singular values
	Spectral                        // the largest singular value
	ColumnSum                       // the largest Σᵢ |xᵢⱼ|: the norm induced by p = 1
	RowSum                          // the largest Σⱼ |xᵢⱼ|: that by p = ∞
)

// MatrixNorm returns a norm of matrices.
//
//	x [… m n] → y […]
//
// Where the norm has no derivative, as at equal singular values or rows, the gradient is one of those there are, or shared.
func MatrixNorm(x *tensor.Tensor, kind MatrixNormKind) *tensor.Tensor {
	matrixShape("MatrixNorm", x)
	switch kind {
	case Frobenius:
		return x.NormP(2, -2, -1)
	case ColumnSum:
		return x.Abs().Sum(-2).Max(-1)
	case RowSum:
		return x.Abs().Sum(-1).Max(-1)
	}
	_, s, _ := SVD(x)
	if kind == Nuclear {
		return s.Sum(-1)
	}
	return s.Max(-1)
}

// Cond returns the condition of matrices: the largest singular value over the smallest. That of a singular one is +∞, or so large that
// no digit of a solution is right.
//
//	x [… m n] → y […]
func Cond(x *tensor.Tensor) *tensor.Tensor {
	_, s, _ := SVD(x)
	smallest := s.Min(-1)
	return tensor.Where(smallest.Detach().Equal(s.FullLike(0)), s.FullLike(math.Inf(1)), s.Max(-1).Div(smallest))
}

// CholeskySolve solves linear equations whose matrix has the lower root l, which [Cholesky] gives.
//
//	l [… n n], b [… n k] → y [… n k],  l lᵀ y = b
func CholeskySolve(l, b *tensor.Tensor) *tensor.Tensor {
	checkEquations("CholeskySolve", l, b)
	return SolveTriangular(l.T(), SolveTriangular(l, b, false), true)
}
