package table

import (
	"fmt"
	"math"
	"slices"
)

// Quantiles map the numbers of each column to those of a normal distribution with the same ranks, so that long tails and wild
// numbers do not squeeze all others together.
//
//	y = Φ⁻¹(F(x))     F the share of the numbers below x that the columns were fitted to, between marks on a straight line
//
// F is kept within 1e-7 of 0 and 1, so that y is within ±5.2. A column with fewer than three different numbers, such as that
// of a category's class, stays as it is, and so does what is missing.
//
// The formula is that of scikit-learn's QuantileTransformer with the output "normal".
type Quantiles [][]float32 // the marks of each column: numbers at equal distances of rank; none of a column that stays

// FitQuantiles returns the quantiles of columns by so many marks, 1,000 if 0.
func FitQuantiles(f *Features, marks int) Quantiles {
	if marks == 0 {
		marks = 1000
	}
	all := make(Quantiles, len(f.Names))
	for c := range all {
		v := f.sorted(c)
		if len(slices.Compact(slices.Clone(v))) < 3 {
			continue
		}
		n := min(marks, len(v))
		all[c] = make([]float32, n)
		for i := range n {
			all[c][i] = float32(quantile(v, float64(i)/float64(n-1)))
		}
	}
	return all
}

// Apply maps the numbers of f in place.
func (q Quantiles) Apply(f *Features) error {
	if len(q) != len(f.Names) {
		return fmt.Errorf("quantiles of %d columns for %d", len(q), len(f.Names))
	}
	for i, x := range f.X {
		if marks := q[i%len(q)]; len(marks) > 1 && !math.IsNaN(float64(x)) {
			f.X[i] = float32(normalQuantile(rank(marks, x)))
		}
	}
	return nil
}

// rank returns the share of the marks below x; in the middle of equal ones.
func rank(marks []float32, x float32) float64 {
	low, _ := slices.BinarySearch(marks, x)
	high := low
	for high < len(marks) && marks[high] == x {
		high++
	}
	last := float64(len(marks) - 1)
	switch {
	case high > low:
		return float64(low+high-1) / 2 / last
	case low == 0:
		return 0
	case low == len(marks):
		return 1
	}
	part := float64(x-marks[low-1]) / float64(marks[low]-marks[low-1])
	return (float64(low-1) + part) / last
}

// normalQuantile returns the number below which a standard normal variable is with probability p.
func normalQuantile(p float64) float64 {
	const edge = 1e-7
	return -math.Sqrt2 * math.Erfcinv(2*min(max(p, edge), 1-edge))
}
