// Package series makes recipes of what comes next in a series: passengers by the month, a transformer's temperature by the hour,
// any columns of a CSV file.
package series

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/jimu-ml/jimu/data/sample"
	"github.com/jimu-ml/jimu/data/table"
	"github.com/jimu-ml/jimu/recipe"
)

//go:embed *.json
var builtins embed.FS

func init() {
	recipe.RegisterBuiltins(builtins)
	recipe.Register("airline", "144 months of passengers on airlines, in thousands; in the program",
		airline{recipe.Batches{Batch: 16, Validation: 0.15}, windows{Past: 12, Ahead: 1, Relative: true}, 0.33}, airline.source)
	recipe.Register("ett", "temperature and loads of an electric transformer, hour by hour for two years; folder has the files of ETDataset",
		ett{Batch: 32, windows: windows{Past: 336, Ahead: 96}, Name: "ETTh1"}, ett.source)
	recipe.Register("series", "columns of a CSV file, a row for each step of time",
		csv{Batches: recipe.Batches{Batch: 32, Validation: 0.1}, windows: windows{Past: 24, Ahead: 1}, Test: 0.2}, csv.source)
}

// windows say how much is seen, and how much is predicted.
type windows struct {
	Past  int // steps that are seen
	Ahead int // steps that are predicted

	// Relative has the model see and predict how far numbers are from the last one that is seen, so that it can go on with a
	// series to where that has never been.
	Relative bool
}

// most is how many steps a window may have.
const most = 1 << 16

func (w windows) check() error {
	if w.Past < 1 || w.Ahead < 1 || w.Past+w.Ahead > most {
		return recipe.Errorf("data", "past is %d and ahead %d steps; want 1 or more, and no more than %d together", w.Past, w.Ahead, most)
	}
	return nil
}

// airline is the series in the program.
type airline struct {
	recipe.Batches
	windows
	Test float64 // share of the months that is kept back, the last ones
}

func (c airline) source() (recipe.Source, error) {
	return recipe.Source{Reopen: reopen, Load: func(context.Context) (recipe.Work, error) {
		t, err := sample.Passengers()
		if err != nil {
			return nil, err
		}
		whole := span{table: t, columns: []string{"passengers"}, unit: "months", files: sample.Paths("airline")}
		return whole.divide(c.Batches, c.windows, c.Test)
	}}, errors.Join(c.windows.check(), c.Check(), shareOf(c.Test))
}

// csv is a series in a file.
type csv struct {
	recipe.Batches
	windows
	File    string
	Columns []string // that are seen; all columns of numbers if none
	Targets []string // that are predicted; all that are seen if none
	Test    float64  // share of the steps that is kept back, the last ones
}

func (c csv) source() (recipe.Source, error) {
	return recipe.Source{Reopen: reopen, Load: c.load}, errors.Join(c.windows.check(), c.Check(), shareOf(c.Test))
}

func (c csv) load(context.Context) (recipe.Work, error) {
	if c.File == "" {
		return nil, recipe.Errorf("data.file", "is missing: a CSV file with a row for each step of time, the first of them the earliest")
	}
	t, err := table.Open(c.File, table.Options{})
	if err != nil {
		return nil, err
	}
	whole := span{table: t, columns: c.Columns, targets: c.Targets, unit: "steps", files: []string{c.File}}
	return whole.divide(c.Batches, c.windows, c.Test)
}

func shareOf(test float64) error {
	if test <= 0 || test >= 1 {
		return recipe.Errorf("data.test", "want a share above 0 and below 1, not %v", test)
	}
	return nil
}

// A span is a table whose rows are steps of time.
type span struct {
	table            *table.Table
	columns, targets []string
	unit             string
	files            []string
}

// numbers returns the columns that are seen as rows [t c], and fills in which they are and which are predicted.
func (s *span) numbers() ([]float32, error) {
	if len(s.columns) == 0 {
		for _, c := range s.table.Columns {
			if c.Kind == table.Number {
				s.columns = append(s.columns, c.Name)
			}
		}
	}
	if len(s.targets) == 0 {
		s.targets = s.columns
	}
	for _, name := range s.targets {
		if !slices.Contains(s.columns, name) {
			return nil, recipe.Errorf("data.targets", "the column %q is not among those that are seen: %q", name, s.columns)
		}
	}
	if len(s.columns) == 0 {
		return nil, fmt.Errorf("%s has no column of numbers", s.table.Name)
	}
	x := make([]float32, s.table.Rows*len(s.columns))
	for k, name := range s.columns {
		v, err := s.table.Numbers(name)
		if err != nil {
			return nil, fmt.Errorf("%w; fill the cell, or leave the column out by data.columns", err)
		}
		for i, y := range v {
			x[i*len(s.columns)+k] = y
		}
	}
	return x, nil
}

// divide makes the work of a series whose last steps are for the test and those before them for validation.
func (s *span) divide(b recipe.Batches, w windows, test float64) (recipe.Work, error) {
	n := s.table.Rows
	forTest := int(math.Round(test * float64(n)))
	forValidation := int(math.Round(b.Validation * float64(n-forTest)))
	if b.Validation > 0 && forValidation < w.Ahead {
		return nil, recipe.Errorf("data.validation", "%d of %d %s are for validation, which is too few to predict %d; want a larger share, or 0 for none",
			forValidation, n, s.unit, w.Ahead)
	}
	return s.work(b.Batch, w, borders{n - forTest - forValidation, n - forTest, n}, true)
}
