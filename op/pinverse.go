package op

import "github.com/jimu-ml/jimu/tensor"

// PInverse returns the pseudoinverses of matrices, after Moore and Penrose. Singular values of at most rcond times the largest
// count as 0; an rcond of 0 means max(m, n) times the distance from 1 to the next number of x's type.
//
//	x [… m n] → y [… n m],  x y x = x, y x y = y, x y and y x symmetric
//	dx = −yᵀ dy yᵀ + (1 − x y) dyᵀ y yᵀ + yᵀ y dyᵀ (1 − y x)
//
// It is computed on the host, in float64, by [SVD]. The gradient is that at constant rank; at a change of rank there is none.
//
// Golub and Pereyra, The Differentiation of Pseudo-Inverses and Nonlinear Least Squares Problems Whose Variables Separate, 1973.
func PInverse(x *tensor.Tensor, rcond float64) *tensor.Tensor {
	matrixShape("PInverse", x)
	rcond = cutoff(x, rcond)
	return inSingle(func(x []*tensor.Tensor) *tensor.Tensor { return pinverse(x[0], rcond) }, x)
}

func pinverse(x *tensor.Tensor, rcond float64) *tensor.Tensor {
	if x.Dim(-2) < x.Dim(-1) {
		return pinverse(x.T(), rcond).T()
	}
	b := matricesOf("PInverse", x)
	m, n := b.m, b.n
	b.each(func(_ int, a []float64) {
		f := factorSVD(a, m, n)
		clear(a) // it becomes n rows of m
		for k, s := range f.s {
			if s <= rcond*f.s[0] {
				continue
			}
			for i := range n {
				for j := range m {
					a[i*m+j] += f.v[i*n+k] / s * f.u[j*n+k]
				}
			}
		}
	})
	return tensor.Record(b.tensor(b.v, n, m), "PInverse", func(dy, y *tensor.Tensor, x []*tensor.Tensor) []*tensor.Tensor {
		a, t, dt := x[0], y.T(), dy.T()
		dx := t.MatMul(dy).MatMul(t).Neg()
		left := dt.MatMul(y.MatMul(t)) // dyᵀ y yᵀ
		right := t.MatMul(y.MatMul(dt))
		dx = dx.Add(left.Sub(a.MatMul(y.MatMul(left))))
		return []*tensor.Tensor{dx.Add(right.Sub(right.MatMul(y).MatMul(a)))}
	}, x)
}

// cutoff returns the part of the largest singular value below which one counts as 0.
func cutoff(x *tensor.Tensor, rcond float64) float64 {
	if rcond != 0 {
		return rcond
	}
	m, n := x.Dim(-2), x.Dim(-1)
	return float64(max(m, n)) * epsilon(x)
}

// epsilon returns the distance from 1 to the next number of x's type; that of float32 for 16 bits, which are computed in it.
func epsilon(x *tensor.Tensor) float64 {
	if x.DType() == tensor.DTypeOf[float64]() {
		return 0x1p-52
	}
	return 0x1p-23
}

// LstSq returns the solutions of linear equations in the sense of least squares, the shortest where there are several.
//
//	a [… m n], b [… m k] → y [… n k]
//	y = argmin ‖a y − b‖² = a⁺ b
//
// It is [PInverse] times b; rcond is as there.
func LstSq(a, b *tensor.Tensor, rcond float64) *tensor.Tensor {
	m, _ := matrixShape("LstSq", a)
	if b.Rank() < 2 || b.Dim(-2) != m {
		panic(tensor.Errorf("LstSq", "shapes %v and %v are not [… m n] and [… m k]", a, b))
	}
	checkType("LstSq", "right side", b, a)
	rcond = cutoff(a, rcond)
	return inSingle(func(x []*tensor.Tensor) *tensor.Tensor { return pinverse(x[0], rcond).MatMul(x[1]) }, a, b)
}

// MatrixRank returns how many singular values are above rcond times the largest, as int64. rcond is as for [PInverse].
//
//	x [… m n] → y […]
func MatrixRank(x *tensor.Tensor, rcond float64) *tensor.Tensor {
	_, s, _ := SVD(x.Detach())
	s = s.Cast(tensor.DTypeOf[float64]())
	return s.Greater(s.MaxKeep(-1).Scale(cutoff(x, rcond))).CountNonzero(-1)
}
