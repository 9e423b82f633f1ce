package op

import (
	"slices"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/parallel"
	"github.com/jimu-ml/jimu/tensor"
)

// TopK returns the k largest elements of each row along an axis, or the smallest, best first, and where they stand, as int64.
//
//	x [… n …] → y [… k …], index [… k …]
//	y[…, i, …] = x[…, index[…, i, …], …]
//
// Of equal elements the first is the better. NaN counts as the largest. They are found on the host. The gradient goes to the
// elements where they stand. It panics with a [tensor.Error] if there are fewer than k.
func TopK(x *tensor.Tensor, k, axis int, smallest bool) (y, index *tensor.Tensor) {
	axis = front("TopK", x, axis)
	if k < 0 || k > x.Dim(axis) {
		panic(tensor.Errorf("TopK", "no %d elements along axis %d of shape %v", k, axis, x))
	}
	const few = 64 // above it sorting all is cheaper
	if !x.DType().IsFloat() || k > few {
		index = x.ArgSort(axis, !smallest).Slice(axis, 0, k)
	} else {
		index = bestOfRows(x, k, axis, smallest)
	}
	return x.TakeAlong(axis, index), index
}

func bestOfRows(x *tensor.Tensor, k, axis int, smallest bool) *tensor.Tensor {
	last := x.Detach().Transpose(axis, -1)
	v, n := tensor.Values[float64](last), x.Dim(axis)
	rows := len(v) / max(n, 1)
	all := make([]int64, rows*k)
	if k > 0 {
		parallel.For(rows, max(4096/n, 1), func(lo, hi int) {
			for r := lo; r < hi; r++ {
				copy(all[r*k:], bestOf(v[r*n:(r+1)*n], k, smallest))
			}
		})
	}
	shape := slices.Clone(last.Shape())
	shape[len(shape)-1] = k
	return tensor.OutputOf(device.Int64, x, all, shape).Transpose(axis, -1)
}

// bestOf returns the positions of the k best, in order.
func bestOf(row []float64, k int, smallest bool) []int64 {
	best := make([]int64, 0, k+1)
	better := func(i, j int64) bool { // i stands behind j
		a, b := row[i], row[j]
		if smallest {
			return a < b || b != b && a == a
		}
		return a > b || a != a && b == b
	}
	for i := range row {
		i := int64(i)
		if len(best) == k && !better(i, best[k-1]) {
			continue
		}
		at := len(best)
		for at > 0 && better(i, best[at-1]) {
			at--
		}
		best = slices.Insert(best, at, i)
		best = best[:min(len(best), k)]
	}
	return best
}
