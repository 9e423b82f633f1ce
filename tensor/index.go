package tensor

import (
	"slices"

	"github.com/jimu-ml/jimu/device"
)

// Take picks positions along an axis.
//
//	x [… n …], index [m] of int64 or int32 → y [… m …]
//	y[…, i, …] = x[…, index[i], …]
//
// It panics with an [Error] if the index is not a vector of integers, and if a position is out of range.
func (x *Tensor) Take(axis int, index *Tensor) *Tensor {
	axis = x.axis("Take", axis)
	checkIndex("Take", index)
	shape := slices.Clone(x.Shape())
	shape[axis] = index.Len()
	y := Output(x, shape, index)
	catchIndex("Take", x, func() {
		Run(device.Gather, &device.Attr{Axis: axis}, []*Tensor{y}, x, index)
	})
	n := x.Dim(axis)
	return Record(y, "Take", func(dy, _ *Tensor, x []*Tensor) []*Tensor {
		return []*Tensor{dy.ScatterSum(axis, x[1], n), nil}
	}, x, index)
}

// ScatterSum adds x to zeros at positions along an axis: the transpose of [Tensor.Take].
//
//	x [… m …], index [m] of int64 or int32 → y [… n …]
//	y[…, j, …] = Σ x[…, i, …] over the i with index[i] = j, in the order of i
func (x *Tensor) ScatterSum(axis int, index *Tensor, n int) *Tensor {
	axis = x.axis("ScatterSum", axis)
	checkIndex("ScatterSum", index)
	if index.Len() != x.Dim(axis) {
		panic(Errorf("ScatterSum", "%d positions for axis %d of shape %v", index.Len(), axis, x))
	}
	shape := slices.Clone(x.Shape())
	shape[axis] = n
	y := Output(x, shape, index).Fill(0)
	catchIndex("ScatterSum", y, func() {
		Run(device.ScatterAdd, &device.Attr{Axis: axis}, []*Tensor{y}, x, index)
	})
	return Record(y, "ScatterSum", func(dy, _ *Tensor, x []*Tensor) []*Tensor {
		return []*Tensor{dy.Take(axis, x[1]), nil}
	}, x, index)
}

// Gather picks one element of each row.
//
//	x [… c], index […] of int64 or int32 → y […]
//	y[i] = x[i, index[i]]
func (x *Tensor) Gather(index *Tensor) *Tensor {
	if x.Rank() == 0 || !slices.Equal(index.Shape(), x.Shape()[:x.Rank()-1]) {
		panic(Errorf("Gather", "an index of shape %v does not pick from the rows of shape %v", index, x))
	}
	c, n := x.Dim(-1), index.Len()
	if n == 0 {
		return x.Reshape(n, c).Sum(1).Reshape(index.Shape()...)
	}
	rows := Arange(n).To(index.dev).Scale(float64(c))
	flat := index.Reshape(n).Cast(device.Int64)
	low, high := rows.FullLike(0), rows.FullLike(float64(c))
	if !flat.Less(low).Or(flat.GreaterEqual(high)).isAllFalse() {
		panic(Errorf("Gather", "a position is outside the %d of shape %v", c, x))
	}
	return x.Reshape(n*c).Take(0, rows.Add(flat)).Reshape(index.Shape()...)
}

func (x *Tensor) isAllFalse() bool {
	for _, v := range Values[bool](x) {
		if v {
			return false
		}
	}
	return true
}

func checkIndex(op string, index *Tensor) {
	if index.Rank() != 1 || index.DType() != device.Int64 && index.DType() != device.Int32 {
		panic(Errorf(op, "the index is %s of shape %v; want a vector of int64 or int32", index.DType(), index))
	}
}

// catchIndex turns a device's report of a position out of range into an Error.
func catchIndex(op string, x *Tensor, f func()) {
	defer func() {
		switch e := recover().(type) {
		case nil:
		case *device.IndexError:
			panic(Errorf(op, "position %d is outside the %d of shape %v", e.Index, e.Length, x))
		default:
			panic(e)
		}
	}()
	f()
}
