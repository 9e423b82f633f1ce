package series

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/data/table"
	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/tensor"
)

// borders are the steps before which training, validation and the test end.
type borders struct{ train, validation, test int }

// work makes windows of a series. Every number is scaled by the mean and deviation of its column among the steps for training. The
// first window of the validation and of the test set begins before its border, so that the first step that is predicted is
// the first behind it. With inUnit, a single target is measured in its own unit; otherwise, all are measured scaled.
func (s *span) work(batch int, w windows, at borders, inUnit bool) (recipe.Work, error) {
	x, err := s.numbers()
	if err != nil {
		return nil, err
	}
	k := len(s.columns)
	if at.train < w.Past+w.Ahead || at.test-at.validation < w.Ahead {
		return nil, recipe.Errorf("data", "%d steps are for training and %d for the test, which is too few to see %d and predict %d",
			at.train, at.test-at.validation, w.Past, w.Ahead)
	}
	f := &forecast{
		Columns: s.columns, Targets: s.targets, Past: w.Past, Ahead: w.Ahead, Relative: w.Relative,
		Scale: table.Fit(&table.Features{Names: s.columns, X: x[:at.train*k], Rows: at.train}),
	}
	all := &table.Features{Names: s.columns, X: slices.Clone(x[:at.test*k]), Rows: at.test}
	if err := f.Scale.Apply(all); err != nil {
		return nil, fmt.Errorf("%s: %w", s.table.Name, err)
	}
	in := f.inputs(s.unit)
	if inUnit && len(s.targets) == 1 {
		c := slices.Index(s.columns, s.targets[0])
		in.Mean, in.Deviation = float64(f.Scale.Mean[c]), float64(f.Scale.Deviation[c])
	}
	made := func(from, to int) data.Set {
		rows := tensor.Of(all.X[from*k:to*k], to-from, k)
		return flat{&data.Windows{Series: rows, Past: w.Past, Ahead: w.Ahead, Targets: f.positions()}, f, in}
	}
	sets := &recipe.Sets{
		Train: made(0, at.train), Test: made(max(at.validation-w.Past, 0), at.test), Unit: "windows", Batch: batch, Files: s.files,
	}
	if at.validation > at.train {
		sets.Validation = made(max(at.train-w.Past, 0), at.validation)
	}
	sets.Original = s.when(max(at.validation-w.Past, 0)+w.Past, w.Ahead)
	end := tensor.Of(all.X[(at.test-w.Past-w.Ahead)*k:], 1, w.Past+w.Ahead, k)
	return work{recipe.Supervise(in, sets), f, end}, nil
}

// flat gives what is to be predicted in one row: the columns of the first step, of the second, and so on, in the unit that the inputs
// say. What is relative is so in X and in Y.
type flat struct {
	*data.Windows
	f  *forecast
	in *recipe.Inputs
}

func (s flat) Batch(index []int, key rngKey) (data.Batch, error) {
	b, err := s.Windows.Batch(index, key)
	if err != nil {
		return b, err
	}
	if s.f.Relative {
		last := s.f.last(b.X)
		b.Y = b.Y.Sub(s.f.ofTargets(last))
		b.X = b.X.Sub(last)
	}
	b.Y = b.Y.Reshape(len(index), -1)
	if s.in.Deviation != 0 {
		b.Y = b.Y.Scale(s.in.Deviation).AddScalar(s.in.Mean)
	}
	return b, nil
}

// Base returns what relative targets are relative to: their columns of the last step that is seen, for each step that is predicted.
func (s flat) Base(index []int) (*tensor.Tensor, error) {
	if !s.f.Relative {
		return nil, nil
	}
	at := make([]int64, len(index))
	for i, k := range index {
		at[i] = int64(k + s.Past - 1)
	}
	last := s.Series.Take(0, tensor.Of(at, len(at))).Unsqueeze(1) // [n 1 c]
	base := s.f.ofTargets(last).Repeat(1, s.Ahead).Reshape(len(index), -1)
	if s.in.Deviation != 0 {
		base = base.Scale(s.in.Deviation)
	}
	return base, nil
}

// last returns the last step [n 1 c] of what is seen, [n past c].
func (f *forecast) last(x *tensor.Tensor) *tensor.Tensor { return x.Slice(1, f.Past-1, f.Past) }

// ofTargets returns the columns of the targets.
func (f *forecast) ofTargets(x *tensor.Tensor) *tensor.Tensor {
	var at []int64
	for _, c := range f.positions() {
		at = append(at, int64(c))
	}
	return x.Take(2, tensor.Of(at, len(at)))
}

// A forecast is the reader of a series: what a run keeps to go on with another.
type forecast struct {
	Columns  []string    `json:"columns"` // that are seen
	Targets  []string    `json:"targets"` // that are predicted
	Past     int         `json:"past"`
	Ahead    int         `json:"ahead"`
	Relative bool        `json:"relative,omitempty"`
	Scale    table.Scale `json:"scale"` // of the columns
}

func (f *forecast) inputs(unit string) *recipe.Inputs {
	return &recipe.Inputs{Unit: unit, Shape: []int{f.Past, len(f.Columns)}, Outputs: f.Ahead * len(f.Targets), Reader: f}
}

// Picked returns the positions, if they are not all columns as they stand.
func (f *forecast) Picked() []int {
	if slices.Equal(f.Targets, f.Columns) {
		return nil
	}
	return f.positions()
}

// positions returns where the targets are among the columns.
func (f *forecast) positions() []int {
	at := make([]int, len(f.Targets))
	for i, name := range f.Targets {
		at[i] = slices.Index(f.Columns, name)
	}
	return at
}

// Check reports what cannot be.
func (f *forecast) Check(in *recipe.Inputs) error {
	k := len(f.Columns)
	if k == 0 || len(f.Targets) == 0 || len(f.Scale.Mean) != k || len(f.Scale.Deviation) != k || slices.Contains(f.positions(), -1) ||
		f.Past < 1 || f.Ahead < 1 || f.Past+f.Ahead > most || !slices.Equal(in.Shape, []int{f.Past, k}) || in.Outputs != f.Ahead*len(f.Targets) {
		return errors.New("it does not say what the series are")
	}
	for i := range k {
		if d := float64(f.Scale.Deviation[i]); !(d > 0) || math.IsInf(d, 0) {
			return fmt.Errorf("the column %q has the deviation %v", f.Columns[i], d)
		}
	}
	return nil
}

// Read reads the last steps of a CSV file with the columns that the model sees.
func (f *forecast) Read(_ *recipe.Inputs, q recipe.Question) (data.Set, []string, error) {
	x, err := f.read(q.File)
	if err != nil {
		return nil, nil, err
	}
	if f.Relative {
		x = x.Sub(f.last(x))
	}
	set, err := data.NewTensors(x, nil)
	return set, []string{q.File}, err
}

// read returns the last steps of a file, scaled, [1 past c].
func (f *forecast) read(path string) (*tensor.Tensor, error) {
	if path == "" {
		return nil, errors.New("this model takes CSV files with the columns that it was trained on, a row for each step of time")
	}
	t, err := table.Open(path, table.Options{})
	if err != nil {
		return nil, err
	}
	if t.Rows < f.Past {
		return nil, fmt.Errorf("%s has %d rows; this model looks back at %d", path, t.Rows, f.Past)
	}
	s := span{table: t, columns: f.Columns, targets: f.Targets}
	x, err := s.numbers()
	if err != nil {
		return nil, err
	}
	k := len(f.Columns)
	last := &table.Features{Names: f.Columns, X: x[len(x)-f.Past*k:], Rows: f.Past}
	if err := f.Scale.Apply(last); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return tensor.Of(last.X, 1, f.Past, k), nil
}

func reopen(kept json.RawMessage) (recipe.Work, error) {
	w, err := recipe.Reopen[*forecast](kept)
	if err != nil {
		return nil, err
	}
	in := recipe.InputsOf(w)
	return work{w, in.Reader.(*forecast), nil}, nil
}
