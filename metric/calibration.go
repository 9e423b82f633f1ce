package metric

import (
	"math"

	"github.com/jimu-ml/jimu/tensor"
)

// CalibrationError says how far the confidence of predictions is from how often they are right, 0 at best: the expected
// calibration error.
//
//	logits [… c], target […] of integers: the confidence is the largest probability
//	logits [n …] or [n … 1], target [n …] of 0 and 1 or booleans: the confidence is the probability of yes, and right is yes
//	Σ nᵦ/n · |accᵦ − confᵦ|       b over bins of equal width, acc and conf their means
//
// A confidence at the border of two bins is of the upper one, unlike in the paper; 1 is of the last.
//
// Guo, Pleiss, Sun and Weinberger, On Calibration of Modern Neural Networks, 2017 (arXiv:1706.04599), equation 3.
type CalibrationError struct {
	Bins          int    // 0 means 15
	Norm          string // "" for the mean of the differences, "l2" for the root of their mean square, "max" for the largest
	Probabilities bool   // the predictions are probabilities, not logits
	Ignore        *int   // targets of this class are left out, such as new(-100); nil means none
	Axis          int    // of the classes; 0 means the last

	bins []Bin
}

// A Bin holds the predictions whose confidence lies in an interval: a bar of a reliability diagram.
type Bin struct {
	Low, High  float64
	Count      int
	Confidence float64 // the mean; NaN in an empty bin
	Accuracy   float64 // the share that is right; NaN in an empty bin
}

// Name returns "calibration_error".
func (e *CalibrationError) Name() string { return "calibration_error" }

// Add counts a batch.
func (e *CalibrationError) Add(prediction, target *tensor.Tensor) {
	switch e.Norm {
	case "", "l1", "l2", "max":
	default:
		panic(tensor.Errorf("CalibrationError", "no norm is called %q; want l1, l2 or max", e.Norm))
	}
	if e.bins == nil {
		e.bins = make([]Bin, orElse(e.Bins, 15))
	}
	forecasts("CalibrationError", prediction, target, options{axis: e.Axis, ignore: e.Ignore}, e.Probabilities, func(f forecast) {
		k := 1
		if !f.binary {
			k = 0
			for j := range f.log {
				if f.p(j) > f.p(k) {
					k = j
				}
			}
		}
		p := f.p(k)
		n := len(e.bins)
		b := &e.bins[max(0, min(int(p*float64(n)), n-1))]
		b.Count++
		b.Confidence += p // sums, until they are asked for
		if f.target == k {
			b.Accuracy++
		}
	})
}

// Reliability returns the bins.
func (e *CalibrationError) Reliability() []Bin {
	all := make([]Bin, len(e.bins))
	for i, b := range e.bins {
		n := float64(len(all))
		all[i] = Bin{float64(i) / n, float64(i+1) / n, b.Count, b.Confidence / float64(b.Count), b.Accuracy / float64(b.Count)}
	}
	return all
}

// Value returns the error.
func (e *CalibrationError) Value() float64 {
	n, sum, most := 0., 0., 0.
	for _, b := range e.bins {
		n += float64(b.Count)
	}
	if n == 0 {
		return math.NaN()
	}
	for _, b := range e.bins {
		if b.Count == 0 {
			continue
		}
		off := math.Abs(b.Accuracy-b.Confidence) / float64(b.Count)
		most = max(most, off)
		if e.Norm == "l2" {
			off *= off
		}
		sum += off * float64(b.Count) / n
	}
	switch e.Norm {
	case "l2":
		return math.Sqrt(sum)
	case "max":
		return most
	}
	return sum
}

// Merge adds what another CalibrationError of as many bins has counted.
func (e *CalibrationError) Merge(m Metric) {
	b := same[*CalibrationError]("CalibrationError.Merge", m)
	if e.bins == nil {
		e.bins = make([]Bin, len(b.bins))
	}
	if b.bins != nil && len(b.bins) != len(e.bins) {
		panic(tensor.Errorf("CalibrationError.Merge", "%d bins do not merge into %d", len(b.bins), len(e.bins)))
	}
	for i, o := range b.bins {
		a := &e.bins[i]
		a.Count, a.Confidence, a.Accuracy = a.Count+o.Count, a.Confidence+o.Confidence, a.Accuracy+o.Accuracy
	}
}

// Reset forgets what was added.
func (e *CalibrationError) Reset() { e.bins = nil }
