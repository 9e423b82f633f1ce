package table

import (
	"math"
	"slices"
)

// FitRange returns the scale that maps the least number of each column to 0 and the largest to 1. Missing numbers do not
// count; a constant column becomes 0.
//
// Despite their names, the fields of the scale then hold the least and the range. [Scale.Apply] puts 0, the least, in the
// place of a missing number: [Fill] the features first if that is not meant.
func FitRange(f *Features) Scale {
	return f.scale(func(v []float64) (shift, stretch float64) { return v[0], v[len(v)-1] - v[0] })
}

// FitRobust returns the scale that maps the median of each column to 0 and the middle half of its numbers to a length of 1,
// so that a few wild ones do not squeeze all others together.
func FitRobust(f *Features) Scale {
	return f.scale(func(v []float64) (shift, stretch float64) {
		return quantile(v, 0.5), quantile(v, 0.75) - quantile(v, 0.25)
	})
}

// scale makes a scale of the sorted numbers of each column.
func (f *Features) scale(of func(sorted []float64) (shift, stretch float64)) Scale {
	n := len(f.Names)
	s := Scale{make([]float32, n), make([]float32, n)}
	for c := range n {
		s.Deviation[c] = 1
		v := f.sorted(c)
		if len(v) == 0 {
			continue
		}
		shift, stretch := of(v)
		s.Mean[c] = float32(shift)
		if stretch > 0 {
			s.Deviation[c] = float32(stretch)
		}
	}
	return s
}

// sorted returns the numbers of a column that are there.
func (f *Features) sorted(c int) []float64 {
	var v []float64
	for i := c; i < len(f.X); i += len(f.Names) {
		if x := float64(f.X[i]); x == x {
			v = append(v, x)
		}
	}
	slices.Sort(v)
	return v
}

// quantile returns the number below which the share q of sorted ones lies, between neighbours on a straight line.
func quantile(sorted []float64, q float64) float64 {
	at := q * float64(len(sorted)-1)
	i := int(at)
	if i+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	part := at - float64(i)
	return sorted[i] + float64(part*(sorted[i+1]-sorted[i]))
}

// A Fill is what stands for missing numbers, column by column.
type Fill []float32

// FillMedian takes the median of each column, FillMean its mean, FillMost its commonest number and the least of equals: 0
// for a column without any.
func FillMedian(f *Features) Fill {
	return f.fill(func(v []float64) float64 { return quantile(v, 0.5) })
}

// FillMean takes the mean of each column; see [FillMedian].
func FillMean(f *Features) Fill {
	return f.fill(func(v []float64) float64 {
		sum := 0.0
		for _, x := range v {
			sum += x
		}
		return sum / float64(len(v))
	})
}

// FillMost takes the commonest number of each column; see [FillMedian].
func FillMost(f *Features) Fill {
	return f.fill(func(v []float64) float64 {
		best, most, run := v[0], 0, 0
		for i, x := range v {
			if run++; i == 0 || x != v[i-1] {
				run = 1
			}
			if run > most {
				best, most = x, run
			}
		}
		return best
	})
}

func (f *Features) fill(of func(sorted []float64) float64) Fill {
	all := make(Fill, len(f.Names))
	for c := range all {
		if v := f.sorted(c); len(v) > 0 {
			all[c] = float32(of(v))
		}
	}
	return all
}

// Apply puts the numbers in the places of those missing in f, and returns a row of [Rows len(Names)] flags, 1 where one was
// missing, since that something is missing may itself tell.
func (l Fill) Apply(f *Features) (missing []float32) {
	missing = make([]float32, len(f.X))
	for i, v := range f.X {
		if math.IsNaN(float64(v)) {
			f.X[i], missing[i] = l[i%len(f.Names)], 1
		}
	}
	return missing
}
