package series

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/tensor"
)

// drawnColumns is how many columns of a window are drawn at most, those that are predicted worst.
const drawnColumns = 3

// examine adds to an examination how wrong a window is in the mean, and drawings of it.
func (w work) examine(ctx context.Context, m nn.Layer, e *recipe.Examination) *recipe.Examination {
	out, want := tensor.Values[float64](e.Outputs), tensor.Values[float64](e.Want)
	n := e.Outputs.Dim(0)
	k := len(out) / n
	e.Wrong = make([]float64, n)
	for i := range e.Wrong {
		e.Wrong[i] = far(out[i*k:(i+1)*k], want[i*k:(i+1)*k])
	}
	apart(e.Wrong, w.kept.Ahead)
	plain := e.Show
	e.Show = func(i int) (recipe.Prediction, error) {
		p, err := plain(i)
		if err != nil {
			return p, err
		}
		return p, w.draw(ctx, m, i, &p)
	}
	return e
}

// far returns the mean distance of predictions from what came.
func far(next, truth []float64) float64 {
	sum := 0.0
	for i, v := range next {
		sum += math.Abs(v - truth[i])
	}
	return sum / float64(len(next))
}

// apart leaves of windows that predict the same steps the worst alone: the next ones show the same.
func apart(wrong []float64, ahead int) {
	order := make([]int, len(wrong))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(wrong[j], wrong[i]) })
	for _, i := range order {
		if wrong[i] == 0 {
			continue
		}
		for j := max(i-ahead+1, 0); j < min(i+ahead, len(wrong)); j++ {
			if j != i {
				wrong[j] = 0
			}
		}
	}
}

// draw adds to a prediction how wrong it is, and what was seen, predicted and came.
func (w work) draw(ctx context.Context, m nn.Layer, i int, p *recipe.Prediction) error {
	f := w.kept
	b, err := w.Sets().Test.(flat).Windows.Batch([]int{i}, 0)
	if err != nil {
		return err
	}
	z, err := w.next(ctx, m, b.X)
	if err != nil {
		return err
	}
	p.Wrong, p.Made = w.off(z, b.Y), nil
	order, wrong := make([]int, len(f.Targets)), make([]float64, len(f.Targets))
	for c := range order {
		order[c] = c
		wrong[c] = far(f.unit(z, c), f.unit(b.Y, c)) / float64(f.Scale.Deviation[f.positions()[c]])
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(wrong[b], wrong[a]) })
	past, unit := f.ofTargets(b.X), recipe.InputsOf(w.Work).Unit
	for _, c := range order[:min(len(order), drawnColumns)] {
		name, next, truth := f.Targets[c], f.unit(z, c), f.unit(b.Y, c)
		title := name
		if len(order) > 1 {
			title = fmt.Sprintf("%s: wrong by %s in the mean", name, recipe.Number(far(next, truth)))
		}
		p.Made = append(p.Made, recipe.Made{Name: name + ".svg", Data: []byte(drawn(title, unit, f.unit(past, c), next, truth))})
	}
	return nil
}

// off says how far predictions [1 ahead k] are from what came: of one column in its unit.
func (w work) off(z, y *tensor.Tensor) string {
	f := w.kept
	span := fmt.Sprintf("%d %s", f.Ahead, recipe.InputsOf(w.Work).Unit)
	if len(f.Targets) == 1 {
		return offBy(f.unit(z, 0), f.unit(y, 0), span)
	}
	words := fmt.Sprintf("wrong by %s of a column's standard deviation, in the mean of %d columns",
		recipe.Number(far(tensor.Values[float64](z), tensor.Values[float64](y))), len(f.Targets))
	if f.Ahead > 1 {
		words += " and " + span
	}
	if len(f.Targets) > drawnColumns {
		words += fmt.Sprintf("; drawn are the %d that are predicted worst", drawnColumns)
	}
	return words
}

// offBy says how far the predictions of one column are from what came.
func offBy(next, truth []float64, span string) string {
	by := recipe.Number(far(next, truth))
	if len(next) == 1 {
		return fmt.Sprintf("%s predicted, %s came: wrong by %s", recipe.Number(next[0]), recipe.Number(truth[0]), by)
	}
	return fmt.Sprintf("wrong by %s in the mean of %s", by, span)
}

// when says of windows by what else stands in the row of the first step that is predicted when that is: its date. The first window
// predicts from a row on.
func (s *span) when(first, ahead int) func(i int) recipe.Original {
	return func(i int) recipe.Original {
		var words []string
		for _, c := range s.table.Columns {
			if !slices.Contains(s.columns, c.Name) && len(words) < 3 {
				words = append(words, c.Cell(first+i))
			}
		}
		if words != nil && ahead > 1 {
			words = slices.Insert(words, 0, "from")
		}
		return recipe.Original{Text: strings.Join(words, " ")}
	}
}
