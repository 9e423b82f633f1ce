package recipe

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
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
	scaled
}

// scaled is how the features of a table become comparable.
type scaled struct {
	Scale string // "standard": mean 0 and deviation 1; "quantiles": by rank onto a normal distribution; standard if empty
}

func (c scaled) check() error {
	if c.Scale == "" || c.Scale == "standard" || c.Scale == "quantiles" {
		return nil
	}
	return errorf("data.scale", "want standard or quantiles, not %q", c.Scale)
}

func (c rows) iris() (Source, error)   { return c.source("iris", sample.Iris, "species") }
func (c rows) cars() (Source, error)   { return c.source("cars", sample.Cars, "mpg") }
func (c rows) wine() (Source, error)   { return c.source("wine", sample.Wine, "class") }
func (c rows) cancer() (Source, error) { return c.source("cancer", sample.Cancer, "diagnosis") }
func (c rows) california() (Source, error) {
	return c.source("california", sample.California, "median_house_value")
}

func (c rows) source(set string, read func() (*table.Table, error), target string) (Source, error) {
	if err := errors.Join(c.Held.Check(), c.scaled.check()); err != nil {
		return Source{}, err
	}
	return Source{Reopen: Reopen[*Rows], Load: func(context.Context) (Work, error) {
		t, err := read()
		if err != nil {
			return nil, err
		}
		return tableOf{t, nil, target, nil, c.scaled}.work(c.Batches, c.Held, sample.Paths(set)...)
	}}, c.Batches.Check()
}

// csv is a table in a file.
type csv struct {
	Batches
	Held
	scaled
	File, TestFile string
	Target         string
	Predict        string   // "classes" or "numbers"; found out if empty
	Ignore         []string // columns that are no features
	Separator      string   // found out if empty
}

func (c csv) source() (Source, error) {
	if err := errors.Join(c.CheckBeside("data.test_file", c.TestFile), c.scaled.check()); err != nil {
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
	if Target(c.Predict) == Numbers && column.Kind != table.Number {
		return nil, errorf("data.predict", "the column %q of %s holds %s, not numbers alone%s", c.Target, c.File, column.Kind, notNumber(column.Classes))
	}
	for _, name := range c.Ignore {
		if _, err := t.Column(name); err != nil {
			return nil, errorf("data.ignore", "%v", err)
		}
	}
	var test *table.Table
	if c.TestFile != "" {
		o.Like = t
		if test, err = table.Open(c.TestFile, o); err != nil {
			return nil, err
		}
	}
	return tableOf{t, test, c.Target, c.Ignore, c.scaled}.work(c.Batches, c.Held, c.File, c.TestFile)
}

// notNumber names the first of the classes that is no number.
func notNumber(classes []string) string {
	for _, c := range classes {
		if _, err := strconv.ParseFloat(c, 64); err != nil {
			return fmt.Sprintf(": %q is none", c)
		}
	}
	return ""
}

// A tableOf is a table, and a test table if there is one, with the column to predict and those that are no features.
type tableOf struct {
	table, test *table.Table
	target      string
	ignore      []string
	scaled
}

// work makes the sets. Features are scaled as they are among the rows for training, and so is a target of numbers.
func (o tableOf) work(b Batches, h Held, files ...string) (Work, error) {
	t, test := o.table, o.test
	rows := &Rows{Target: o.target, Header: t.Header}
	in := &Inputs{Unit: "rows", Reader: rows}
	without := append(slices.Clone(o.ignore), o.target)
	if test != nil {
		h = Held{}
	}
	forTraining, forValidation, forTest := h.Divide(t.Rows, b.Validation)
	f := t.Features(without...)
	if len(f.Names) == 0 {
		return nil, fmt.Errorf("%s: no column but %q is left to predict it from", t.Name, o.target)
	}
	if err := rows.fit(pick(f, forTraining), o.Scale); err != nil {
		return nil, fmt.Errorf("%s: %w", t.Name, err)
	}
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
	s.Original = o.originals(t, forTest)
	if test != nil {
		if s.Test, err = rows.tensors(in, test, test.Features(without...), nil); err != nil {
			return nil, err
		}
		all := make([]int, test.Rows)
		for i := range all {
			all[i] = i
		}
		s.Original = o.originals(test, all)
	}
	return Supervise(in, s), nil
}

// tensors makes a set of a table. The first time it notes what the target is, from the rows for training.
func (r *Rows) tensors(in *Inputs, t *table.Table, f *table.Features, forTraining []int) (data.Set, error) {
	if err := r.scale(f); err != nil {
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

// fit notes how features become comparable.
func (r *Rows) fit(f *table.Features, scale string) error {
	if scale == "quantiles" {
		r.Quantiles = table.FitQuantiles(f, 0)
		if err := r.Quantiles.Apply(f); err != nil {
			return err
		}
	}
	r.Scale = table.Fit(f)
	return nil
}

// scale makes features comparable.
func (r *Rows) scale(f *table.Features) error {
	if r.Quantiles != nil {
		if err := r.Quantiles.Apply(f); err != nil {
			return err
		}
	}
	return r.Scale.Apply(f)
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
