package op

import (
	"slices"

	"github.com/jimu-ml/jimu/tensor"
)

// TensorDot multiplies tensors and sums over pairs of axes: axes[k] of x with others[k] of w.
//
//	x [a… k…], w [k… b…] → y [a… b…]
//
// The axes that are left keep their order. It is one matrix product. It panics with a [tensor.Error] if lengths differ.
func TensorDot(x, w *tensor.Tensor, axes, others []int) *tensor.Tensor {
	checkFloat("TensorDot", x)
	if len(axes) != len(others) {
		panic(tensor.Errorf("TensorDot", "axes %v of shape %v and %v of %v are not pairs", axes, x, others, w))
	}
	left, summed, n := apart("TensorDot", x, axes)
	right, also, m := apart("TensorDot", w, others)
	for k := range summed {
		if x.Dim(summed[k]) != w.Dim(also[k]) {
			panic(tensor.Errorf("TensorDot", "axes %v of shape %v and %v of %v differ in length", axes, x, others, w))
		}
	}
	var shape []int
	for _, k := range left {
		shape = append(shape, x.Dim(k))
	}
	for _, k := range right {
		shape = append(shape, w.Dim(k))
	}
	a := x.Permute(slices.Concat(left, summed)...).Reshape(x.Len()/max(n, 1), n)
	b := w.Permute(slices.Concat(also, right)...).Reshape(m, w.Len()/max(m, 1))
	return a.MatMul(b).Reshape(shape...)
}

// apart returns the axes of x that are not named, those that are, from the front, and how many elements these have.
func apart(op string, x *tensor.Tensor, axes []int) (rest, named []int, n int) {
	n = 1
	for _, a := range axes {
		k := front(op, x, a)
		if slices.Contains(named, k) {
			panic(tensor.Errorf(op, "axis %d of shape %v is named twice", a, x))
		}
		named = append(named, k)
		n *= x.Dim(k)
	}
	for k := range x.Rank() {
		if !slices.Contains(named, k) {
			rest = append(rest, k)
		}
	}
	return rest, named, n
}

// BlockDiag returns a matrix with the given ones along its diagonal, and 0 elsewhere.
//
//	xᵢ [mᵢ nᵢ] → y [Σm Σn]
func BlockDiag(x ...*tensor.Tensor) *tensor.Tensor {
	m, n := 0, 0
	for _, t := range x {
		if t.Rank() != 2 {
			panic(tensor.Errorf("BlockDiag", "shape %v is no matrix", t))
		}
		m, n = m+t.Dim(0), n+t.Dim(1)
	}
	if len(x) == 0 {
		panic(tensor.Errorf("BlockDiag", "no matrices"))
	}
	rows := make([]*tensor.Tensor, len(x))
	at := 0
	for i, t := range x {
		rows[i] = Pad(t, 0, [2]int{}, [2]int{at, n - at - t.Dim(1)})
		at += t.Dim(1)
	}
	return tensor.Concat(0, rows...)
}
