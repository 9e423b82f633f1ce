package tensor

import "slices"

// Dot returns the inner product of two vectors.
//
//	y = Σ xᵢ wᵢ
func (x *Tensor) Dot(w *Tensor) *Tensor {
	if x.Rank() != 1 || !slices.Equal(x.Shape(), w.Shape()) {
		panic(Errorf("Dot", "shapes %v and %v are not two vectors of one length", x, w))
	}
	return x.Mul(w).Sum()
}

// Outer returns the products of all pairs of elements of two vectors.
//
//	x [m], w [n] → y [m n]
//	y[i, j] = xᵢ wⱼ
func (x *Tensor) Outer(w *Tensor) *Tensor {
	if x.Rank() != 1 || w.Rank() != 1 {
		panic(Errorf("Outer", "shapes %v and %v are not two vectors", x, w))
	}
	return x.Unsqueeze(1).Mul(w.Unsqueeze(0))
}

// Kron returns the Kronecker product: each element of x times the whole of w. They have as many axes, or leading axes of
// length 1 are added.
//
//	x [a b], w [c d] → y [ac bd]
//	y[i·c + k, j·d + l] = x[i, j] · w[k, l]
func (x *Tensor) Kron(w *Tensor) *Tensor {
	rank := max(x.Rank(), w.Rank())
	var left, right, shape []int
	for k := range rank {
		a, b := 1, 1
		if i := k - rank + x.Rank(); i >= 0 {
			a = x.Dim(i)
		}
		if i := k - rank + w.Rank(); i >= 0 {
			b = w.Dim(i)
		}
		left, right, shape = append(left, a, 1), append(right, 1, b), append(shape, a*b)
	}
	return x.Reshape(left...).Mul(w.Reshape(right...)).Reshape(shape...)
}

// Cross returns the cross products of vectors of length 3 along an axis, broadcast.
//
//	y = (x₁w₂ − x₂w₁, x₂w₀ − x₀w₂, x₀w₁ − x₁w₀)
func (x *Tensor) Cross(w *Tensor, axis int) *Tensor {
	if x.Rank() != w.Rank() || x.Rank() == 0 || x.Dim(axis) != 3 || w.Dim(axis) != 3 {
		panic(Errorf("Cross", "shapes %v and %v have no vectors of length 3 along axis %d", x, w, axis))
	}
	axis = x.axis("Cross", axis)
	return x.Roll(axis, -1).Mul(w.Roll(axis, 1)).Sub(x.Roll(axis, 1).Mul(w.Roll(axis, -1)))
}
