package ensemble

import (
	"math"
	"slices"
)

// likeliest returns the weights of a mixture that make the targets likeliest, by expectation and maximization from equal
// ones. The likelihood of a mixture's weights has no other maximum.
//
//	w_m ← 1/n Σᵢ w_m p_m(yᵢ) / Σ_j w_j p_j(yᵢ)
func likeliest(rows [][]float64, y []int64, k int) []float64 {
	w := equal(len(rows))
	p := make([][]float64, len(y))
	for i, c := range y {
		for _, row := range rows {
			p[i] = append(p[i], max(row[i*k+int(c)], 1e-12))
		}
	}
	for range 1000 {
		next := make([]float64, len(w))
		for _, pi := range p {
			sum := 0.0
			for m, v := range pi {
				sum += w[m] * v
			}
			for m, v := range pi {
				next[m] += w[m] * v / sum / float64(len(y))
			}
		}
		change := 0.0
		for m := range w {
			change = max(change, math.Abs(next[m]-w[m]))
		}
		if w = next; change < 1e-9 {
			break
		}
	}
	return w
}

// closest returns the weights, none negative and 1 together, of the mean with the smallest squared error, by gradient steps
// that are projected back.
func closest(rows [][]float64, y []float64) []float64 {
	m := len(rows)
	// As the weights add up to 1, the error is wᵀAw, where A holds the products of the members' own errors.
	a := make([][]float64, m)
	trace := 0.0
	for i := range m {
		a[i] = make([]float64, m)
		for j := range m {
			for n, v := range y {
				a[i][j] += (rows[i][n] - v) * (rows[j][n] - v)
			}
		}
		trace += a[i][i]
	}
	w := equal(m)
	if trace == 0 {
		return w
	}
	for range 20000 {
		next := slices.Clone(w)
		for i := range m {
			g := 0.0
			for j := range m {
				g += a[i][j] * w[j]
			}
			next[i] -= g / trace
		}
		simplex(next)
		change := 0.0
		for i := range w {
			change = max(change, math.Abs(next[i]-w[i]))
		}
		if w = next; change < 1e-10 {
			break
		}
	}
	return w
}

// simplex replaces w by the nearest weights that are not negative and add up to 1.
//
// Duchi, Shalev-Shwartz, Singer and Chandra, Efficient Projections onto the ℓ1-Ball, 2008, figure 1.
func simplex(w []float64) {
	sorted := slices.Clone(w)
	slices.Sort(sorted)
	slices.Reverse(sorted)
	sum, shift := 0.0, 0.0
	for i, v := range sorted {
		sum += v
		if s := (sum - 1) / float64(i+1); v > s {
			shift = s
		}
	}
	for i := range w {
		w[i] = max(0, w[i]-shift)
	}
}

func equal(n int) []float64 {
	w := make([]float64, n)
	for i := range w {
		w[i] = 1 / float64(n)
	}
	return w
}
