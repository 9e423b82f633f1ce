package metric

import (
	"cmp"
	"math"
	"slices"

	"github.com/jimu-ml/jimu/tensor"
)

// both keeps predictions x and targets y as they were added.
type both struct{ x, y []float64 }

func (b *both) add(op string, prediction, target *tensor.Tensor) {
	x, y := pairs(op, prediction, target)
	b.x, b.y = append(b.x, x...), append(b.y, y...)
}

func (b *both) merge(c both) { b.x, b.y = append(b.x, c.x...), append(b.y, c.y...) }

// Reset forgets what was added.
func (b *both) Reset() { *b = both{} }

// Spearman is the correlation of the ranks of predictions and targets of one shape, from −1 to 1; equal values share the
// mean of their ranks. It keeps all that is added.
type Spearman struct{ both }

// Name returns "spearman".
func (s *Spearman) Name() string { return "spearman" }

// Add counts a batch.
func (s *Spearman) Add(prediction, target *tensor.Tensor) { s.add("Spearman", prediction, target) }

// Value returns the correlation, NaN if one side does not vary.
func (s *Spearman) Value() float64 {
	x, y := ranks(s.x), ranks(s.y)
	var m moment
	for i := range x {
		m.merge(moment{n: 1, x: x[i], y: y[i]})
	}
	return m.xy / (math.Sqrt(m.xx) * math.Sqrt(m.yy))
}

// Merge adds what another Spearman has seen.
func (s *Spearman) Merge(m Metric) { s.merge(same[*Spearman]("Spearman.Merge", m).both) }

// sorted returns the places of v in ascending order of their values.
func sorted(v []float64) []int {
	order := make([]int, len(v))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(v[i], v[j]) })
	return order
}

// ranks returns the rank of each value, from 1.
func ranks(v []float64) []float64 {
	order := sorted(v)
	r := make([]float64, len(v))
	for i := 0; i < len(order); {
		j := i
		for ; j < len(order) && v[order[j]] == v[order[i]]; j++ {
		}
		j = max(j, i+1) // a NaN is equal to nothing
		for _, k := range order[i:j] {
			r[k] = float64(i+j+1) / 2
		}
		i = j
	}
	return r
}

// median returns the middle value, the mean of the middle two of an even number, NaN of none.
func median(v []float64) float64 {
	v = slices.Sorted(slices.Values(v))
	n := len(v)
	if n == 0 {
		return math.NaN()
	}
	return (v[(n-1)/2] + v[n/2]) / 2
}

// Kendall is the rank correlation of predictions and targets of one shape, from −1 to 1: how many more pairs are in the same
// order than in opposite ones. It keeps all that is added.
//
//	τb = (C − D) / √((C + D + X)·(C + D + Y))       C concordant pairs, D discordant, X tied in x only, Y in y only
//	τa = (C − D) / (n(n − 1)/2)
//	τc = 2·(C − D) / (n²·(m − 1)/m)                 m the smaller number of distinct values
//
// It takes n·log n comparisons.
//
// Knight, A computer method for calculating Kendall's tau with ungrouped data, JASA, 1966.
type Kendall struct {
	Variant string // "a", "b" or "c"; the default is b

	both
}

// Name returns "kendall".
func (k *Kendall) Name() string { return "kendall" }

// Add counts a batch.
func (k *Kendall) Add(prediction, target *tensor.Tensor) {
	switch k.Variant {
	case "", "a", "b", "c":
		k.add("Kendall", prediction, target)
	default:
		panic(tensor.Errorf("Kendall", "no variant is called %q; want a, b or c", k.Variant))
	}
}

// Merge adds what another Kendall has seen.
func (k *Kendall) Merge(m Metric) { k.merge(same[*Kendall]("Kendall.Merge", m).both) }

// Value returns the correlation, NaN if one side does not vary.
func (k *Kendall) Value() float64 {
	n := len(k.x)
	if n < 2 {
		return math.NaN()
	}
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int {
		return cmp.Or(cmp.Compare(k.x[i], k.x[j]), cmp.Compare(k.y[i], k.y[j]))
	})
	x, y := make([]float64, n), make([]float64, n)
	for i, j := range order {
		x[i], y[i] = k.x[j], k.y[j]
	}
	tiesX, distinctX := ties(n, func(i, j int) bool { return x[i] == x[j] })
	tiesXY, _ := ties(n, func(i, j int) bool { return x[i] == x[j] && y[i] == y[j] })
	discordant := inversions(y, make([]float64, n)) // sorts y
	tiesY, distinctY := ties(n, func(i, j int) bool { return y[i] == y[j] })

	all := float64(n) * float64(n-1) / 2
	more := all - tiesX - tiesY + tiesXY - 2*discordant // C − D
	switch k.Variant {
	case "a":
		return more / all
	case "c":
		m := float64(min(distinctX, distinctY))
		return 2 * more / (float64(n) * float64(n) * (m - 1) / m)
	}
	return more / (math.Sqrt(all-tiesX) * math.Sqrt(all-tiesY))
}

// ties returns how many pairs of n sorted places are equal, and how many places are distinct.
func ties(n int, equal func(i, j int) bool) (pairs float64, distinct int) {
	for i := 0; i < n; {
		j := i + 1
		for ; j < n && equal(i, j); j++ {
		}
		pairs += float64(j-i) * float64(j-i-1) / 2
		distinct++
		i = j
	}
	return pairs, distinct
}

// inversions sorts v and returns how many pairs were in descending order.
func inversions(v, room []float64) float64 {
	if len(v) < 2 {
		return 0
	}
	h := len(v) / 2
	n := inversions(v[:h], room) + inversions(v[h:], room)
	a, b, to := v[:h], v[h:], room[:0]
	for len(a) > 0 && len(b) > 0 {
		if b[0] < a[0] {
			n += float64(len(a))
			to, b = append(to, b[0]), b[1:]
		} else {
			to, a = append(to, a[0]), a[1:]
		}
	}
	copy(v, append(append(to, a...), b...))
	return n
}
