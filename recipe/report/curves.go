package report

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/jimu-ml/jimu/internal/chart"
	"github.com/jimu-ml/jimu/train"
)

// curves returns the charts of a recipe's log: the losses, each metric of the validation set, the rate.
func curves(name string, records []train.Record) []chart.Chart {
	var steps, epochs, validation, rate chart.Series
	metrics := map[string]*chart.Series{}
	for _, r := range records {
		at := float64(r.Step)
		if r.Kind == "step" {
			add(&steps, at, r.Values["loss"])
			add(&rate, at, r.Rate)
			continue
		}
		for name, v := range r.Values {
			switch {
			case name == "loss":
				add(&epochs, at, v)
			case name == "val_loss":
				add(&validation, at, v)
			default:
				if metrics[name] == nil {
					metrics[name] = &chart.Series{Points: true}
				}
				add(metrics[name], at, v)
			}
		}
	}
	var all []chart.Chart
	if len(steps.Y) > 0 {
		all = append(all, losses(name, steps, epochs, validation))
	}
	for _, name := range slices.Sorted(maps.Keys(metrics)) {
		of := ", training"
		if strings.HasPrefix(name, "val_") {
			of = ", validation set"
		}
		all = append(all, chart.Chart{Title: words(strings.TrimPrefix(name, "val_")) + of, X: "step", Series: []chart.Series{*metrics[name]}})
	}
	if len(rate.Y) > 0 && slices.Min(rate.Y) != slices.Max(rate.Y) {
		all = append(all, chart.Chart{Title: "learning rate", X: "step", Y: "factor of the recipe's", Series: []chart.Series{rate}})
	}
	return all
}

func losses(name string, steps, epochs, validation chart.Series) chart.Chart {
	steps.Name, steps.Faint = "training, step by step", true
	epochs.Name, epochs.Points = "training, mean of the epoch", true
	c := chart.Chart{Title: name + ": loss", X: "step", Series: []chart.Series{steps}}
	if len(epochs.Y) > 0 {
		c.Series = append(c.Series, epochs)
	}
	if len(validation.Y) > 0 {
		validation.Name, validation.Points = "validation set", true
		c.Series = append(c.Series, validation)
	}
	low, high, first, top := bounds(c.Series)
	c.LogY = low > 0 && high > 20*low
	far := func(v float64) float64 { return v - low }
	if c.LogY {
		far = func(v float64) float64 { return math.Log(v / low) }
	}
	if far(first) > 1.5*far(high) {
		room := 0.04 * (high - low)
		if c.Low, c.High = low-room, high+room; c.LogY {
			c.Low = low
		}
		c.Note = fmt.Sprintf("the first steps are above, up to %.3g", top)
	}
	return c
}

// bounds returns the lowest value of lines as they are drawn, the highest one after the first twentieth of the steps, and the highest of
// all, drawn and as it was.
//
// What an untrained model loses in its first steps would else set the axis, and leave a flat line of what it learns. A logarithmic axis
// would show all of it, and hardly less flat a line: much of a loss cannot be learned, so that the end is not far below the middle.
func bounds(lines []chart.Series) (low, high, first, top float64) {
	x := lines[0].X
	begun := x[0] + (x[len(x)-1]-x[0])/20
	low, high, first, top = math.Inf(1), math.Inf(-1), math.Inf(-1), math.Inf(-1)
	for _, s := range lines {
		xs, ys := s.Drawn()
		for i, v := range ys {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				continue
			}
			low, first = min(low, v), max(first, v)
			if xs[i] > begun || len(x) == 1 {
				high = max(high, v)
			}
		}
		for _, v := range s.Y {
			if !math.IsNaN(v) && !math.IsInf(v, 0) {
				top = max(top, v)
			}
		}
	}
	if math.IsInf(high, -1) {
		high = first // no more numbers came
	}
	return low, high, first, top
}

func add(s *chart.Series, x, y float64) {
	s.X, s.Y = append(s.X, x), append(s.Y, y)
}
