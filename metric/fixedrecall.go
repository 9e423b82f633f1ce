package metric

import (
	"math"

	"github.com/jimu-ml/jimu/tensor"
)

// PrecisionAtRecall is the best precision that a threshold has whose recall is as good as wanted, from 0 to 1; 0 if there is
// none. Scores and targets are those of [AUROC]; it keeps all scores.
type PrecisionAtRecall struct {
	Recall        float64 // that is wanted at least
	Average       Average // over the classes or labels
	Labels        bool    // the last axis has labels that do not exclude each other, each a score
	Probabilities bool    // the predictions are probabilities, not logits
	Ignore        *int    // targets of this class are left out, such as new(-100); nil means none
	Axis          int     // of the classes; 0 means the last

	scores
}

// Name returns "precision_at_recall".
func (q *PrecisionAtRecall) Name() string { return "precision_at_recall" }

// Add counts a batch.
func (q *PrecisionAtRecall) Add(prediction, target *tensor.Tensor) {
	q.add("PrecisionAtRecall", prediction, target, options{axis: q.Axis, ignore: q.Ignore, labels: q.Labels}, q.Probabilities)
}

func (q *PrecisionAtRecall) best(t *steps) operatingPoint {
	return t.best(func(p operatingPoint) (good bool, value float64) { return p.recall >= q.Recall, p.precision })
}

// Value returns the best rate.
func (q *PrecisionAtRecall) Value() float64 {
	return q.value(q.Average, func(t *steps) float64 { return q.best(t).value })
}

// Threshold returns from which score on a class, 0 for yes, is to be predicted for that; NaN if no threshold reaches it.
func (q *PrecisionAtRecall) Threshold(class int) float64 {
	return q.best(q.of[class].steps()).threshold
}

// Merge adds what another PrecisionAtRecall has seen.
func (q *PrecisionAtRecall) Merge(m Metric) {
	q.merge("PrecisionAtRecall.Merge", same[*PrecisionAtRecall]("PrecisionAtRecall.Merge", m).scores)
}

// RecallAtPrecision is the best recall that a threshold has whose precision is as good as wanted, from 0 to 1; 0 if there is
// none. Scores and targets are those of [AUROC]; it keeps all scores.
type RecallAtPrecision struct {
	Precision     float64 // that is wanted at least
	Average       Average // over the classes or labels
	Labels        bool    // the last axis has labels that do not exclude each other, each a score
	Probabilities bool    // the predictions are probabilities, not logits
	Ignore        *int    // targets of this class are left out, such as new(-100); nil means none
	Axis          int     // of the classes; 0 means the last

	scores
}

// Name returns "recall_at_precision".
func (r *RecallAtPrecision) Name() string { return "recall_at_precision" }

// Add counts a batch.
func (r *RecallAtPrecision) Add(prediction, target *tensor.Tensor) {
	r.add("RecallAtPrecision", prediction, target, options{axis: r.Axis, ignore: r.Ignore, labels: r.Labels}, r.Probabilities)
}

func (r *RecallAtPrecision) best(t *steps) operatingPoint {
	return t.best(func(p operatingPoint) (good bool, value float64) { return p.precision >= r.Precision, p.recall })
}

// Value returns the best rate.
func (r *RecallAtPrecision) Value() float64 {
	return r.value(r.Average, func(t *steps) float64 { return r.best(t).value })
}

// Threshold returns from which score on a class, 0 for yes, is to be predicted for that; NaN if no threshold reaches it.
func (r *RecallAtPrecision) Threshold(class int) float64 {
	return r.best(r.of[class].steps()).threshold
}

// Merge adds what another RecallAtPrecision has seen.
func (r *RecallAtPrecision) Merge(m Metric) {
	r.merge("RecallAtPrecision.Merge", same[*RecallAtPrecision]("RecallAtPrecision.Merge", m).scores)
}

// An operatingPoint is what holds at a threshold, and the value that is looked for.
type operatingPoint struct{ precision, recall, specificity, threshold, value float64 }

// best returns the good point of the highest value, of equals that with the highest threshold.
func (t *steps) best(of func(operatingPoint) (good bool, value float64)) operatingPoint {
	best := operatingPoint{threshold: math.NaN()}
	if t.positives == 0 {
		best.value = math.NaN()
		return best
	}
	for i, tp := range t.tp {
		p := operatingPoint{precision: tp / (tp + t.fp[i]), recall: tp / t.positives, specificity: 1 - t.fp[i]/t.negatives, threshold: t.threshold[i]}
		if good, v := of(p); good && v > best.value {
			best = p
			best.value = v
		}
	}
	return best
}
