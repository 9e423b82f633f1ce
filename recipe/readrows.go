package recipe

import (
	"errors"
	"fmt"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/data/table"
	"github.com/jimu-ml/jimu/tensor"
)

// Rows says how the rows of a table become inputs.
type Rows struct {
	Target  string      `json:"target"`
	Header  bool        `json:"header"`
	Columns []Column    `json:"columns"` // features, in order
	Scale   table.Scale `json:"scale"`

	Quantiles table.Quantiles `json:"quantiles,omitempty"` // before Scale, if there are any
}

// A Column is a feature's column.
type Column struct {
	Name    string     `json:"name"`
	Kind    table.Kind `json:"kind"`
	Classes []string   `json:"classes,omitempty"`
}

// Check reports what cannot be.
func (r *Rows) Check(in *Inputs) error {
	if len(in.Shape) != 1 || len(r.Scale.Mean) != in.Shape[0] || len(r.Quantiles) > 0 && len(r.Quantiles) != in.Shape[0] || len(r.Columns) == 0 {
		return errors.New("it does not say what the rows are")
	}
	return nil
}

// Read reads a CSV file.
func (r *Rows) Read(_ *Inputs, q Question) (data.Set, []string, error) {
	if q.File == "" {
		return nil, nil, errors.New("this model takes CSV files with the columns that it was trained on")
	}
	path := q.File
	like := &table.Table{Name: "the training table"}
	for _, c := range r.Columns {
		like.Columns = append(like.Columns, &table.Column{Name: c.Name, Kind: c.Kind, Classes: c.Classes})
	}
	header := table.Without
	if r.Header {
		header = table.With
	}
	t, err := table.Open(path, table.Options{Like: like, Header: header})
	if err != nil {
		return nil, nil, fmt.Errorf("%w; this model takes CSV files with the columns that it was trained on", err)
	}
	f := t.Features()
	if err := r.scale(f); err != nil {
		return nil, nil, fmt.Errorf("%s: %w", path, err)
	}
	set, err := data.NewTensors(tensor.Of(f.X, f.Rows, len(f.Names)), nil)
	return set, numbered(path, "row", f.Rows), err
}
