package metric

import (
	"math"

	"github.com/jimu-ml/jimu/tensor"
)

// BalancedAccuracy is the mean of the recalls of the classes that are targets, from 0 to 1: each class counts the same,
// however rare. For yes or no it is the mean of sensitivity and specificity.
//
//	logits [… c], target […] of integers; or logits [n …] and targets of 0 and 1, as in [Accuracy]
type BalancedAccuracy struct {
	Adjusted  bool    // from chance 0 to 1: (v − 1/k) / (1 − 1/k) for k classes
	Ignore    *int    // targets of this class are left out, such as new(-100); nil means none
	Axis      int     // of the classes; 0 means the last
	Threshold float64 // of yes, for one logit a question; 0.5 for probabilities

	tally
}

// Name returns "balanced_accuracy".
func (b *BalancedAccuracy) Name() string { return "balanced_accuracy" }

// Add counts a batch.
func (b *BalancedAccuracy) Add(prediction, target *tensor.Tensor) {
	b.add("BalancedAccuracy", prediction, target, options{axis: b.Axis, ignore: b.Ignore, threshold: b.Threshold})
}

// Value returns the mean recall.
func (b *BalancedAccuracy) Value() float64 {
	sum, k := 0., 0.
	for i := range b.of {
		if r := b.rates(i); r.tp+r.fn > 0 {
			sum += r.tp / (r.tp + r.fn)
			k++
		}
	}
	if k == 0 {
		return math.NaN()
	}
	v := sum / k
	if b.Adjusted {
		return (v - 1/k) / (1 - 1/k)
	}
	return v
}

// Merge adds what another BalancedAccuracy has counted.
func (b *BalancedAccuracy) Merge(m Metric) {
	b.merge(same[*BalancedAccuracy]("BalancedAccuracy.Merge", m).tally)
}
