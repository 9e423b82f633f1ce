package op

import (
	"slices"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/tensor"
)

// GatherND picks slices of x at places that have several coordinates.
//
//	x [b… n₁ … n_d …], index [b… m… d] of int64 or int32 → y [b… m… …]
//	y[b, i] = x[b, index[b, i, 0], …, index[b, i, d−1]]
//
// The first batch axes are common to both. A negative coordinate counts from the end. The places are read on the host. It is
// ONNX's GatherND.
func GatherND(x, index *tensor.Tensor, batch int) *tensor.Tensor {
	rows, inner := placesND("GatherND", x, index, batch)
	shape := slices.Clone(index.Shape()[:index.Rank()-1])
	shape = append(shape, x.Shape()[batch+index.Dim(-1):]...)
	flat := x.Reshape(x.Len()/max(inner, 1), inner)
	return flat.Take(0, tensor.OutputOf(device.Int64, x, rows, []int{len(rows)}, index)).Reshape(shape...)
}

// ScatterND returns x with slices put to places that have several coordinates.
//
//	x [n₁ … n_d …], index [m… d] of int64 or int32, src [m… …] → y like x
//	y[index[i, 0], …, index[i, d−1]] = src[i]
//
// Of several slices for one place the last wins, and it alone has a gradient. A negative coordinate counts from the end. The
// places are read on the host. It is ONNX's ScatterND.
func ScatterND(x, index, src *tensor.Tensor) *tensor.Tensor {
	at, flat := scatterPlaces("ScatterND", x, index, src)
	return x.Reshape(-1).PutAlong(0, at, flat).Reshape(x.Shape()...)
}

// ScatterNDReduce is [ScatterND] that folds the slices into those of x.
//
//	y[p] = f(x[p], all the src for p)
func ScatterNDReduce(x, index, src *tensor.Tensor, f tensor.Reduction) *tensor.Tensor {
	at, flat := scatterPlaces("ScatterNDReduce", x, index, src)
	return x.Reshape(-1).ReduceAlong(0, at, flat, f, true).Reshape(x.Shape()...)
}

// scatterPlaces returns where each element of src goes among those of x.
func scatterPlaces(op string, x, index, src *tensor.Tensor) (at, flat *tensor.Tensor) {
	rows, inner := placesND(op, x, index, 0)
	want := slices.Concat(index.Shape()[:index.Rank()-1], x.Shape()[index.Dim(-1):])
	if !slices.Equal(want, src.Shape()) {
		panic(tensor.Errorf(op, "%v does not go to the places %v of shape %v; want %v", src, index, x, want))
	}
	all := make([]int64, 0, len(rows)*inner)
	for _, r := range rows {
		for i := range inner {
			all = append(all, r*int64(inner)+int64(i))
		}
	}
	return tensor.OutputOf(device.Int64, x, all, []int{len(all)}, index), src.Reshape(-1)
}

// placesND turns each row of coordinates into a position among the slices of x, of inner elements each.
func placesND(op string, x, index *tensor.Tensor, batch int) (rows []int64, inner int) {
	checkIDs(op, index)
	d := 0
	if index.Rank() > 0 {
		d = index.Dim(-1)
	}
	if d < 1 || batch < 0 || batch > index.Rank()-1 || batch+d > x.Rank() || !slices.Equal(x.Shape()[:batch], index.Shape()[:batch]) {
		panic(tensor.Errorf(op, "places of shape %v with %d batch axes do not fit in shape %v", index, batch, x))
	}
	inner = 1
	for _, n := range x.Shape()[batch+d:] {
		inner *= n
	}
	outer, each := 1, 1
	for _, n := range x.Shape()[:batch] {
		outer *= n
	}
	for _, n := range index.Shape()[batch : index.Rank()-1] {
		each *= n
	}
	coordinates := index.Ints()
	for i := range outer * each {
		row := int64(i / max(each, 1))
		for k, c := range coordinates[i*d : (i+1)*d] {
			n := int64(x.Dim(batch + k))
			if c < -n || c >= n {
				panic(tensor.Errorf(op, "coordinate %d is outside the %d of shape %v", c, n, x))
			}
			row = row*n + (c+n)%n
		}
		rows = append(rows, row)
	}
	return rows, inner
}
