package metric

import (
	"github.com/jimu-ml/jimu/tensor"
)

// Jaccard is how many examples are of a class both in the targets and the predictions, out of those that are in one of them,
// from 0 to 1: TP / (TP + FP + FN). It is the intersection over union; over the pixels of all pictures, the mean IoU of
// segmentation, and for yes or no the critical success index.
//
//	logits [… c], target […] of integers; or, with Labels, logits [… l] and targets of 0 and 1 of the same shape
//	logits [n …] or [n … 1], target [n …] of 0 and 1 or booleans: of those above Threshold, the class of yes
//	classes [n …] of integers, target of the same shape: what was decided
//
// TP counts true positives, FP and FN false positives and negatives.
type Jaccard struct {
	Average   Average // over the classes or labels
	Labels    bool    // the last axis has labels that do not exclude each other, each a logit of yes
	Ignore    *int    // targets of this class are left out, such as new(-100); nil means none
	Axis      int     // of the classes; 0 means the last
	Threshold float64 // of yes, for one logit a question; 0.5 for probabilities

	tally
}

// Name returns "jaccard".
func (j *Jaccard) Name() string { return "jaccard" }

// Add counts a batch.
func (j *Jaccard) Add(prediction, target *tensor.Tensor) {
	j.add("Jaccard", prediction, target, options{j.Axis, j.Ignore, j.Threshold, j.Labels})
}

// Value returns the average.
func (j *Jaccard) Value() float64 { return j.value(j.Average, j.rate) }

// Classes returns the value of each class or label.
func (j *Jaccard) Classes() []float64 { return j.each(j.rate) }

func (j *Jaccard) rate(c rates) float64 { return share(c.tp, c.tp+c.fp+c.fn) }

// Merge adds what another Jaccard has counted.
func (j *Jaccard) Merge(m Metric) { j.merge(same[*Jaccard]("Jaccard.Merge", m).tally) }
