package recipe

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/data/picture"
	"github.com/jimu-ml/jimu/data/table"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
	"github.com/jimu-ml/jimu/train"
)

// A Prediction is what a model says of one input.
type Prediction struct {
	Input   string  `json:"input"`             // the file, with the number of the row or line if it has several
	Classes []Score `json:"classes,omitempty"` // the likeliest first; nil if a number is predicted
	Value   float64 `json:"value"`             // the number; of classes the probability of the first
	Want    string  `json:"want,omitempty"`    // the target, where it is known
}

// A Score is a class with its probability.
type Score struct {
	Class       string  `json:"class"`
	Probability float64 `json:"probability"`
}

// PredictFile predicts what is in a file: a picture, the rows of a CSV file, or the lines of a text, as the model takes them.
func (s *Saved) PredictFile(ctx context.Context, path string) ([]Prediction, error) {
	set, labels, err := s.Inputs.read(path)
	if err != nil {
		return nil, err
	}
	all, err := s.predict(ctx, set)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	for i := range all {
		all[i].Input = labels[i]
	}
	return all, nil
}

// read makes inputs of a file, and a label for each.
func (in *Inputs) read(path string) (set data.Set, labels []string, err error) {
	switch {
	case in.Pictures != nil:
		return in.readPicture(path)
	case in.Rows != nil:
		return in.readRows(path)
	}
	return in.readLines(path)
}

func (in *Inputs) readPicture(path string) (data.Set, []string, error) {
	p, err := picture.Open(path, picture.Options{Channels: in.Shape[0], Height: in.Shape[1], Width: in.Shape[2]})
	if err != nil {
		return nil, nil, fmt.Errorf("%w; this model takes PNG, JPEG and GIF files", err)
	}
	return &data.Bytes{
		Data: p.Planes(), Shape: in.Shape, Labels: []int64{0}, Mean: in.Pictures.Mean, Deviation: in.Pictures.Deviation,
	}, []string{path}, nil
}

func (in *Inputs) readRows(path string) (data.Set, []string, error) {
	like := &table.Table{Name: "the training table"}
	for _, c := range in.Rows.Columns {
		like.Columns = append(like.Columns, &table.Column{Name: c.Name, Kind: c.Kind, Classes: c.Classes})
	}
	header := table.Without
	if in.Rows.Header {
		header = table.With
	}
	t, err := table.Open(path, table.Options{Like: like, Header: header})
	if err != nil {
		return nil, nil, fmt.Errorf("%w; this model takes CSV files with the columns that it was trained on", err)
	}
	f := t.Features()
	if err := in.Rows.Scale.Apply(f); err != nil {
		return nil, nil, fmt.Errorf("%s: %w", path, err)
	}
	set, err := data.NewTensors(tensor.Of(f.X, f.Rows, len(f.Names)), nil)
	return set, numbered(path, "row", f.Rows), err
}

// longest is how long a line of text may be.
const longest = 1 << 20

func (in *Inputs) readLines(path string) (data.Set, []string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, fmt.Errorf("reading a text: %w", err)
	}
	defer f.Close()
	lines := bufio.NewScanner(io.LimitReader(f, 1<<30))
	lines.Buffer(nil, longest)
	ids := in.Texts.ids()
	var x []int64
	n := 0
	for lines.Scan() {
		if strings.TrimSpace(lines.Text()) != "" {
			x = append(x, encode(lines.Text(), ids, in.Shape[0])...)
			n++
		}
	}
	if err := lines.Err(); err != nil {
		return nil, nil, fmt.Errorf("reading %s: %w; this model takes texts, one on each line", path, err)
	}
	if n == 0 {
		return nil, nil, fmt.Errorf("%s holds no text; this model takes texts, one on each line", path)
	}
	set, err := data.NewTensors(tensor.Of(x, n, in.Shape[0]), nil)
	return set, numbered(path, "line", n), err
}

func numbered(path, what string, n int) []string {
	if n == 1 {
		return []string{path}
	}
	labels := make([]string, n)
	for i := range labels {
		labels[i] = fmt.Sprintf("%s, %s %d", path, what, i+1)
	}
	return labels
}

// predict runs the model over a set.
func (s *Saved) predict(ctx context.Context, set data.Set) ([]Prediction, error) {
	z, err := train.Predict(ctx, s.Model, set, 256)
	if err != nil {
		return nil, err
	}
	all := make([]Prediction, z.Dim(0))
	if s.Inputs.Classes == nil {
		for i, v := range tensor.Values[float64](s.Inputs.unscaled(z)) {
			all[i].Value = v
		}
		return all, nil
	}
	if s.job.goal.of == yesOrNo {
		z = tensor.Concat(-1, z.Scale(0), z)
	}
	p := tensor.Values[float64](op.Softmax(z, -1))
	k := len(s.Inputs.Classes)
	for i := range all {
		for c, name := range s.Inputs.Classes {
			all[i].Classes = append(all[i].Classes, Score{name, p[i*k+c]})
		}
		slices.SortStableFunc(all[i].Classes, func(a, b Score) int { return cmp.Compare(b.Probability, a.Probability) })
		all[i].Value = all[i].Classes[0].Probability
	}
	return all, nil
}
