package metric

import (
	"github.com/jimu-ml/jimu/tensor"
)

// Specificity is the share of the targets of other classes for which a class was not predicted, from 0 to 1: TN / (TN + FP).
//
//	logits [… c], target […] of integers; or, with Labels, logits [… l] and targets of 0 and 1 of the same shape
//	logits [n …] or [n … 1], target [n …] of 0 and 1 or booleans: of those above Threshold, the class of yes
//	classes [n …] of integers, target of the same shape: what was decided
//
// TN counts true negatives, FP false positives. Where every target was of the class it is 0.
type Specificity struct {
	Average   Average // over the classes or labels
	Labels    bool    // the last axis has labels that do not exclude each other, each a logit of yes
	Ignore    *int    // targets of this class are left out, such as new(-100); nil means none
	Axis      int     // of the classes; 0 means the last
	Threshold float64 // of yes, for one logit a question; 0.5 for probabilities

	tally
}

// Name returns "specificity".
func (s *Specificity) Name() string { return "specificity" }

// Add counts a batch.
func (s *Specificity) Add(prediction, target *tensor.Tensor) {
	s.add("Specificity", prediction, target, options{s.Axis, s.Ignore, s.Threshold, s.Labels})
}

// Value returns the average.
func (s *Specificity) Value() float64 { return s.value(s.Average, s.rate) }

// Classes returns the value of each class or label.
func (s *Specificity) Classes() []float64 { return s.each(s.rate) }

func (s *Specificity) rate(c rates) float64 { return share(c.tn, c.tn+c.fp) }

// Merge adds what another Specificity has counted.
func (s *Specificity) Merge(m Metric) { s.merge(same[*Specificity]("Specificity.Merge", m).tally) }
