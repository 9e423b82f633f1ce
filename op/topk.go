package op

import (
	"math"
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
	if t := x.DType(); !t.IsFloat() || t == device.Float64 || k > x.Dim(axis)/4 {
		index = x.ArgSort(axis, !smallest).Slice(axis, 0, k)
	} else {
		index = bestOfRows(x, k, axis, smallest)
	}
	return x.TakeAlong(axis, index), index
}

func bestOfRows(x *tensor.Tensor, k, axis int, smallest bool) *tensor.Tensor {
	last := x.Detach().Transpose(axis, -1)
	v, n := tensor.Peek[float32](last), x.Dim(axis)
	rows := len(v) / max(n, 1)
	all := make([]int64, rows*k)
	pick := func(r int) {
		for i, e := range bestOf(v[r*n:(r+1)*n], k, smallest) {
			all[r*k+i] = int64(uint32(e))
		}
	}
	if rows == 1 {
		pick(0)
	} else if k > 0 {
		parallel.For(rows, max(4096/n, 1), func(lo, hi int) {
			for r := lo; r < hi; r++ {
				pick(r)
			}
		})
	}
	shape := slices.Clone(last.Shape())
	shape[len(shape)-1] = k
	return tensor.OutputOf(device.Int64, x, all, shape).Transpose(axis, -1)
}

// rank returns a number that is the lower, the better v is; then the earlier it stands.
func rank(v float32, at int, smallest bool) uint64 {
	key := math.Float32bits(v + 0) // −0 becomes 0
	switch {
	case v != v:
		key = math.MaxUint32
	case key>>31 != 0:
		key = ^key
	default:
		key |= 1 << 31
	}
	if !smallest {
		key = ^key
	}
	return uint64(key)<<32 | uint64(uint32(at))
}

// bestOf returns the ranks of the k best, in order. A sample tells a bound that few elements are within; if fewer than k are, all are sorted.
func bestOf(row []float32, k int, smallest bool) []uint64 {
	if k == 0 {
		return nil
	}
	const grain = 1 << 16
	if k <= 64 && len(row) < grain {
		return insertBest(row, k, smallest)
	}
	bound := boundOf(row, k, smallest)
	parts := make([][]uint64, parallel.Blocks(len(row), grain))
	parallel.For(len(row), grain, func(lo, hi int) {
		var part []uint64
		for i, v := range row[lo:hi] {
			if r := rank(v, lo+i, smallest); r <= bound {
				part = append(part, r)
			}
		}
		parts[lo/grain] = part
	})
	best := slices.Concat(parts...)
	if len(best) < k {
		best = best[:0]
		for i, v := range row {
			best = append(best, rank(v, i, smallest))
		}
	}
	slices.Sort(best)
	return best[:k]
}

// insertBest keeps the k best in order as it goes.
func insertBest(row []float32, k int, smallest bool) []uint64 {
	best := make([]uint64, 0, k+1)
	for i, v := range row {
		r := rank(v, i, smallest)
		if len(best) == k && r > best[k-1] {
			continue
		}
		at := len(best)
		for at > 0 && r < best[at-1] {
			at--
		}
		best = slices.Insert(best, at, r)
		best = best[:min(len(best), k)]
	}
	return best
}

// boundOf returns the rank of a sampled element that probably k are better than, and not many more. The sample is the same for every
// run.
func boundOf(row []float32, k int, smallest bool) uint64 {
	size := min(len(row)/16, 1024)
	if size < 16 {
		return math.MaxUint64
	}
	sample := make([]uint64, size)
	for i := range sample {
		at := int(uint64(i) * uint64(len(row)) / uint64(size))
		at += (i * 7919) % (len(row) / size) // so that no period of the row is sampled at one phase
		sample[i] = rank(row[at], at, smallest)
	}
	slices.Sort(sample)
	expected := float64(k) / float64(len(row)) * float64(size)
	return sample[min(int(expected+4*math.Sqrt(expected)+4), size-1)]
}
