package recipe

import (
	"cmp"
	"slices"

	"github.com/jimu-ml/jimu/data/sample"
	"github.com/jimu-ml/jimu/data/table"
)

// An Original is an example as people know it, before it became numbers.
type Original struct {
	Text string // in words
	Row  []Cell // of a table
	Made []Made // to look at or to listen to, besides what the model is given
}

// A Cell is one of a row of a table, in its own unit.
type Cell struct {
	Column, Value string
	Unseen        bool // the model is not given it
}

// original adds to a prediction about an example of the test set what it was.
func (s *Sets) original(p *Prediction, i int) {
	if s.Original == nil {
		return
	}
	o := s.Original(i)
	if o.Text != "" {
		p.Input = o.Text
	}
	p.Row, p.Made = o.Row, append(p.Made, o.Made...)
}

// originals are some rows of a table, without what is predicted.
func (o tableOf) originals(t *table.Table, index []int) func(i int) Original {
	return func(i int) Original {
		var row []Cell
		for _, c := range t.Columns {
			if c.Name != o.target {
				row = append(row, Cell{c.Name, cmp.Or(c.Cell(index[i]), "missing"), c.Kind == table.Text || slices.Contains(o.ignore, c.Name)})
			}
		}
		return Original{Row: row}
	}
}

// Originals are some texts as they were written, and what is not read of each.
func (t *Texts) Originals(some sample.Labelled) func(i int) Original {
	ids := t.IDs()
	return func(i int) Original { return Original{Text: some.Texts[i] + t.heeded(some.Texts[i], ids)} }
}
