package tensor

import (
	"slices"

	"github.com/jimu-ml/jimu/device"
)

// Slice returns a view of the elements from lo to hi, hi excluded, along an axis. Negative bounds count from the end.
func (x *Tensor) Slice(axis, lo, hi int) *Tensor { return x.SliceStep(axis, lo, hi, 1) }

// SliceStep is [Tensor.Slice] of every step-th element. A negative step goes down from lo to hi, hi excluded: from −1
// to −(n+1) by −1 reverses the axis.
func (x *Tensor) SliceStep(axis, lo, hi, step int) *Tensor {
	axis = x.axis("Slice", axis)
	n := x.view.Shape[axis]
	from, to := lo, hi
	if from < 0 {
		from += n
	}
	if to < 0 {
		to += n
	}
	var count int
	switch {
	case step > 0 && 0 <= from && from <= to && to <= n:
		count = (to - from + step - 1) / step
	case step < 0 && -1 <= to && to <= from && from < n:
		count = (from - to - step - 1) / -step
	default:
		panic(Errorf("Slice", "no elements from %d to %d by %d along axis %d of shape %v", lo, hi, step, axis, x))
	}
	y := x.alias()
	y.name = ""
	y.view.Offset += from * x.view.Stride[axis]
	y.view.Shape[axis] = count
	y.view.Stride[axis] *= step
	return Record(y, "Slice", func(dy, _ *Tensor, x []*Tensor) []*Tensor {
		return []*Tensor{dy.place(x[0].Shape(), axis, from, step)}
	}, x)
}

// place returns zeros of that shape with x where [Tensor.SliceStep] would take it from: the transpose of slicing.
func (x *Tensor) place(shape []int, axis, from, step int) *Tensor {
	y := Output(x, shape).Fill(0)
	hole := y.alias()
	hole.view.Offset += from * y.view.Stride[axis]
	hole.view.Shape[axis] = x.view.Shape[axis]
	hole.view.Stride[axis] *= step
	Run(device.Copy, nil, []*Tensor{hole}, x)
	return Record(y, "place", func(dy, _ *Tensor, x []*Tensor) []*Tensor {
		to := from + step*x[0].view.Shape[axis]
		if step < 0 {
			return []*Tensor{dy.down(axis, from, step, x[0].view.Shape[axis])}
		}
		return []*Tensor{dy.SliceStep(axis, from, min(to, dy.view.Shape[axis]), step)}
	}, x)
}

// down slices count elements downwards; the end may lie before the first, which a negative bound cannot say.
func (x *Tensor) down(axis, from, step, count int) *Tensor {
	up := x.SliceStep(axis, from+step*(count-1), from+1, -step)
	return up.Flip(axis)
}

// Flip returns a view with the order of the elements along an axis reversed.
func (x *Tensor) Flip(axis int) *Tensor {
	axis = x.axis("Flip", axis)
	y := x.alias()
	y.name = ""
	y.view.Offset += (x.view.Shape[axis] - 1) * x.view.Stride[axis]
	y.view.Stride[axis] = -x.view.Stride[axis]
	if x.view.Shape[axis] == 0 {
		y.view = x.view
	}
	return Record(y, "Flip", func(dy, _ *Tensor, _ []*Tensor) []*Tensor {
		return []*Tensor{dy.Flip(axis)}
	}, x)
}

// Select returns a view of one position along an axis, which disappears. A negative position counts from the end.
func (x *Tensor) Select(axis, i int) *Tensor {
	axis = x.axis("Select", axis)
	if i < 0 {
		i += x.view.Shape[axis]
	}
	return x.Slice(axis, i, i+1).Squeeze(axis)
}

// Concat joins tensors along an axis. Their other axes agree.
func Concat(axis int, x ...*Tensor) *Tensor {
	if len(x) == 0 {
		panic(Errorf("Concat", "nothing to join"))
	}
	axis = x[0].axis("Concat", axis)
	shape := slices.Clone(x[0].Shape())
	for _, t := range x[1:] {
		if t.Rank() != len(shape) || t.DType() != x[0].DType() {
			panic(Errorf("Concat", "%s %v and %s %v do not join along axis %d", x[0].DType(), x[0], t.DType(), t, axis))
		}
		for k, d := range t.Shape() {
			if k != axis && d != shape[k] {
				panic(Errorf("Concat", "shapes %v and %v do not join along axis %d", x[0], t, axis))
			}
		}
		shape[axis] += t.Dim(axis)
	}
	y := Output(x[0], shape, x...)
	at := 0
	for _, t := range x {
		hole := y.alias()
		hole.view.Offset += at * y.view.Stride[axis]
		hole.view.Shape[axis] = t.view.Shape[axis]
		Run(device.Copy, nil, []*Tensor{hole}, t)
		at += t.view.Shape[axis]
	}
	return Record(y, "Concat", func(dy, _ *Tensor, x []*Tensor) []*Tensor {
		g := make([]*Tensor, len(x))
		at := 0
		for i, t := range x {
			g[i] = dy.Slice(axis, at, at+t.Dim(axis))
			at += t.Dim(axis)
		}
		return g
	}, x...)
}

// Stack joins tensors of one shape along a new axis.
func Stack(axis int, x ...*Tensor) *Tensor {
	up := make([]*Tensor, len(x))
	for i, t := range x {
		up[i] = t.Unsqueeze(axis)
	}
	return Concat(axis, up...)
}

// Split returns views of consecutive parts of x of those lengths along an axis.
func (x *Tensor) Split(axis int, lengths ...int) []*Tensor {
	parts := make([]*Tensor, len(lengths))
	at := 0
	for i, n := range lengths {
		parts[i] = x.Slice(axis, at, at+n)
		at += n
	}
	if at != x.Dim(axis) {
		panic(Errorf("Split", "lengths %v do not add up to axis %d of shape %v", lengths, axis, x))
	}
	return parts
}
