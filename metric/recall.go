package metric

import (
	"github.com/jimu-ml/jimu/tensor"
)

// Recall is the share of the targets of a class that are predicted, from 0 to 1: TP / (TP + FN). For yes or no it is also
// called sensitivity.
//
//	logits [… c], target […] of integers; or, with Labels, logits [… l] and targets of 0 and 1 of the same shape
//	logits [n …] or [n … 1], target [n …] of 0 and 1 or booleans: of those above Threshold, the class of yes
//	classes [n …] of integers, target of the same shape: what was decided
//
// TP counts true positives, FN false negatives. A class that was never a target has recall 0, as in scikit-learn.
type Recall struct {
	Average   Average // over the classes or labels
	Labels    bool    // the last axis has labels that do not exclude each other, each a logit of yes
	Ignore    *int    // targets of this class are left out, such as new(-100); nil means none
	Axis      int     // of the classes; 0 means the last
	Threshold float64 // of yes, for one logit a question; 0.5 for probabilities

	tally
}

// Name returns "recall".
func (r *Recall) Name() string { return "recall" }

// Add counts a batch.
func (r *Recall) Add(prediction, target *tensor.Tensor) {
	r.add("Recall", prediction, target, options{r.Axis, r.Ignore, r.Threshold, r.Labels})
}

// Value returns the average.
func (r *Recall) Value() float64 { return r.value(r.Average, r.rate) }

// Classes returns the value of each class or label.
func (r *Recall) Classes() []float64 { return r.each(r.rate) }

func (r *Recall) rate(c rates) float64 { return share(c.tp, c.tp+c.fn) }

// Merge adds what another Recall has counted.
func (r *Recall) Merge(m Metric) { r.merge(same[*Recall]("Recall.Merge", m).tally) }
