package report

import (
	"maps"
	"slices"
	"strings"

	"github.com/jimu-ml/jimu/internal/chart"
	"github.com/jimu-ml/jimu/train"
)

// curves returns the charts of a log: the losses, each metric of the validation set, the rate.
func curves(records []train.Record) []chart.Chart {
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
		all = append(all, losses(steps, epochs, validation))
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

func losses(steps, epochs, validation chart.Series) chart.Chart {
	steps.Name, steps.Faint = "training, step by step", true
	epochs.Name, epochs.Points = "training, mean of the epoch", true
	c := chart.Chart{Title: "loss", X: "step", Series: []chart.Series{steps}}
	if len(epochs.Y) > 0 {
		c.Series = append(c.Series, epochs)
	}
	if len(validation.Y) > 0 {
		validation.Name, validation.Points = "validation set", true
		c.Series = append(c.Series, validation)
	}
	if low := slices.Min(steps.Y); low > 0 && slices.Max(steps.Y) > 20*low {
		c.LogY = true
	}
	return c
}

func add(s *chart.Series, x, y float64) {
	s.X, s.Y = append(s.X, x), append(s.Y, y)
}
