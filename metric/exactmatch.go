package metric

import (
	"slices"

	"github.com/jimu-ml/jimu/tensor"
)

// Hamming is the share of answers that are wrong, from 0 to 1: the Hamming distance over the length.
//
//	logits [… c], target […] of integers: one answer a target
//	logits [… l], target [… l] of 0 and 1: an answer for each of l labels
type Hamming struct {
	Ignore    *int    // targets of this class are left out, such as new(-100); nil means none
	Axis      int     // of the classes; 0 means the last
	Threshold float64 // of yes, for predictions in the shape of the targets; 0.5 for probabilities

	wrong, count int
}

// Name returns "hamming".
func (h *Hamming) Name() string { return "hamming" }

// Add counts a batch.
func (h *Hamming) Add(prediction, target *tensor.Tensor) {
	predicted, wanted := decide("Hamming", prediction, target, h.Axis, h.Threshold)
	for i, k := range wanted {
		if (options{ignore: h.Ignore}).ignores(k) {
			continue
		}
		h.count++
		if predicted[i] != k {
			h.wrong++
		}
	}
}

// Value returns wrong/count.
func (h *Hamming) Value() float64 { return ratio(h.wrong, h.count) }

// Merge adds what another Hamming has counted.
func (h *Hamming) Merge(m Metric) {
	b := same[*Hamming]("Hamming.Merge", m)
	h.wrong, h.count = h.wrong+b.wrong, h.count+b.count
}

// Reset forgets what was added.
func (h *Hamming) Reset() { h.wrong, h.count = 0, 0 }

// ExactMatch is the share of rows of answers all of which are right, from 0 to 1: the subset accuracy of labels, or of
// sequences.
//
//	logits [… l], target [… l] of 0 and 1: a row has l labels
//	logits [… l c], target [… l] of integers: a row has l classes, as a sequence does
type ExactMatch struct {
	Ignore    *int    // targets of this class are right whatever is predicted, such as new(-100); nil means none
	Axis      int     // of the classes; 0 means the last
	Threshold float64 // of yes, for predictions in the shape of the targets; 0.5 for probabilities

	right, count int
}

// Name returns "exact_match".
func (e *ExactMatch) Name() string { return "exact_match" }

// Add counts a batch.
func (e *ExactMatch) Add(prediction, target *tensor.Tensor) {
	predicted, wanted := decide("ExactMatch", prediction, target, e.Axis, e.Threshold)
	l := 1
	if target.Rank() > 0 {
		l = max(target.Dim(-1), 1)
	}
	for ; len(wanted) > 0; predicted, wanted = predicted[l:], wanted[l:] {
		e.count++
		if e.all(predicted[:l], wanted[:l]) {
			e.right++
		}
	}
}

func (e *ExactMatch) all(predicted, wanted []int64) bool {
	for i, k := range wanted {
		if predicted[i] != k && !(options{ignore: e.Ignore}).ignores(k) {
			return false
		}
	}
	return true
}

// Value returns right/count.
func (e *ExactMatch) Value() float64 { return ratio(e.right, e.count) }

// Merge adds what another ExactMatch has counted.
func (e *ExactMatch) Merge(m Metric) {
	b := same[*ExactMatch]("ExactMatch.Merge", m)
	e.right, e.count = e.right+b.right, e.count+b.count
}

// Reset forgets what was added.
func (e *ExactMatch) Reset() { e.right, e.count = 0, 0 }

// Outcomes counts one of the four ways in which an answer about a class can be right or wrong.
//
//	logits [… c], target […] of integers: summed over the classes; or, with Labels, over the labels
//	logits [n …] or [n … 1], target [n …] of 0 and 1 or booleans: of those above Threshold, the class of yes
type Outcomes struct {
	Of        string  // "true positives", the default, "false positives", "false negatives" or "true negatives"
	Labels    bool    // the last axis has labels that do not exclude each other, each a logit of yes
	Ignore    *int    // targets of this class are left out, such as new(-100); nil means none
	Axis      int     // of the classes; 0 means the last
	Threshold float64 // of yes, for one logit a question; 0.5 for probabilities

	tally
}

var kinds = []string{"true positives", "false positives", "false negatives", "true negatives"}

// Name returns what is counted, "true_positives".
func (o *Outcomes) Name() string {
	return []string{"true_positives", "false_positives", "false_negatives", "true_negatives"}[max(slices.Index(kinds, o.Of), 0)]
}

// Add counts a batch.
func (o *Outcomes) Add(prediction, target *tensor.Tensor) {
	if o.Of != "" && !slices.Contains(kinds, o.Of) {
		panic(tensor.Errorf("Outcomes", "Of is %q; want one of %q", o.Of, kinds))
	}
	o.add("Outcomes", prediction, target, options{o.Axis, o.Ignore, o.Threshold, o.Labels})
}

// Value returns the count: of yes, or summed over the classes.
func (o *Outcomes) Value() float64 {
	if o.binary {
		return o.value(Auto, o.rate)
	}
	return o.value(Micro, o.rate)
}

// Classes returns the count of each class or label.
func (o *Outcomes) Classes() []float64 { return o.each(o.rate) }

func (o *Outcomes) rate(c rates) float64 {
	return []float64{c.tp, c.fp, c.fn, c.tn}[max(slices.Index(kinds, o.Of), 0)]
}

// Merge adds what another Outcomes has counted.
func (o *Outcomes) Merge(m Metric) { o.merge(same[*Outcomes]("Outcomes.Merge", m).tally) }
