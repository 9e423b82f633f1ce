package recipe

import (
	"context"
	"fmt"
	"math"
	"slices"
	"unicode/utf8"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/data/sample"
	"github.com/jimu-ml/jimu/data/table"
	"github.com/jimu-ml/jimu/tensor"
)

// rows is a table in the program.
type rows struct {
	Batches
	Held
}

func (c rows) iris() (Source, error) { return c.source(sample.Iris, "species") }
func (c rows) cars() (Source, error) { return c.source(sample.Cars, "mpg") }

func (c rows) source(read func() (*table.Table, error), target string) (Source, error) {
	if err := c.Held.Check(); err != nil {
		return Source{}, err
	}
	return Source{Reopen: Reopen[*Rows], Load: func(context.Context) (Work, error) {
		t, err := read()
		if err != nil {
			return nil, err
		}
		return tableSets(t, nil, target, nil, c.Batches, c.Held)
	}}, c.Batches.Check()
}

// csv is a table in a file.
type csv struct {
	Batches
	Held
	File, TestFile string
	Target         string
	Predict        string   // "classes" or "numbers"; found out if empty
	Ignore         []string // columns that are no features
	Separator      string   // found out if empty
}

func (c csv) source() (Source, error) {
	if err := c.Held.Check(); err != nil {
		return Source{}, err
	}
	if p := Target(c.Predict); p != "" && p != Classes && p != Numbers {
		return Source{}, errorf("data.predict", "want classes or numbers, not %q", c.Predict)
	}
	if c.Separator != "" && utf8.RuneCountInString(c.Separator) != 1 {
		return Source{}, errorf("data.separator", "want one character, not %q", c.Separator)
	}
	return Source{Load: c.load, Reopen: Reopen[*Rows]}, c.Batches.Check()
}

func (c csv) load(context.Context) (Work, error) {
	if c.File == "" || c.Target == "" {
		return nil, errorf("data", "the set csv needs a file and the name of the column to predict: --set data.file=FILE --set data.target=COLUMN")
	}
	o := table.Options{}
	for _, r := range c.Separator {
		o.Separator = r
	}
	t, err := table.Open(c.File, o)
	if err != nil {
		return nil, err
	}
	column, err := t.Column(c.Target)
	if err != nil {
		return nil, errorf("data.target", "%v", err)
	}
	if Target(c.Predict) == Classes && column.Kind == table.Number {
		o.Kinds = map[string]table.Kind{c.Target: table.Category}
		if t, err = table.Open(c.File, o); err != nil {
			return nil, err
		}
	}
	var test *table.Table
	if c.TestFile != "" {
		o.Like = t
		if test, err = table.Open(c.TestFile, o); err != nil {
			return nil, err
		}
	}
	return tableSets(t, test, c.Target, c.Ignore, c.Batches, c.Held, c.File, c.TestFile)
}

// tableSets makes sets of a table, and of a test table if there is one. Features are scaled as they are among the rows for
// training, and so is a target of numbers.
func tableSets(t, test *table.Table, target string, ignore []string, b Batches, h Held, files ...string) (Work, error) {
	rows := &Rows{Target: target, Header: t.Header}
	in := &Inputs{Unit: "rows", Reader: rows}
	without := append(slices.Clone(ignore), target)
	if test != nil {
		h.Test = 0
	}
	forTraining, forValidation, forTest := Divide(t.Rows, b.Validation, h.Test)
	f := t.Features(without...)
	if len(f.Names) == 0 {
		return nil, fmt.Errorf("%s: no column but %q is left to predict it from", t.Name, target)
	}
	rows.Scale = table.Fit(pick(f, forTraining))
	in.Shape = []int{len(f.Names)}
	for _, c := range t.Columns {
		if c.Kind != table.Text && !slices.Contains(without, c.Name) {
			rows.Columns = append(rows.Columns, Column{c.Name, c.Kind, c.Classes})
		}
	}
	all, err := rows.tensors(in, t, f, forTraining)
	if err != nil {
		return nil, err
	}
	s := &Sets{
		Train: data.Subset{Set: all, Index: forTraining}, Test: data.Subset{Set: all, Index: forTest}, Unit: in.Unit, Batch: b.Batch, Files: files,
	}
	if len(forValidation) > 0 {
		s.Validation = data.Subset{Set: all, Index: forValidation}
	}
	if test != nil {
		if s.Test, err = rows.tensors(in, test, test.Features(without...), nil); err != nil {
			return nil, err
		}
	}
	return Supervise(in, s), nil
}

// tensors makes a set of a table. The first time it notes what the target is, from the rows for training.
func (r *Rows) tensors(in *Inputs, t *table.Table, f *table.Features, forTraining []int) (data.Set, error) {
	if err := r.Scale.Apply(f); err != nil {
		return nil, fmt.Errorf("%s: %w", t.Name, err)
	}
	x := tensor.Of(f.X, f.Rows, len(f.Names))
	column, err := t.Column(r.Target)
	if err != nil {
		return nil, err
	}
	if column.Kind == table.Number {
		y, err := t.Numbers(r.Target)
		if err != nil {
			return nil, fmt.Errorf("%w; remove the row or fill the cell", err)
		}
		if forTraining != nil {
			in.Mean, in.Deviation = moments(y, forTraining)
		}
		return data.NewTensors(x, tensor.Of(y, len(y), 1))
	}
	y, names, err := t.Classes(r.Target)
	if err != nil {
		return nil, fmt.Errorf("%w; remove the row or fill the cell", err)
	}
	if forTraining != nil {
		in.Classes = names
	}
	return data.NewTensors(x, tensor.Of(y, len(y)))
}

// pick returns some rows of features.
func pick(f *table.Features, index []int) *table.Features {
	n := len(f.Names)
	some := &table.Features{Names: f.Names, Rows: len(index)}
	for _, i := range index {
		some.X = append(some.X, f.X[i*n:(i+1)*n]...)
	}
	return some
}

func moments(y []float32, index []int) (mean, deviation float64) {
	for _, i := range index {
		mean += float64(y[i]) / float64(len(index))
	}
	for _, i := range index {
		d := float64(y[i]) - mean
		deviation += d * d / float64(len(index))
	}
	if deviation = math.Sqrt(deviation); deviation <= 1e-9*math.Abs(mean) {
		deviation = 1
	}
	return mean, deviation
}
