// Package table reads tables from CSV files: columns of numbers, of categories and of text, with cells that may be missing.
//
//	t, err := table.Open("titanic.csv", table.Options{})
//	y, classes, err := t.Classes("survived")
//	x := t.Features("survived", "alive")
//
// The separator, the header and the kind of each column are found out, and each can be said instead. A test set is read with
// Options.Like, so that its columns mean what the training set's mean.
package table

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// A Kind says what the cells of a column are.
type Kind int

// The kinds of columns.
const (
	Number   Kind = iota // every cell that is there is a number
	Category             // words, few enough to be classes
	Text                 // words, too many: names, sentences
)

// String returns the kind's name.
func (k Kind) String() string {
	switch k {
	case Number:
		return "number"
	case Category:
		return "category"
	case Text:
		return "text"
	}
	return fmt.Sprintf("Kind(%d)", int(k))
}

// A Column is one column of a table. Of its three slices the one of its kind is set, one element a row.
type Column struct {
	Name    string
	Kind    Kind
	Numbers []float64 // of a Number; NaN where missing
	Codes   []int     // of a Category: index into Classes; -1 where missing
	Text    []string  // of a Text; "" where missing
	Classes []string  // of a Category: its words, sorted
	Missing int       // how many cells are missing
}

// A Table is what a file holds: columns of equal length.
type Table struct {
	Name    string // of the file, for messages
	Columns []*Column
	Rows    int
	Header  bool // whether the file names its columns; otherwise they are "0", "1", …
}

// Column returns the column of a name.
func (t *Table) Column(name string) (*Column, error) {
	for _, c := range t.Columns {
		if c.Name == name {
			return c, nil
		}
	}
	names := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		names[i] = c.Name
	}
	return nil, fmt.Errorf("%s has no column %q; it has %s", t.Name, name, strings.Join(names, ", "))
}

// Numbers returns a column of numbers as float32, to be predicted. A missing cell is an error.
func (t *Table) Numbers(name string) ([]float32, error) {
	c, err := t.Column(name)
	if err != nil {
		return nil, err
	}
	if c.Kind != Number {
		return nil, fmt.Errorf("%s: column %q holds no numbers, but %s", t.Name, name, c.Kind)
	}
	y := make([]float32, len(c.Numbers))
	for i, v := range c.Numbers {
		if v != v {
			return nil, fmt.Errorf("%s: row %d of column %q is missing", t.Name, i, name)
		}
		y[i] = float32(v)
	}
	return y, nil
}

// Classes returns a column as classes to be predicted, with their names in order: words sorted as words, numbers as
// numbers. A missing cell is an error.
func (t *Table) Classes(name string) (y []int64, classes []string, err error) {
	c, err := t.Column(name)
	if err != nil {
		return nil, nil, err
	}
	codes := c.Codes
	switch c.Kind {
	case Text:
		return nil, nil, fmt.Errorf("%s: column %q is text, with too many words to be classes", t.Name, name)
	case Number:
		codes, classes = coded(c.Numbers)
	default:
		classes = slices.Clone(c.Classes)
	}
	y = make([]int64, len(codes))
	for i, k := range codes {
		if k < 0 {
			return nil, nil, fmt.Errorf("%s: row %d of column %q is missing", t.Name, i, name)
		}
		y[i] = int64(k)
	}
	return y, classes, nil
}

// coded returns the place of each number among the sorted different ones, and what these are called.
func coded(numbers []float64) (codes []int, classes []string) {
	sorted := slices.DeleteFunc(slices.Clone(numbers), func(v float64) bool { return v != v })
	slices.Sort(sorted)
	sorted = slices.Compact(sorted)
	codes = make([]int, len(numbers))
	for i, v := range numbers {
		if codes[i] = -1; v == v {
			codes[i], _ = slices.BinarySearch(sorted, v)
		}
	}
	for _, v := range sorted {
		classes = append(classes, fmt.Sprint(v))
	}
	return codes, classes
}

// Features are the inputs of a model: the numbers of a table, row by row.
type Features struct {
	X     []float32 // [Rows len(Names)]
	Names []string  // "age", and "sex=female" for each class of a category
	Rows  int
}

// Features returns all columns but those to leave out, text aside: a number as it is, NaN where missing; a category as one
// column for each class, 1 in the row's own and 0 elsewhere, all 0 where missing. A [Scale] then makes the columns
// comparable and fills what is missing.
func (t *Table) Features(without ...string) *Features {
	f := &Features{Rows: t.Rows}
	var used []*Column
	for _, c := range t.Columns {
		if c.Kind == Text || slices.Contains(without, c.Name) {
			continue
		}
		used = append(used, c)
		if c.Kind == Number {
			f.Names = append(f.Names, c.Name)
		}
		for _, class := range c.Classes {
			f.Names = append(f.Names, c.Name+"="+class)
		}
	}
	f.X = make([]float32, t.Rows*len(f.Names))
	at := 0
	for _, c := range used {
		for r := range t.Rows {
			row := f.X[r*len(f.Names):]
			if c.Kind == Number {
				row[at] = float32(c.Numbers[r])
			} else if k := c.Codes[r]; k >= 0 {
				row[at+k] = 1
			}
		}
		if at += len(c.Classes); c.Kind == Number {
			at++
		}
	}
	return f
}

// A Scale shifts and stretches columns to mean 0 and standard deviation 1, as they are in the training set.
type Scale struct{ Mean, Deviation []float32 }

// Fit returns the scale of f's columns. Missing numbers do not count, and a constant column has deviation 1.
func Fit(f *Features) Scale {
	n := len(f.Names)
	s := Scale{make([]float32, n), make([]float32, n)}
	for c := range n {
		count, sum, square := 0.0, 0.0, 0.0
		for i := c; i < len(f.X); i += n {
			if v := float64(f.X[i]); v == v {
				count, sum = count+1, sum+v
			}
		}
		mean := sum / max(count, 1)
		for i := c; i < len(f.X); i += n {
			if d := float64(f.X[i]) - mean; d == d {
				square += d * d
			}
		}
		s.Mean[c], s.Deviation[c] = float32(mean), 1
		if d := math.Sqrt(square / max(count, 1)); d > 1e-9*math.Abs(mean) {
			s.Deviation[c] = float32(d)
		}
	}
	return s
}

// Apply puts (x − mean) / deviation in the place of each number of f, and 0, the mean, in that of each missing one. It
// returns an error if f has other columns than the scale.
func (s Scale) Apply(f *Features) error {
	n := len(f.Names)
	if n != len(s.Mean) || n != len(s.Deviation) {
		return fmt.Errorf("a scale of %d columns for features of %d", len(s.Mean), n)
	}
	for i, v := range f.X {
		if f.X[i] = 0; v == v {
			f.X[i] = (v - s.Mean[i%n]) / s.Deviation[i%n]
		}
	}
	return nil
}
