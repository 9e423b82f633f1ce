package tensor

import (
	"slices"

	"github.com/jimu-ml/jimu/device"
)

// IndexCopy returns x with slices of src at positions along an axis.
//
//	x [… n …], index [m] of int64 or int32, src [… m …] → y like x
//	y[…, index[i], …] = src[…, i, …]
//
// Of several slices for one position the last wins, and it alone has a gradient. The positions are read on the host.
func (x *Tensor) IndexCopy(axis int, index, src *Tensor) *Tensor {
	axis = x.axis("IndexCopy", axis)
	checkIndex("IndexCopy", index)
	want := slices.Clone(x.Shape())
	want[axis] = index.Len()
	if !slices.Equal(want, src.Shape()) || src.DType() != x.DType() {
		panic(Errorf("IndexCopy", "%s %v does not go to %d positions along axis %d of %s %v", src.DType(), src, index.Len(), axis, x.DType(), x))
	}
	return x.PutAlong(axis, index.across(src.Shape(), axis), src)
}

// IndexFill returns x with v at positions along an axis, where the gradient is 0.
//
//	y[…, index[i], …] = v
func (x *Tensor) IndexFill(axis int, index *Tensor, v float64) *Tensor {
	axis = x.axis("IndexFill", axis)
	checkIndex("IndexFill", index)
	n := x.Dim(axis)
	hit := make([]bool, n)
	for _, p := range index.Ints() {
		if p < 0 || p >= int64(n) {
			panic(Errorf("IndexFill", "position %d is outside the %d of shape %v", p, n, x))
		}
		hit[p] = true
	}
	shape := slices.Repeat([]int{1}, x.Rank())
	shape[axis] = n
	return x.MaskedFill(OutputOf(device.Bool, x, hit, shape), v)
}

// across returns a vector of positions along an axis, the same for all places of a shape.
func (x *Tensor) across(shape []int, axis int) *Tensor {
	one := slices.Repeat([]int{1}, len(shape))
	one[axis] = x.Len()
	return x.Reshape(one...).Expand(shape...)
}

// MaskedScatter returns x with the elements of src, one after another in row-major order, where the booleans of the mask are
// true: it undoes [Tensor.MaskedSelect]. The mask is broadcast to x, and read on the host.
//
// It panics with an [Error] if src has fewer elements than there are places.
func (x *Tensor) MaskedScatter(mask, src *Tensor) *Tensor {
	if mask.view.DType != device.Bool || src.DType() != x.DType() {
		panic(Errorf("MaskedScatter", "a %s mask for %s and %s; want bool and one type", mask.view.DType, x.DType(), src.DType()))
	}
	var at []int64
	for i, on := range Values[bool](mask.Expand(x.Shape()...)) {
		if on {
			at = append(at, int64(i))
		}
	}
	if len(at) > src.Len() {
		panic(Errorf("MaskedScatter", "%d elements of shape %v for %d places of shape %v", src.Len(), src, len(at), x))
	}
	return x.put(at, src.Reshape(-1).Slice(0, 0, len(at)))
}

// KthValue returns the k-th smallest element of each row along an axis, which disappears, and where it stands, as int64. k counts
// from 1. The gradient goes to that element.
func (x *Tensor) KthValue(k, axis int) (y, index *Tensor) {
	axis = x.axis("KthValue", axis)
	if k < 1 || k > x.Dim(axis) {
		panic(Errorf("KthValue", "no element %d along axis %d of shape %v", k, axis, x))
	}
	y, index = x.Sort(axis, false)
	return y.Select(axis, k-1), index.Select(axis, k-1)
}

// Interp returns the values at x of the line through the points (xs, ys): NumPy's interp. Before the first point and behind the last it
// keeps their values. xs ascends, and is read on the host, as x is.
//
//	x […], xs [n], ys [n] → y […]
//	y = ysᵢ + (x − xsᵢ) / (xsᵢ₊₁ − xsᵢ) · (ysᵢ₊₁ − ysᵢ),  xsᵢ ≤ x < xsᵢ₊₁
//
// A gradient flows to all three; outside the points none to x.
func (x *Tensor) Interp(xs, ys *Tensor) *Tensor {
	x.checkFloat("Interp")
	n := xs.Len()
	if xs.Rank() != 1 || ys.Rank() != 1 || ys.Len() != n || n == 0 {
		panic(Errorf("Interp", "shapes %v and %v are not the coordinates of points", xs, ys))
	}
	if n == 1 {
		return x.Scale(0).Detach().Add(ys)
	}
	left := xs.SearchSorted(x, true).Reshape(-1).Ints()
	right := make([]int64, len(left))
	for i, p := range left {
		left[i] = min(max(p-1, 0), int64(n-2))
		right[i] = left[i] + 1
	}
	pick := func(t *Tensor, at []int64) *Tensor {
		return t.Take(0, OutputOf(device.Int64, x, at, []int{len(at)})).Reshape(x.Shape()...)
	}
	x0, x1, y0, y1 := pick(xs, left), pick(xs, right), pick(ys, left), pick(ys, right)
	inside := x.Sub(x0).Div(x1.Sub(x0)).Clamp(0, 1)
	return y0.Add(inside.Mul(y1.Sub(y0)))
}
