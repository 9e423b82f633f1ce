package table

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// number returns the number that a cell is, if it is one. Infinities are words.
func number(cell string) (float64, bool) {
	v, err := strconv.ParseFloat(strings.TrimSpace(cell), 64)
	return v, err == nil && !math.IsInf(v, 0) && v == v
}

// missing reports whether a cell stands for nothing.
func (o *Options) missing(cell string) bool {
	cell = strings.TrimSpace(cell)
	words := o.Missing
	if words == nil {
		words = DefaultMissing
	}
	return cell == "" || slices.ContainsFunc(words, func(w string) bool { return strings.EqualFold(w, cell) })
}

// numeric reports whether cells are numbers where they are not missing, and are not all missing.
func (o *Options) numeric(cells []string) bool {
	some := false
	for _, cell := range cells {
		if _, ok := number(cell); ok {
			some = true
		} else if !o.missing(cell) {
			return false
		}
	}
	return some
}

// column makes the column of cells i of the rows, of the kind that they or the options have.
func (o *Options) column(name string, rows [][]string, i int) *Column {
	kind, said := o.Kinds[name]
	if !said {
		kind = o.kind(rows, i)
	}
	c := &Column{Name: name, Kind: kind}
	if kind == Category {
		c.Classes = o.words(rows, i, len(rows))
		slices.Sort(c.Classes)
	}
	c.fill(rows, i, o)
	return c
}

// fill sets the elements of c, whose kind and classes are set.
func (c *Column) fill(rows [][]string, i int, o *Options) {
	c.Numbers, c.Codes, c.Text, c.Missing = nil, nil, nil, 0
	for _, row := range rows {
		cell, missing := strings.TrimSpace(row[i]), o.missing(row[i])
		switch c.Kind {
		case Number:
			v, ok := number(cell)
			if missing || !ok {
				v, missing = math.NaN(), true
			}
			c.Numbers = append(c.Numbers, v)
		case Category:
			k, ok := slices.BinarySearch(c.Classes, cell)
			if missing || !ok {
				k, missing = -1, true
			}
			c.Codes = append(c.Codes, k)
		default:
			if missing {
				cell = ""
			}
			c.Text = append(c.Text, cell)
		}
		if missing {
			c.Missing++
		}
	}
}

// kind returns what the cells of a column seem to be. A column without any is one of numbers.
func (o *Options) kind(rows [][]string, i int) Kind {
	numbers := true
	for _, row := range rows {
		if _, ok := number(row[i]); !ok && !o.missing(row[i]) {
			numbers = false
			break
		}
	}
	most := o.MaxClasses
	if most == 0 {
		most = 64
	}
	switch {
	case numbers:
		return Number
	case len(o.words(rows, i, most)) > most:
		return Text
	}
	return Category
}

// words returns the different words of a column, in no order, and stops after most of them.
func (o *Options) words(rows [][]string, i, most int) []string {
	var words []string
	seen := map[string]bool{}
	for _, row := range rows {
		cell := strings.TrimSpace(row[i])
		if !seen[cell] && !o.missing(cell) {
			seen[cell] = true
			if words = append(words, cell); len(words) > most {
				break
			}
		}
	}
	return words
}

// conform gives t the columns of o.Like, in its order and with its kinds and classes. Columns it does not have are left
// out. One that t lacks is an error, as is one of numbers that holds words.
func (t *Table) conform(rows [][]string, o Options) error {
	var columns []*Column
	for _, want := range o.Like.Columns {
		i := slices.IndexFunc(t.Columns, func(c *Column) bool { return c.Name == want.Name })
		if i < 0 {
			return fmt.Errorf("column %q is missing", want.Name)
		}
		c := &Column{Name: want.Name, Kind: want.Kind, Classes: slices.Clone(want.Classes)}
		if c.Kind == Number && t.Columns[i].Kind != Number {
			return fmt.Errorf("column %q holds %s, not numbers", c.Name, t.Columns[i].Kind)
		}
		c.fill(rows, i, &o)
		columns = append(columns, c)
	}
	t.Columns = columns
	return nil
}

// Cell returns what the column holds in a row, in words, "" where it is missing.
func (c *Column) Cell(row int) string {
	switch c.Kind {
	case Category:
		if k := c.Codes[row]; k >= 0 {
			return c.Classes[k]
		}
		return ""
	case Text:
		return c.Text[row]
	}
	v, format := c.Numbers[row], byte('f')
	if math.IsNaN(v) {
		return ""
	}
	if m := math.Abs(v); m >= 1e15 || m > 0 && m < 1e-6 {
		format = 'e'
	}
	return strconv.FormatFloat(v, format, -1, 64)
}
