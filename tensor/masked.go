package tensor

import (
	"slices"

	"github.com/jimu-ml/jimu/device"
)

// MaskedFill returns x with v where the booleans of the mask are true, broadcast.
//
//	dx = dy where the mask is false, else 0
func (x *Tensor) MaskedFill(mask *Tensor, v float64) *Tensor { return Where(mask, x.like(v), x) }

// MaskedSelect returns the elements of x where the booleans of the mask are true, in row-major order, as a vector; x and
// the mask are broadcast.
//
// The length depends on the values of the mask, which are read on the host: no program with fixed shapes can hold it.
func (x *Tensor) MaskedSelect(mask *Tensor) *Tensor {
	if mask.view.DType != device.Bool {
		panic(Errorf("MaskedSelect", "the mask is %s of shape %v; want bool", mask.view.DType, mask))
	}
	shape := Broadcast("MaskedSelect", x, mask)
	var at []int64
	for i, on := range Values[bool](mask.Expand(shape...)) {
		if on {
			at = append(at, int64(i))
		}
	}
	return x.Expand(shape...).Reshape(-1).Take(0, OutputOf(device.Int64, x, at, []int{len(at)}))
}

// Nonzero returns the places of the elements that are not 0, in row-major order, as int64: as many rows as there are
// elements, one column an axis. They are found on the host.
//
//	x […] → y [n rank]
func (x *Tensor) Nonzero() *Tensor {
	var at []int64
	n := 0
	place := make([]int64, x.Rank())
	for _, on := range Values[bool](x.Detach().Cast(device.Bool)) {
		if on {
			at = append(at, place...)
			n++
		}
		for k := len(place) - 1; k >= 0; k-- {
			if place[k]++; place[k] < int64(x.Dim(k)) {
				break
			}
			place[k] = 0
		}
	}
	return OutputOf(device.Int64, x, at, []int{n, x.Rank()})
}

// Unique returns the distinct elements of x in ascending order, as a vector; for each element of x the position of its equal
// among them, of x's shape; and how often each occurs. Positions and counts are int64. It is done on the host. Each NaN is
// distinct, and comes last.
//
// It panics with an [Error] if x needs a gradient.
func (x *Tensor) Unique() (y, inverse, counts *Tensor) {
	NonDifferentiable("Unique", x)
	flat := x.Reshape(-1)
	order := flat.ArgSort(0, false).Ints()
	var first, count []int64
	where := make([]int64, len(order))
	v := Values[float64](flat)
	var whole []int64
	if !x.view.DType.IsFloat() {
		whole = flat.Ints()
	}
	for i, o := range order {
		if i == 0 || v[o] != v[order[i-1]] || whole != nil && whole[o] != whole[order[i-1]] {
			first, count = append(first, o), append(count, 0)
		}
		count[len(count)-1]++
		where[o] = int64(len(count) - 1)
	}
	n := []int{len(first)}
	y = flat.Take(0, OutputOf(device.Int64, x, first, n))
	return y, OutputOf(device.Int64, x, where, x.Shape()), OutputOf(device.Int64, x, count, n)
}

// BinCount returns how often each of the integers from 0 to n−1 occurs in x, as int64.
//
//	y[j] = how many x = j
//
// It panics with an [Error] if one is outside.
func (x *Tensor) BinCount(n int) *Tensor {
	x.checkInteger("BinCount")
	count := make([]int64, n)
	for _, v := range x.Ints() {
		if v < 0 || v >= int64(n) {
			panic(Errorf("BinCount", "%d is outside the %d bins for shape %v", v, n, x))
		}
		count[v]++
	}
	return OutputOf(device.Int64, x, count, []int{n})
}

// Histogram returns how many elements of x lie in each of n bins of equal width from lo to hi, as int64. A bin holds its
// lower border, the last one its upper too; what lies outside counts nowhere.
//
// It panics with an [Error] if x needs a gradient, or the bins have no width.
func (x *Tensor) Histogram(n int, lo, hi float64) *Tensor {
	NonDifferentiable("Histogram", x)
	if n < 1 || !(lo < hi) {
		panic(Errorf("Histogram", "%d bins from %v to %v for shape %v", n, lo, hi, x))
	}
	count := make([]int64, n)
	for _, v := range Values[float64](x) {
		if lo <= v && v <= hi {
			count[min(int((v-lo)/(hi-lo)*float64(n)), n-1)]++
		}
	}
	return OutputOf(device.Int64, x, count, []int{n})
}

// SearchSorted returns, for each v, the position at which it would be put into the ascending vector x, as int64: before
// equal elements, or behind them if right is set. It is done on the host.
//
//	x[i−1] < v ≤ x[i], with right x[i−1] ≤ v < x[i]
func (x *Tensor) SearchSorted(v *Tensor, right bool) *Tensor {
	if x.Rank() != 1 {
		panic(Errorf("SearchSorted", "shape %v is no vector", x))
	}
	sorted := Values[float64](x.Detach())
	values := Values[float64](v.Detach())
	at := make([]int64, len(values))
	for i, a := range values {
		k, _ := slices.BinarySearchFunc(sorted, a, func(s, a float64) int {
			if s < a || right && s == a {
				return -1
			}
			return 1
		})
		at[i] = int64(k)
	}
	return OutputOf(device.Int64, v, at, v.Shape())
}
