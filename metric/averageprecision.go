package metric

import (
	"math"

	"github.com/jimu-ml/jimu/tensor"
)

// AveragePrecision is the area under the curve of precision over recall, from 0 to 1, taken in steps: Σ (Rᵢ − Rᵢ₋₁)·Pᵢ, with
// recall R and precision P at each threshold from the highest on.
//
//	scores [n …] or [n … 1], target [n …] of 0 and 1 or booleans
//	logits [… c], target […] of integers: each class against the others, by its probability
//	with Labels, scores [… l], target [… l] of 0 and 1
//
// It is exact, and keeps all scores for that. A class that is no target is left out. For the mean average precision of boxes
// see [MeanAveragePrecision].
type AveragePrecision struct {
	Average       Average // over the classes or labels
	Labels        bool    // the last axis has labels that do not exclude each other, each a score
	Probabilities bool    // the predictions are probabilities, not logits
	Ignore        *int    // targets of this class are left out, such as new(-100); nil means none
	Axis          int     // of the classes; 0 means the last

	scores
}

// Name returns "average_precision".
func (a *AveragePrecision) Name() string { return "average_precision" }

// Add counts a batch.
func (a *AveragePrecision) Add(prediction, target *tensor.Tensor) {
	a.add("AveragePrecision", prediction, target, options{axis: a.Axis, ignore: a.Ignore, labels: a.Labels}, a.Probabilities)
}

// Value returns the area.
func (a *AveragePrecision) Value() float64 {
	return a.value(a.Average, func(t *steps) float64 {
		if t.positives == 0 {
			return math.NaN()
		}
		sum, recall := 0., 0.
		for i, tp := range t.tp {
			sum += (tp/t.positives - recall) * tp / (tp + t.fp[i])
			recall = tp / t.positives
		}
		return sum
	})
}

// Curve returns the precision and recall of a class, 0 for yes, and the thresholds from which on they hold, from the lowest
// on; the last point, of precision 1 and recall 0, has no threshold.
func (a *AveragePrecision) Curve(class int) (precision, recall, thresholds []float64) {
	return a.of[class].steps().precisionRecall()
}

// Merge adds what another AveragePrecision has seen.
func (a *AveragePrecision) Merge(m Metric) {
	a.merge("AveragePrecision.Merge", same[*AveragePrecision]("AveragePrecision.Merge", m).scores)
}
