package tensor

import (
	"slices"

	"github.com/jimu-ml/jimu/device"
)

// Diagonal returns the k-th diagonal of the last two axes: 0 is the main one, above it k is positive, below negative.
//
//	x [… m n] → y [… d]
//	y[i] = x[i, i+k], for negative k x[i−k, i]
//
// It panics with an [Error] if there is no such diagonal.
func (x *Tensor) Diagonal(k int) *Tensor {
	m, n := x.matrix("Diagonal")
	if k >= max(n, 1) || -k >= max(m, 1) {
		panic(Errorf("Diagonal", "shape %v has no diagonal %d", x, k))
	}
	from, d := k, min(m, n-k)
	if k < 0 {
		from, d = -k*n, min(n, m+k)
	}
	lead := x.Shape()[:x.Rank()-2]
	if d == 0 {
		return x.Slice(-1, 0, 0).Reshape(append(slices.Clone(lead), m, 0)...).Slice(-2, 0, 0).Reshape(append(slices.Clone(lead), 0)...)
	}
	flat := x.Reshape(append(slices.Clone(lead), m*n)...)
	return flat.SliceStep(-1, from, from+(d-1)*(n+1)+1, n+1)
}

// Diag returns matrices with x on the k-th diagonal, and 0 elsewhere: the transpose of [Tensor.Diagonal].
//
//	x [… d] → y [… n n],  n = d + |k|
//	y[i, i+k] = x[i], for negative k y[i−k, i] = x[i]
func (x *Tensor) Diag(k int) *Tensor {
	if x.Rank() == 0 {
		panic(Errorf("Diag", "shape %v has no last axis", x))
	}
	n, from := x.Dim(-1)+k, k
	if k < 0 {
		n, from = x.Dim(-1)-k, -k*(x.Dim(-1)-k)
	}
	lead := x.Shape()[:x.Rank()-1]
	y := x.place(append(slices.Clone(lead), n*n), x.Rank()-1, from, n+1)
	return y.Reshape(append(slices.Clone(lead), n, n)...)
}

// Trace returns the sum of the main diagonal of the last two axes.
//
//	x [… m n] → y […]
func (x *Tensor) Trace() *Tensor { return x.Diagonal(0).Sum(-1) }

// Tril returns x with 0 above the k-th diagonal of the last two axes.
//
//	y[i, j] = x[i, j] where j ≤ i + k, else 0
func (x *Tensor) Tril(k int) *Tensor {
	rows, cols := x.places("Tril")
	return Where(cols.LessEqual(rows.Add(rows.like(float64(k)))), x, x.like(0))
}

// Triu returns x with 0 below the k-th diagonal of the last two axes.
//
//	y[i, j] = x[i, j] where j ≥ i + k, else 0
func (x *Tensor) Triu(k int) *Tensor {
	rows, cols := x.places("Triu")
	return Where(cols.GreaterEqual(rows.Add(rows.like(float64(k)))), x, x.like(0))
}

// places returns the numbers of the rows [m 1] and columns [1 n] of the last two axes, on x's device.
func (x *Tensor) places(op string) (rows, cols *Tensor) {
	m, n := x.matrix(op)
	return iota64(x, m).Unsqueeze(1), iota64(x, n).Unsqueeze(0)
}

func iota64(like *Tensor, n int) *Tensor {
	y := outputRowMajorAs(device.Int64, like, []int{n}, nil)
	Run(device.Iota, &device.Attr{Scalars: [8]float64{0, 1}}, []*Tensor{y})
	return y
}

// matrix returns the lengths of the last two axes.
func (x *Tensor) matrix(op string) (m, n int) {
	if x.Rank() < 2 {
		panic(Errorf(op, "shape %v is not [… m n]", x))
	}
	return x.Dim(-2), x.Dim(-1)
}
