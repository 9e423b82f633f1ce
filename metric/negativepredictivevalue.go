package metric

import (
	"github.com/jimu-ml/jimu/tensor"
)

// NegativePredictiveValue is the share of the predictions of other classes that are right not to be of a class, from 0 to 1:
// TN / (TN + FN).
//
//	logits [… c], target […] of integers; or, with Labels, logits [… l] and targets of 0 and 1 of the same shape
//	logits [n …] or [n … 1], target [n …] of 0 and 1 or booleans: of those above Threshold, the class of yes
//	classes [n …] of integers, target of the same shape: what was decided
//
// TN counts true negatives, FN false ones. A class that was always predicted has 0.
type NegativePredictiveValue struct {
	Average   Average // over the classes or labels
	Labels    bool    // the last axis has labels that do not exclude each other, each a logit of yes
	Ignore    *int    // targets of this class are left out, such as new(-100); nil means none
	Axis      int     // of the classes; 0 means the last
	Threshold float64 // of yes, for one logit a question; 0.5 for probabilities

	tally
}

// Name returns "negative_predictive_value".
func (v *NegativePredictiveValue) Name() string { return "negative_predictive_value" }

// Add counts a batch.
func (v *NegativePredictiveValue) Add(prediction, target *tensor.Tensor) {
	v.add("NegativePredictiveValue", prediction, target, options{v.Axis, v.Ignore, v.Threshold, v.Labels})
}

// Value returns the average.
func (v *NegativePredictiveValue) Value() float64 { return v.value(v.Average, v.rate) }

// Classes returns the value of each class or label.
func (v *NegativePredictiveValue) Classes() []float64 { return v.each(v.rate) }

func (v *NegativePredictiveValue) rate(c rates) float64 { return share(c.tn, c.tn+c.fn) }

// Merge adds what another NegativePredictiveValue has counted.
func (v *NegativePredictiveValue) Merge(m Metric) {
	v.merge(same[*NegativePredictiveValue]("NegativePredictiveValue.Merge", m).tally)
}
