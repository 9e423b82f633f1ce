package metric

import (
	"math"

	"github.com/jimu-ml/jimu/tensor"
)

// Accuracy is the share of predictions that are right, from 0 to 1.
//
//	logits [… c], target […] of integers: right where the largest logit is the target's
//	logits [n …] or [n … 1], target [n …] of 0 and 1 or booleans: right where logit > Threshold agrees with the target
//
// Probabilities of yes are not logits: set Threshold to 0.5. Predictions of integers or booleans in the shape of the targets
// are taken as the classes themselves. Of equal logits the first counts.
type Accuracy struct {
	Ignore    *int    // targets of this class are left out, such as new(-100); nil means none
	Axis      int     // of the classes; 0 means the last
	Threshold float64 // of yes, for predictions in the shape of the targets; 0.5 for probabilities

	right, count int
}

// Name returns "accuracy".
func (a *Accuracy) Name() string { return "accuracy" }

// Add counts a batch.
func (a *Accuracy) Add(prediction, target *tensor.Tensor) {
	predicted, wanted := decide("Accuracy", prediction, target, a.Axis, a.Threshold)
	for i, k := range wanted {
		if a.Ignore != nil && k == int64(*a.Ignore) {
			continue
		}
		a.count++
		if predicted[i] == k {
			a.right++
		}
	}
}

// Value returns right/count.
func (a *Accuracy) Value() float64 { return ratio(a.right, a.count) }

// Count returns how many predictions were added and not ignored.
func (a *Accuracy) Count() int { return a.count }

// Merge adds what another Accuracy has counted.
func (a *Accuracy) Merge(m Metric) {
	b := same[*Accuracy]("Accuracy.Merge", m)
	a.right, a.count = a.right+b.right, a.count+b.count
}

// Reset forgets what was added.
func (a *Accuracy) Reset() { a.right, a.count = 0, 0 }

// ratio returns a/b, NaN for 0/0.
func ratio(a, b int) float64 {
	if b == 0 {
		return math.NaN()
	}
	return float64(a) / float64(b)
}
