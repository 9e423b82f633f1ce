package data

import (
	"fmt"

	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// Windows is the examples that a series holds: what was seen, and what came next.
//
//	series [t c] → example i: x [Past c] = series[i·Stride : …], y [Ahead c'] = the Ahead steps behind x
//
// With Targets, y has those columns only. Windows of one series overlap: divide the series in time before making windows of
// it, or by [TimeFolds] with a gap of Past + Ahead − 1, so that none lies on both sides.
type Windows struct {
	Series  *tensor.Tensor // [t c]
	Past    int            // steps of x
	Ahead   int            // steps of y; 0: as in a classification, there is no y
	Skip    int            // steps left out between x and y
	Stride  int            // steps from one window to the next; 1 if 0
	Targets []int          // columns of y; nil: all
}

// Check reports windows that do not fit the series.
func (w *Windows) Check() error {
	if w.Series.Rank() != 2 {
		return fmt.Errorf("windows: a series of shape %v; want [steps columns]", w.Series.Shape())
	}
	if w.Past < 1 || w.Ahead < 0 || w.Skip < 0 || w.Stride < 0 {
		return fmt.Errorf("windows: %d steps seen, %d skipped, %d predicted, stride %d", w.Past, w.Skip, w.Ahead, w.Stride)
	}
	if w.Len() == 0 {
		return fmt.Errorf("windows: a series of %d steps is shorter than a window of %d", w.Series.Dim(0), w.Past+w.Skip+w.Ahead)
	}
	for _, c := range w.Targets {
		if c < 0 || c >= w.Series.Dim(1) {
			return fmt.Errorf("windows: the target column %d is not among the %d of the series", c, w.Series.Dim(1))
		}
	}
	return nil
}

func (w *Windows) stride() int { return max(w.Stride, 1) }

// Len returns the number of windows.
func (w *Windows) Len() int {
	room := w.Series.Dim(0) - w.Past - w.Skip - w.Ahead
	if room < 0 {
		return 0
	}
	return room/w.stride() + 1
}

// Batch returns the windows at those positions: x [n Past c], y [n Ahead c'].
func (w *Windows) Batch(index []int, _ rng.Key) (Batch, error) {
	if err := w.Check(); err != nil {
		return Batch{}, err
	}
	x, y := make([]*tensor.Tensor, len(index)), make([]*tensor.Tensor, len(index))
	for i, k := range index {
		if k < 0 || k >= w.Len() {
			return Batch{}, fmt.Errorf("window %d of %d", k, w.Len())
		}
		at := k * w.stride()
		x[i] = w.Series.Slice(0, at, at+w.Past)
		at += w.Past + w.Skip
		y[i] = w.Series.Slice(0, at, at+w.Ahead)
	}
	b := Batch{X: tensor.Stack(0, x...), Index: index}
	if w.Ahead == 0 {
		return b, nil
	}
	b.Y = tensor.Stack(0, y...)
	if w.Targets != nil {
		at := make([]int64, len(w.Targets))
		for i, c := range w.Targets {
			at[i] = int64(c)
		}
		b.Y = b.Y.Take(2, tensor.Of(at, len(at)))
	}
	return b, nil
}
