package tensor_test

import (
	"cmp"
	"math"
	"slices"
	"testing"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/parallel"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// TestSortMatchesComparing compares sorts with a stable one by comparisons: many lengths and types, with equal elements, zeros of
// both signs, infinities and NaN, on one and on three processors.
func TestSortMatchesComparing(t *testing.T) {
	defer parallel.SetThreads(0)
	for _, n := range []int{1, 2, 31, 33, 1000, 9000, 140000} {
		v := make([]float32, n)
		rng.New(uint64(n)).Next().Normal(v)
		for i := range v {
			switch special := i % 97; special {
			case 3:
				v[i] = float32(math.Inf(1 - i%2*2))
			case 5:
				v[i] = float32(math.NaN())
			case 7, 8:
				v[i] = float32(math.Copysign(0, float64(special)-7.5))
			case 11, 12, 13:
				v[i] = float32(i % 5)
			}
		}
		for _, typ := range []device.DType{device.Float32, device.Float64, device.BFloat16, device.Int64, device.Int32} {
			x := tensor.Of(v, n)
			if n > 1e5 && typ.Bytes() != 4 {
				continue
			}
			if !typ.IsFloat() {
				x = tensor.Where(x.IsFinite(), x, x.FullLike(0)).Scale(1e8)
			}
			x = x.Cast(typ)
			values := tensor.Values[float64](x)
			for _, descending := range []bool{false, true} {
				want := make([]int64, n)
				for i := range want {
					want[i] = int64(i)
				}
				slices.SortStableFunc(want, func(i, j int64) int {
					if descending {
						i, j = j, i
					}
					a, b := values[i], values[j]
					if a != a || b != b { // cmp has NaN first
						return cmp.Compare(b, a)
					}
					return cmp.Compare(a, b)
				})
				for _, threads := range []int{1, 3} {
					parallel.SetThreads(threads)
					if got := x.ArgSort(0, descending).Ints(); !slices.Equal(got, want) {
						t.Errorf("%d of %s, descending %v, %d threads: not in the order of comparisons", n, typ, descending, threads)
					}
				}
			}
		}
	}
}

// TestCumSumOfLongRows compares with sums in order, and one processor with three.
func TestCumSumOfLongRows(t *testing.T) {
	defer parallel.SetThreads(0)
	const n = 100_000
	v := make([]float32, 2*n)
	rng.New(3).Next().Normal(v)
	for _, typ := range []device.DType{device.Float32, device.Float64, device.Int64} {
		x := tensor.Of(v, 2, n).Scale(8).Cast(typ)
		values, want := tensor.Values[float64](x), make([]float64, 2*n)
		for i, a := range values {
			if want[i] = a; i%n > 0 {
				want[i] += want[i-1]
			}
		}
		for _, threads := range []int{1, 3} {
			parallel.SetThreads(threads)
			for _, got := range [][]float64{tensor.Values[float64](x.CumSum(1)), tensor.Values[float64](x.T().CumSum(0).T())} {
				for i, a := range got {
					if math.Abs(a-want[i]) > 1e-6*(1+math.Abs(want[i])) {
						t.Fatalf("%s, %d threads: sum %d is %v, want %v", typ, threads, i, a, want[i])
					}
				}
			}
		}
		parallel.SetThreads(1)
		one := x.CumSum(1)
		parallel.SetThreads(3)
		if !equalBits(one, x.CumSum(1)) {
			t.Errorf("%s: the bits depend on the number of threads", typ)
		}
	}
}
