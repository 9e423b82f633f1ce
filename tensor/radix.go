package tensor

import (
	"math"

	"github.com/jimu-ml/jimu/internal/parallel"
)

// A keyed is an element to sort: a key whose order as a number is that of the elements, and where it stood.
type keyed[K uint32 | uint64] struct {
	key K
	at  uint32
}

// radixGrain is how many elements of one row a goroutine counts and moves at once.
const radixGrain = 1 << 16

// floatKey returns a key for a number: equal ones, and so zeros of both signs, have the same, and all NaN the largest.
func floatKey(v float32) uint32 {
	if v != v {
		return math.MaxUint32
	}
	b := math.Float32bits(v + 0) // −0 becomes 0
	if b>>31 != 0 {
		return ^b
	}
	return b | 1<<31
}

// floatKey64 is floatKey for float64.
func floatKey64(v float64) uint64 {
	if v != v {
		return math.MaxUint64
	}
	b := math.Float64bits(v + 0)
	if b>>63 != 0 {
		return ^b
	}
	return b | 1<<63
}

// intKey is floatKey for integers.
func intKey(v int64) uint64 { return uint64(v) ^ 1<<63 }

// argSort puts the order of each row of n of v into at. It is stable.
func argSort[T Element, K uint32 | uint64](v []T, at []int64, n int, key func(T) K, descending bool) {
	rows := len(v) / max(n, 1)
	flip := K(0)
	if descending {
		flip = ^flip
	}
	if rows == 1 {
		sortRow(v, at, key, flip, make([]keyed[K], n), make([]keyed[K], n))
		return
	}
	parallel.For(rows, max(hostGrain/max(n, 1), 1), func(lo, hi int) {
		a, b := make([]keyed[K], n), make([]keyed[K], n)
		for r := lo; r < hi; r++ {
			sortRow(v[r*n:(r+1)*n], at[r*n:(r+1)*n], key, flip, a, b)
		}
	})
}

func sortRow[T Element, K uint32 | uint64](row []T, at []int64, key func(T) K, flip K, a, b []keyed[K]) {
	parallel.For(len(row), radixGrain, func(lo, hi int) {
		for i, v := range row[lo:hi] {
			a[lo+i] = keyed[K]{key(v) ^ flip, uint32(lo + i)}
		}
	})
	for i, e := range sortKeyed(a, b) {
		at[i] = int64(e.at)
	}
}

// sortKeyed sorts a by key, stable, with room as long as a; the result is one of them.
func sortKeyed[K uint32 | uint64](a, room []keyed[K]) []keyed[K] {
	if len(a) <= 32 {
		for i := 1; i < len(a); i++ {
			e, j := a[i], i
			for ; j > 0 && a[j-1].key > e.key; j-- {
				a[j] = a[j-1]
			}
			a[j] = e
		}
		return a
	}
	digit := 8
	if len(a) >= 1<<13 {
		digit = 11
	}
	size := 32
	if uint64(^K(0)) > math.MaxUint32 {
		size = 64
	}
	counts := make([]int, parallel.Blocks(len(a), radixGrain)<<digit)
	for shift := 0; shift < size; shift += digit {
		if countDigits(a, counts, shift, digit) {
			moveByDigit(a, room, counts, shift, digit)
			a, room = room, a
		}
	}
	return a
}

// countDigits makes counts, of each block, the places where its elements with a digit go to. It returns false if all elements have the
// same digit, and so stay.
func countDigits[K uint32 | uint64](a []keyed[K], counts []int, shift, digit int) bool {
	kinds, mask := 1<<digit, K(1)<<digit-1
	clear(counts)
	parallel.For(len(a), radixGrain, func(lo, hi int) {
		count := counts[lo/radixGrain*kinds:][:kinds]
		for i := range a[lo:hi] {
			count[a[lo+i].key>>shift&mask]++
		}
	})
	place := 0
	for d := range kinds {
		before := place
		for i := d; i < len(counts); i += kinds {
			counts[i], place = place, place+counts[i]
		}
		if place-before == len(a) {
			return false
		}
	}
	return true
}

func moveByDigit[K uint32 | uint64](a, to []keyed[K], counts []int, shift, digit int) {
	kinds, mask := 1<<digit, K(1)<<digit-1
	parallel.For(len(a), radixGrain, func(lo, hi int) {
		place := counts[lo/radixGrain*kinds:][:kinds]
		for _, e := range a[lo:hi] {
			d := e.key >> shift & mask
			to[place[d]] = e
			place[d]++
		}
	})
}

// argSort puts what [Tensor.ArgSort] returns, along the last axis, into at.
func (x *Tensor) argSort(at []int64, descending bool) {
	n := x.Dim(-1)
	if uint64(n) > math.MaxUint32 {
		panic(Errorf("ArgSort", "rows of shape %v are longer than 2³²", x))
	}
	switch t := x.view.DType; {
	case !t.IsFloat():
		argSort(Peek[int64](x), at, n, intKey, descending)
	case t.Bytes() == 8:
		argSort(Peek[float64](x), at, n, floatKey64, descending)
	default:
		argSort(Peek[float32](x), at, n, floatKey, descending)
	}
}
