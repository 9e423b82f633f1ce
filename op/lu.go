package op

import (
	"math"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/tensor"
)

// LU factors square matrices into triangular ones, with rows exchanged so that each pivot is the largest of its column.
//
//	x [… n n] → rows [… n] of int64, l [… n n], u [… n n]
//	x[rows[i], j] = (l u)[i, j],  l lower with 1 on the diagonal, u upper
//	dx[rows] = l⁻ᵀ (tril₋₁(lᵀ dl) + triu₀(du uᵀ)) u⁻ᵀ
//
// It is computed on the host, in float64. A singular matrix has factors, but an infinite or undefined gradient.
//
// De Hoog, Anderssen and Lukas, Differentiation of matrix functionals using triangular factorization, 2011.
func LU(x *tensor.Tensor) (rows, l, u *tensor.Tensor) {
	b := squaresOf("LU", x)
	order := make([]int64, b.count()*b.n)
	b.each(func(i int, a []float64) { factorLU(a, b.n, order[i*b.n:(i+1)*b.n]) })
	rows = tensor.OutputOf(device.Int64, x, order, x.Shape()[:x.Rank()-1])
	packed := inSingle(func(x []*tensor.Tensor) *tensor.Tensor { return packedLU(x[0], b, order) }, x)
	return rows, packed.Tril(-1).Add(unit(packed, b.n)), packed.Triu(0)
}

// packedLU holds both factors in one matrix.
func packedLU(x *tensor.Tensor, b *matrices, order []int64) *tensor.Tensor {
	back := make([]int64, len(order)) // where each row of x went
	for i, r := range order {
		back[i/b.n*b.n+int(r)] = int64(i % b.n)
	}
	n := b.n
	y := tensor.OutputOf(x.DType(), x, b.v, x.Shape())
	return tensor.Record(y, "LU", func(dy, y *tensor.Tensor, _ []*tensor.Tensor) []*tensor.Tensor {
		l, u := y.Tril(-1).Add(unit(y, n)), y.Triu(0)
		m := l.T().MatMul(dy.Tril(-1)).Tril(-1).Add(dy.Triu(0).MatMul(u.T()).Triu(0))
		m = solveTriangular(l.T(), m, true)
		m = solveTriangular(u, m.T(), true).T()
		wide := tensor.OutputOf(device.Int64, y, back, y.Shape()[:y.Rank()-1]).Unsqueeze(-1).Expand(y.Shape()...)
		return []*tensor.Tensor{m.TakeAlong(-2, wide)}
	}, x)
}

// factorLU puts the factors of a in its place, and notes in rows which row of a stands where. It returns the sign of that
// permutation.
func factorLU(a []float64, n int, rows []int64) (sign float64) {
	sign = 1
	for i := range n {
		rows[i] = int64(i)
	}
	for k := range n {
		p := k
		for i := k + 1; i < n; i++ {
			if math.Abs(a[i*n+k]) > math.Abs(a[p*n+k]) {
				p = i
			}
		}
		if p != k {
			for j := range n {
				a[k*n+j], a[p*n+j] = a[p*n+j], a[k*n+j]
			}
			rows[k], rows[p] = rows[p], rows[k]
			sign = -sign
		}
		if a[k*n+k] == 0 {
			continue
		}
		for i := k + 1; i < n; i++ {
			f := a[i*n+k] / a[k*n+k]
			a[i*n+k] = f
			for j := k + 1; j < n; j++ {
				a[i*n+j] -= f * a[k*n+j]
			}
		}
	}
	return sign
}
