package report

import (
	"html/template"
	"math"

	"github.com/jimu-ml/jimu/internal/chart"
	"github.com/jimu-ml/jimu/metric"
	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/tensor"
)

const (
	mostClasses = 30 // of a table that can be read
	mistakes    = 12
	samples     = 8
)

// A confusion is the table of what is taken for what.
type confusion struct {
	Classes []string
	Rows    []row
}

// A row is a class with how often each was said of it.
type row struct {
	Class  string
	Cells  []cell
	Recall float64
}

type cell struct {
	Count int
	Share float64 // of the row
	Right bool
}

// confused counts what is taken for what; nil if there are too many classes for a table.
func confused(e *recipe.Examination) *confusion {
	if len(e.Classes) > mostClasses {
		return nil
	}
	m := metric.Confusion{Names: e.Classes}
	m.Add(e.Outputs, e.Want)
	t := &confusion{Classes: e.Classes}
	for k, name := range e.Classes {
		r := row{Class: name, Recall: m.Recall(k)}
		total := 0
		for j := range e.Classes {
			total += m.Count(k, j)
		}
		for j := range e.Classes {
			n := m.Count(k, j)
			r.Cells = append(r.Cells, cell{n, float64(n) / float64(max(total, 1)), j == k})
		}
		t.Rows = append(t.Rows, r)
	}
	return t
}

// shade returns the opacity of a cell's color.
func shade(share float64) float64 { return math.Round(100*math.Sqrt(share)) / 100 }

// A calibration compares how sure the model is with how often it is right.
type calibration struct {
	Error float64
	Chart template.HTML
}

func calibrated(e *recipe.Examination) *calibration {
	m := metric.CalibrationError{Probabilities: true}
	m.Add(e.Outputs, tensor.Of(e.Want.Ints(), e.Want.Dim(0)))
	line := chart.Series{Name: "this model", Points: true}
	for _, b := range m.Reliability() {
		if b.Count > 0 {
			add(&line, b.Confidence, b.Accuracy)
		}
	}
	c := chart.Chart{
		Title: "how often it is right, when it is so sure", X: "how sure it is", Y: "share that is right", Low: 0, High: 1,
		Series: []chart.Series{line, {Name: "perfectly calibrated", X: []float64{0, 1}, Y: []float64{0, 1}, Dashed: true}},
	}
	return &calibration{m.Value(), template.HTML(c.SVG())} //nolint:gosec // the drawing escapes its texts
}
