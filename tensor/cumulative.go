package tensor

import (
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/parallel"
)

// CumSum returns the sums of the elements so far along an axis.
//
//	y[i] = x[0] + … + x[i]    dx[i] = dy[i] + dy[i+1] + …
//
// In memory of the host it is summed in float64, elsewhere by log₂ n additions of whole tensors, 16-bit types in float32.
func (x *Tensor) CumSum(axis int) *Tensor {
	axis = x.axis("CumSum", axis)
	if _, host := x.mem.buffer.(device.HostBuffer); host {
		return recordCumSum(x.cumSumOnHost(axis), x, axis)
	}
	if t := x.view.DType; t.IsFloat() && t != device.Float32 && t != device.Float64 {
		return x.Cast(device.Float32).CumSum(axis).Cast(t)
	}
	y := x.Bare().scan(axis, (*Tensor).Add)
	if y == x.Bare() {
		y = y.Clone()
	}
	return recordCumSum(y, x, axis)
}

func recordCumSum(y, x *Tensor, axis int) *Tensor {
	return Record(y, "CumSum", func(dy, _ *Tensor, _ []*Tensor) []*Tensor {
		return []*Tensor{dy.Flip(axis).CumSum(axis).Flip(axis)}
	}, x)
}

// cumSumOnHost sums floats in float64, and integers in int64.
func (x *Tensor) cumSumOnHost(axis int) *Tensor {
	last := x.Detach().Transpose(axis, -1)
	var y *Tensor
	switch t := x.view.DType; {
	case !t.IsFloat():
		y = runningSums[int64, int64](last)
	case t == device.Float64:
		y = runningSums[float64, float64](last)
	default:
		y = runningSums[float32, float64](last)
	}
	return y.Transpose(axis, -1)
}

// sumGrain is how many elements of one row are summed by themselves, whatever the number of processors.
const sumGrain = 1 << 15

func runningSums[T int64 | float32 | float64, S int64 | float64](x *Tensor) *Tensor {
	v, n := Peek[T](x), x.Dim(-1)
	return OutputBy(x.view.DType, x, x.Shape(), func(y []T) {
		if n < 2*sumGrain {
			parallel.For(len(v)/max(n, 1), max(hostGrain/max(n, 1), 1), func(lo, hi int) {
				for r := lo; r < hi; r++ {
					runningSum[T, S](y[r*n:(r+1)*n], v[r*n:(r+1)*n], 0)
				}
			})
			return
		}
		before := make([]S, parallel.Blocks(n, sumGrain)+1)
		for r := range len(v) / n {
			row, to := v[r*n:(r+1)*n], y[r*n:(r+1)*n]
			parallel.For(n, sumGrain, func(lo, hi int) {
				sum := S(0)
				for _, a := range row[lo:hi] {
					sum += S(a)
				}
				before[lo/sumGrain+1] = sum
			})
			for i := 1; i < len(before); i++ {
				before[i] += before[i-1]
			}
			parallel.For(n, sumGrain, func(lo, hi int) { runningSum(to[lo:hi], row[lo:hi], before[lo/sumGrain]) })
		}
	})
}

// runningSum puts the sums so far of x, and of what was before it, into y.
func runningSum[T int64 | float32 | float64, S int64 | float64](y, x []T, before S) {
	y = y[:len(x)]
	for i, a := range x {
		before += S(a)
		y[i] = T(before)
	}
}

// CumProd returns the products of the elements so far along an axis.
//
//	y[i] = x[0] · … · x[i]
//
// It takes log₂ n products of whole tensors. Its gradient is right where elements are 0.
func (x *Tensor) CumProd(axis int) *Tensor { return x.scan(x.axis("CumProd", axis), (*Tensor).Mul) }

// CumLogSumExp returns the logarithms of the sums of exponentials so far along an axis, without overflow.
//
//	y[i] = ln(e^x[0] + … + e^x[i])
//
// It takes log₂ n calls of [Tensor.LogAddExp] of whole tensors.
func (x *Tensor) CumLogSumExp(axis int) *Tensor {
	x.checkFloat("CumLogSumExp")
	return x.scan(x.axis("CumLogSumExp", axis), (*Tensor).LogAddExp)
}

// scan folds the elements so far along an axis by an associative f, after Hillis and Steele: each round joins runs of twice
// the length.
//
// Hillis and Steele, Data Parallel Algorithms, 1986.
func (x *Tensor) scan(axis int, f func(a, b *Tensor) *Tensor) *Tensor {
	n := x.Dim(axis)
	for run := 1; run < n; run *= 2 {
		x = Concat(axis, x.Slice(axis, 0, run), f(x.Slice(axis, 0, n-run), x.Slice(axis, run, n)))
	}
	return x
}

// CumMax returns the largest elements so far along an axis, and where they stand, as int64: the last of equal ones. After
// a NaN all are NaN. The positions are found on the host.
//
//	y[i] = max(x[0], …, x[i])
//
// The gradient goes to the elements at those positions.
func (x *Tensor) CumMax(axis int) (y, index *Tensor) {
	return x.extremes("CumMax", axis, func(a, best float64) bool { return a >= best })
}

// CumMin is [Tensor.CumMax] of the smallest.
func (x *Tensor) CumMin(axis int) (y, index *Tensor) {
	return x.extremes("CumMin", axis, func(a, best float64) bool { return a <= best })
}

func (x *Tensor) extremes(op string, axis int, beats func(a, best float64) bool) (y, index *Tensor) {
	index = x.positionsAlong(x.axis(op, axis), func(row []float64, at []int64) {
		best := 0
		for i, a := range row {
			if beats(a, row[best]) || a != a {
				best = i
			}
			at[i] = int64(best)
		}
	})
	return x.TakeAlong(axis, index), index
}

// positionsAlong calls f for each row of x along an axis; f notes positions in that row. They are int64, of x's shape.
func (x *Tensor) positionsAlong(axis int, f func(row []float64, at []int64)) *Tensor {
	last := x.Detach().Transpose(axis, -1)
	v, n := Values[float64](last), x.Dim(axis)
	at := make([]int64, len(v))
	parallel.For(len(v)/max(n, 1), max(hostGrain/max(n, 1), 1), func(lo, hi int) {
		for r := lo; r < hi; r++ {
			f(v[r*n:(r+1)*n], at[r*n:(r+1)*n])
		}
	})
	return OutputOf(DTypeOf[int64](), x, at, last.Shape()).Transpose(axis, -1)
}
