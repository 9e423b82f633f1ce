package metric

import (
	"fmt"

	"github.com/jimu-ml/jimu/tensor"
)

// FBeta is the harmonic mean of precision and recall, recall weighing β² times as much, from 0 to 1; F1 if Beta is 0.
//
//	logits [… c], target […] of integers; or, with Labels, logits [… l] and targets of 0 and 1 of the same shape
//	logits [n …] or [n … 1], target [n …] of 0 and 1 or booleans: of those above Threshold, the class of yes
//	classes [n …] of integers, target of the same shape: what was decided
//	Fβ = (1 + β²)·TP / ((1 + β²)·TP + β²·FN + FP)
//
// TP counts true positives, FP and FN false positives and negatives. A class that is neither target nor predicted has 0.
type FBeta struct {
	Beta      float64 // 0 means 1
	Average   Average // over the classes or labels
	Labels    bool    // the last axis has labels that do not exclude each other, each a logit of yes
	Ignore    *int    // targets of this class are left out, such as new(-100); nil means none
	Axis      int     // of the classes; 0 means the last
	Threshold float64 // of yes, for one logit a question; 0.5 for probabilities

	tally
}

// Name returns "f1", or "f0.5" for a Beta of 0.5.
func (f *FBeta) Name() string { return fmt.Sprintf("f%v", orElse(f.Beta, 1)) }

// Add counts a batch.
func (f *FBeta) Add(prediction, target *tensor.Tensor) {
	f.add("FBeta", prediction, target, options{f.Axis, f.Ignore, f.Threshold, f.Labels})
}

// Value returns the average.
func (f *FBeta) Value() float64 { return f.value(f.Average, f.rate) }

// Classes returns the value of each class or label.
func (f *FBeta) Classes() []float64 { return f.each(f.rate) }

func (f *FBeta) rate(c rates) float64 {
	b := orElse(f.Beta, 1) * orElse(f.Beta, 1)
	return share((1+b)*c.tp, (1+b)*c.tp+b*c.fn+c.fp)
}

// Merge adds what another FBeta has counted.
func (f *FBeta) Merge(m Metric) { f.merge(same[*FBeta]("FBeta.Merge", m).tally) }
