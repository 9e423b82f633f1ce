package tensor

import "slices"

// Roll returns x with its elements moved by shift places along an axis; what falls off comes in at the other end.
//
//	y[(i + shift) mod n] = x[i]
func (x *Tensor) Roll(axis, shift int) *Tensor {
	axis = x.axis("Roll", axis)
	n := x.Dim(axis)
	if n == 0 || shift%n == 0 {
		return x
	}
	cut := ((-shift)%n + n) % n
	return Concat(axis, x.Slice(axis, cut, n), x.Slice(axis, 0, cut))
}

// Tile returns x repeated as a whole, reps[k] times along axis k. If there are more reps than axes, x has leading axes of
// length 1; if fewer, the leading axes are not repeated.
//
//	x [a b] → y [reps₀·a reps₁·b]
func (x *Tensor) Tile(reps ...int) *Tensor {
	rank := max(len(reps), x.Rank())
	shape := append(slices.Repeat([]int{1}, rank-x.Rank()), x.Shape()...)
	reps = append(slices.Repeat([]int{1}, rank-len(reps)), reps...)
	var apart, wide, joined []int
	for k, r := range reps {
		if r < 0 {
			panic(Errorf("Tile", "%v times shape %v", reps, x))
		}
		if r != 1 {
			apart, wide = append(apart, 1), append(wide, r)
		}
		apart, wide, joined = append(apart, shape[k]), append(wide, shape[k]), append(joined, r*shape[k])
	}
	return x.Reshape(apart...).Expand(wide...).Reshape(joined...)
}

// Repeat returns x with each element repeated n times in a row along an axis: NumPy's repeat, PyTorch's repeat_interleave.
//
//	y[…, n·i + j, …] = x[…, i, …]
func (x *Tensor) Repeat(axis, n int) *Tensor {
	axis = x.axis("Repeat", axis)
	if n < 0 {
		panic(Errorf("Repeat", "%d times axis %d of shape %v", n, axis, x))
	}
	shape := slices.Clone(x.Shape())
	wide := slices.Insert(slices.Clone(shape), axis+1, n)
	shape[axis] *= n
	return x.Unsqueeze(axis + 1).Expand(wide...).Reshape(shape...)
}

// MoveAxis returns a view with one axis at another place, the others in their order.
func (x *Tensor) MoveAxis(from, to int) *Tensor {
	from, to = x.axis("MoveAxis", from), x.axis("MoveAxis", to)
	var axes []int
	for k := range x.Rank() {
		if k != from {
			axes = append(axes, k)
		}
	}
	return x.Permute(slices.Insert(axes, to, from)...)
}

// Rot90 returns x turned k quarter turns in the plane of two axes, from the first towards the second.
//
//	[m n] → [n m] for odd k
func (x *Tensor) Rot90(k, a, b int) *Tensor {
	switch (k%4 + 4) % 4 {
	case 1:
		return x.Flip(b).Transpose(a, b)
	case 2:
		return x.Flip(a).Flip(b)
	case 3:
		return x.Transpose(a, b).Flip(b)
	}
	return x
}

// Unfold returns a view of all windows of a size along an axis, step apart; the elements of a window are a new last axis.
//
//	x [… n …] → y [… w … size],  w = ⌊(n − size) / step⌋ + 1
//	y[…, i, …, j] = x[…, i·step + j, …]
//
// It panics with an [Error] if no window fits.
func (x *Tensor) Unfold(axis, size, step int) *Tensor {
	axis = x.axis("Unfold", axis)
	n := x.Dim(axis)
	if size < 1 || size > n || step < 1 {
		panic(Errorf("Unfold", "no windows of %d, %d apart, along axis %d of shape %v", size, step, axis, x))
	}
	if x.Rank() == len(x.view.Shape) {
		panic(Errorf("Unfold", "shape %v has no room for another axis", x))
	}
	w := (n-size)/step + 1
	y := x.alias()
	y.name = ""
	y.view.Rank++
	y.view.Shape[x.Rank()], y.view.Stride[x.Rank()] = size, x.view.Stride[axis]
	y.view.Shape[axis], y.view.Stride[axis] = w, x.view.Stride[axis]*step
	return Record(y, "Unfold", func(dy, _ *Tensor, _ []*Tensor) []*Tensor {
		at := make([]int64, w*size)
		for i := range at {
			at[i] = int64(i/size*step + i%size)
		}
		flat := dy.MoveAxis(-1, axis+1).Flatten(axis, axis+1)
		return []*Tensor{flat.ScatterSum(axis, OutputOf(DTypeOf[int64](), dy, at, []int{len(at)}), n)}
	}, x)
}
