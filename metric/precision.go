package metric

import (
	"github.com/jimu-ml/jimu/tensor"
)

// Precision is the share of the predictions of a class that are right, from 0 to 1: TP / (TP + FP).
//
//	logits [… c], target […] of integers; or, with Labels, logits [… l] and targets of 0 and 1 of the same shape
//	logits [n …] or [n … 1], target [n …] of 0 and 1 or booleans: of those above Threshold, the class of yes
//	classes [n …] of integers, target of the same shape: what was decided
//
// TP counts true positives, FP false ones. A class that was never predicted has precision 0, as in scikit-learn.
type Precision struct {
	Average   Average // over the classes or labels
	Labels    bool    // the last axis has labels that do not exclude each other, each a logit of yes
	Ignore    *int    // targets of this class are left out, such as new(-100); nil means none
	Axis      int     // of the classes; 0 means the last
	Threshold float64 // of yes, for one logit a question; 0.5 for probabilities

	tally
}

// Name returns "precision".
func (p *Precision) Name() string { return "precision" }

// Add counts a batch.
func (p *Precision) Add(prediction, target *tensor.Tensor) {
	p.add("Precision", prediction, target, options{p.Axis, p.Ignore, p.Threshold, p.Labels})
}

// Value returns the average.
func (p *Precision) Value() float64 { return p.value(p.Average, p.rate) }

// Classes returns the value of each class or label.
func (p *Precision) Classes() []float64 { return p.each(p.rate) }

func (p *Precision) rate(c rates) float64 { return share(c.tp, c.tp+c.fp) }

// Merge adds what another Precision has counted.
func (p *Precision) Merge(m Metric) { p.merge(same[*Precision]("Precision.Merge", m).tally) }
