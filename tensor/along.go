package tensor

import (
	"slices"

	"github.com/jimu-ml/jimu/internal/parallel"
)

// TakeAlong picks elements along an axis, for each place its own.
//
//	x [… n …], index [… m …] of int64 or int32 → y [… m …]
//	y[…, i, …] = x[…, index[…, i, …], …]
//
// It is PyTorch's gather and NumPy's take_along_axis. The other axes of index are at most as long as those of x, whose first
// places are taken. The positions are read on the host. It panics with an [Error] if one is out of range.
func (x *Tensor) TakeAlong(axis int, index *Tensor) *Tensor {
	flat := x.flatIndex("TakeAlong", x.axis("TakeAlong", axis), index)
	return x.Reshape(-1).Take(0, flat).Reshape(index.Shape()...)
}

// PutAlong returns x with the elements of src at positions along an axis: PyTorch's scatter, NumPy's put_along_axis.
//
//	x [… n …], index [… m …], src like index → y like x
//	y[…, index[…, i, …], …] = src[…, i, …]
//
// Of several elements for one place the last in row-major order wins, and it alone has a gradient. See [Tensor.TakeAlong].
func (x *Tensor) PutAlong(axis int, index, src *Tensor) *Tensor {
	flat := x.flatIndex("PutAlong", x.axis("PutAlong", axis), index)
	checkSource("PutAlong", x, index, src)
	return x.put(flat.Ints(), src)
}

// put places src, row-major, at positions of x, row-major; the last for one place wins.
func (x *Tensor) put(to []int64, src *Tensor) *Tensor {
	winner := make([]int64, x.Len())
	for i, p := range to {
		winner[p] = int64(i)
	}
	var from, place []int64
	hit := make([]bool, x.Len())
	for i, p := range to {
		if winner[p] == int64(i) {
			from, place = append(from, int64(i)), append(place, p)
			hit[p] = true
		}
	}
	positions := func(v []int64) *Tensor { return OutputOf(DTypeOf[int64](), x, v, []int{len(v)}, src) }
	new := src.Reshape(-1).Take(0, positions(from)).ScatterSum(0, positions(place), x.Len())
	return Where(OutputOf(DTypeOf[bool](), x, hit, x.Shape()), new.Reshape(x.Shape()...), x)
}

// AddAlong returns x with the elements of src added at positions along an axis: PyTorch's scatter_add.
//
//	y[…, index[…, i, …], …] += src[…, i, …]
//
// See [Tensor.TakeAlong].
func (x *Tensor) AddAlong(axis int, index, src *Tensor) *Tensor {
	flat := x.flatIndex("AddAlong", x.axis("AddAlong", axis), index)
	checkSource("AddAlong", x, index, src)
	return x.Add(src.Reshape(-1).ScatterSum(0, flat, x.Len()).Reshape(x.Shape()...))
}

// IndexAdd returns x with slices of src added at positions along an axis.
//
//	x [… n …], index [m] of int64 or int32, src [… m …] → y like x
//	y[…, index[i], …] += src[…, i, …]
func (x *Tensor) IndexAdd(axis int, index, src *Tensor) *Tensor {
	return x.Add(src.ScatterSum(axis, index, x.Dim(axis)))
}

func checkSource(op string, x, index, src *Tensor) {
	if !slices.Equal(src.Shape(), index.Shape()) || src.DType() != x.DType() {
		panic(Errorf(op, "%s %v does not go to the positions %v of %s %v", src.DType(), src, index, x.DType(), x))
	}
}

// innerLen returns how many elements lie behind an axis, and whether all other axes of index are as long as those of x.
func innerLen(x, index *Tensor, axis int) (n int, same bool) {
	n, same = 1, true
	for k, d := range x.Shape() {
		same = same && (k == axis || index.Dim(k) == d)
		if k > axis {
			n *= d
		}
	}
	return n, same
}

// flatIndex turns positions along an axis into positions among the elements of x in row-major order, as a vector.
func (x *Tensor) flatIndex(op string, axis int, index *Tensor) *Tensor {
	index.checkInteger(op)
	fits := index.Rank() == x.Rank()
	for k, d := range index.Shape() {
		fits = fits && (k == axis || d <= x.Dim(k))
	}
	if !fits {
		panic(Errorf(op, "an index of shape %v does not fit axis %d of shape %v", index, axis, x))
	}
	at := index.Ints()
	n := int64(x.Dim(axis))
	check := func(p int64) {
		if p < 0 || p >= n {
			panic(Errorf(op, "position %d is outside the %d of shape %v", p, n, x))
		}
	}
	if inner, same := innerLen(x, index, axis); same {
		run := max(index.Dim(axis)*inner, 1)
		parallel.For(len(at), hostGrain, func(lo, hi int) {
			for i := lo; i < hi; i++ {
				check(at[i])
				at[i] = (int64(i/run)*n+at[i])*int64(inner) + int64(i%inner)
			}
		})
		return OutputOf(DTypeOf[int64](), x, at, []int{len(at)})
	}
	place := make([]int, x.Rank()) // of the element in index
	for i, p := range at {
		check(p)
		flat := 0
		for k, d := range x.Shape() {
			j := place[k]
			if k == axis {
				j = int(p)
			}
			flat = flat*d + j
		}
		at[i] = int64(flat)
		for k := len(place) - 1; k >= 0; k-- {
			if place[k]++; place[k] < index.Dim(k) {
				break
			}
			place[k] = 0
		}
	}
	return OutputOf(DTypeOf[int64](), x, at, []int{len(at)}, index)
}
