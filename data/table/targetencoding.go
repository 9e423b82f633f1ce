package table

import (
	"fmt"
)

// TargetEncoding gives each class of a category one number: the mean of what is to be predicted over the rows of that class,
// drawn towards the mean of all rows where the rows are few. A category of thousands of classes becomes one column.
//
//	e(k) = (Σ y over rows of k + s·ȳ) / (rows of k + s)      s the smoothing, in rows; ȳ the mean over all rows
//
// A class that was not seen, and a missing cell, gets ȳ. The rows that the encoding was fitted on know their own target
// through it: encode those by [CrossEncode].
//
// Micci-Barreca, A Preprocessing Scheme for High-Cardinality Categorical Attributes, 2001.
type TargetEncoding struct {
	Means []float64 // of each class
	Mean  float64   // of all rows
}

// FitTarget returns the encoding of a column by numbers to be predicted, one a row.
func FitTarget(c *Column, y []float64, smoothing float64) (*TargetEncoding, error) {
	if c.Kind != Category || len(y) != len(c.Codes) {
		return nil, fmt.Errorf("target encoding: column %q holds %s and %d rows, and there are %d targets; want categories, one a target",
			c.Name, c.Kind, len(c.Codes), len(y))
	}
	if !(smoothing >= 0) {
		return nil, fmt.Errorf("target encoding: a smoothing of %v rows; want 0 or more", smoothing)
	}
	return fitTarget(c, y, smoothing, func(int) bool { return true }), nil
}

// fitTarget fits an encoding on the rows that use takes.
func fitTarget(c *Column, y []float64, smoothing float64, use func(row int) bool) *TargetEncoding {
	sums, counts := make([]float64, len(c.Classes)), make([]float64, len(c.Classes))
	sum, count := 0.0, 0.0
	for r, k := range c.Codes {
		if !use(r) {
			continue
		}
		sum, count = sum+y[r], count+1
		if k >= 0 {
			sums[k], counts[k] = sums[k]+y[r], counts[k]+1
		}
	}
	e := &TargetEncoding{Means: sums, Mean: sum / max(count, 1)}
	for k := range sums {
		if weight := counts[k] + smoothing; counts[k] > 0 {
			e.Means[k] = (sums[k] + float64(smoothing*e.Mean)) / weight
		} else {
			e.Means[k] = e.Mean
		}
	}
	return e
}

// Encode returns the numbers of a column with the classes that the encoding was fitted on.
func (e *TargetEncoding) Encode(c *Column) []float64 {
	x := make([]float64, len(c.Codes))
	for r, k := range c.Codes {
		x[r] = e.of(k)
	}
	return x
}

func (e *TargetEncoding) of(k int) float64 {
	if k < 0 || k >= len(e.Means) {
		return e.Mean
	}
	return e.Means[k]
}

// CrossEncode returns the numbers of the rows to learn from: each row's by an encoding fitted on the rows of the other parts,
// so that no row sees its own target. Part says in which part each row is; see data.KFold.
func CrossEncode(c *Column, y []float64, smoothing float64, part []int) ([]float64, error) {
	if _, err := FitTarget(c, y, smoothing); err != nil {
		return nil, err
	}
	if len(part) != len(y) {
		return nil, fmt.Errorf("target encoding: %d parts for %d rows", len(part), len(y))
	}
	encodings := map[int]*TargetEncoding{}
	x := make([]float64, len(y))
	for r, k := range c.Codes {
		p := part[r]
		if encodings[p] == nil {
			encodings[p] = fitTarget(c, y, smoothing, func(row int) bool { return part[row] != p })
		}
		x[r] = encodings[p].of(k)
	}
	return x, nil
}
