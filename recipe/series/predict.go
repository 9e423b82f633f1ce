package series

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/internal/chart"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
	"github.com/jimu-ml/jimu/train"
)

type rngKey = rng.Key

// work is that of predicting numbers, with answers that are series.
type work struct {
	recipe.Work
	kept *forecast
	end  *tensor.Tensor // the last steps of the test set, scaled, [1 past+ahead c]; nil without data
}

// Begin makes the model.
func (w work) Begin(r *recipe.Recipe) (*recipe.Job, error) {
	j, err := w.Work.Begin(r)
	if err != nil {
		return nil, err
	}
	m := j.Model.(nn.Layer)
	j.Scaled = recipe.InputsOf(w.Work).Deviation == 0
	plain := j.Examine
	j.Examine = func(ctx context.Context) (*recipe.Examination, error) {
		e, err := plain(ctx)
		if err != nil {
			return nil, err
		}
		return w.examine(ctx, m, e), nil
	}
	j.Predict = func(ctx context.Context, q recipe.Question) ([]recipe.Prediction, error) {
		if q.Text != "" {
			return nil, errors.New("this model takes CSV files with the columns that it was trained on, a row for each step of time")
		}
		if q.File == "" {
			return w.test(ctx, m)
		}
		x, err := w.kept.read(q.File)
		if err != nil {
			return nil, err
		}
		return w.answer(ctx, m, x, nil, q.File)
	}
	return j, nil
}

// test predicts the last window of the test set.
func (w work) test(ctx context.Context, m nn.Layer) ([]recipe.Prediction, error) {
	if w.end == nil {
		return nil, recipe.ErrNoData
	}
	past := w.kept.Past
	x, y := w.end.Slice(1, 0, past), w.end.Slice(1, past, past+w.kept.Ahead)
	return w.answer(ctx, m, x, w.kept.ofTargets(y), "the end of the test set")
}

// next predicts what comes behind x [1 past c]: [1 ahead k], scaled as x is.
func (w work) next(ctx context.Context, m nn.Layer, x *tensor.Tensor) (*tensor.Tensor, error) {
	f := w.kept
	seen := x
	if f.Relative {
		seen = x.Sub(f.last(x))
	}
	set, err := data.NewTensors(seen, nil)
	if err != nil {
		return nil, err
	}
	z, err := train.Predict(ctx, m, set, 1)
	if err != nil {
		return nil, err
	}
	z = z.Reshape(1, f.Ahead, len(f.Targets))
	if f.Relative {
		z = z.Add(f.ofTargets(f.last(x)))
	}
	return z, nil
}

// answer puts into words and drawings what comes behind x [1 past c]; y [1 ahead k], the truth, may be nil.
func (w work) answer(ctx context.Context, m nn.Layer, x, y *tensor.Tensor, label string) ([]recipe.Prediction, error) {
	f := w.kept
	z, err := w.next(ctx, m, x)
	if err != nil {
		return nil, err
	}
	var all []recipe.Prediction
	past, unit := f.ofTargets(x), recipe.InputsOf(w.Work).Unit
	for i, name := range f.Targets {
		next := f.unit(z, i)
		p := recipe.Prediction{Input: label + ", " + name, Value: next[0], Text: listed(next)}
		var truth []float64
		if y != nil {
			truth = f.unit(y, i)
			p.Want = listed(truth)
			p.Wrong = offBy(next, truth, fmt.Sprintf("%d %s", f.Ahead, unit))
		}
		p.Made = []recipe.Made{{Name: name + ".svg", Data: []byte(drawn(name, unit, f.unit(past, i), next, truth))}}
		all = append(all, p)
	}
	return all, nil
}

// unit returns a target of a series [1 t k] in its unit.
func (f *forecast) unit(x *tensor.Tensor, target int) []float64 {
	c := f.positions()[target]
	v := tensor.Values[float64](x.Slice(2, target, target+1).Contiguous())
	for i := range v {
		v[i] = v[i]*float64(f.Scale.Deviation[c]) + float64(f.Scale.Mean[c])
	}
	return v
}

// listed returns numbers in words, the first dozen of them.
func listed(v []float64) string {
	var parts []string
	for _, x := range v[:min(len(v), 12)] {
		parts = append(parts, recipe.Number(x))
	}
	if len(v) > 12 {
		parts = append(parts, "…")
	}
	return strings.Join(parts, ", ")
}

// drawn returns a small drawing of what was seen, what is predicted, and what came, if that is known.
func drawn(title, unit string, past, next, truth []float64) string {
	shown := past[max(0, len(past)-max(3*len(next), 48)):]
	from := float64(-len(shown) + 1)
	c := chart.Chart{Title: title, X: unit + " from now", Small: true, Series: []chart.Series{line("seen", from, shown), behind("predicted", shown, next)}}
	if truth != nil {
		came := behind("what came", shown, truth)
		came.Dashed = true
		c.Series = append(c.Series, came)
	}
	return c.SVG()
}

func line(name string, from float64, y []float64) chart.Series {
	s := chart.Series{Name: name}
	for i, v := range y {
		s.X, s.Y = append(s.X, from+float64(i)), append(s.Y, v)
	}
	return s
}

// behind returns a line that begins where what was seen ends.
func behind(name string, seen, y []float64) chart.Series {
	return line(name, 0, slices.Concat(seen[len(seen)-1:], y))
}
