package metric

import (
	"math"
	"slices"

	"github.com/jimu-ml/jimu/tensor"
)

// AUROC is the area under the receiver operating characteristic, from 0 to 1, 0.5 for chance: how often an example of a class
// scores higher than one that is not, ties counting a half.
//
//	scores [n …] or [n … 1], target [n …] of 0 and 1 or booleans
//	logits [… c], target […] of integers: each class against the others, by its probability
//	with Labels, scores [… l], target [… l] of 0 and 1
//
// It is exact, and keeps all scores for that. A class that is no target, or the only one, has none and is left out.
type AUROC struct {
	MaxFPR        float64 // only up to this rate of false positives, standardized to 0.5 for chance as McClish does; 0 means all
	Average       Average // over the classes or labels
	Labels        bool    // the last axis has labels that do not exclude each other, each a score
	Probabilities bool    // the predictions are probabilities, not logits
	Ignore        *int    // targets of this class are left out, such as new(-100); nil means none
	Axis          int     // of the classes; 0 means the last

	scores
}

// Name returns "auroc".
func (a *AUROC) Name() string { return "auroc" }

// Add counts a batch.
func (a *AUROC) Add(prediction, target *tensor.Tensor) {
	a.add("AUROC", prediction, target, options{axis: a.Axis, ignore: a.Ignore, labels: a.Labels}, a.Probabilities)
}

// Value returns the area.
func (a *AUROC) Value() float64 { return a.value(a.Average, a.area) }

func (a *AUROC) area(t *steps) float64 {
	if t.positives == 0 || t.negatives == 0 {
		return math.NaN()
	}
	x, y, _ := t.roc()
	most := a.MaxFPR
	if most <= 0 || most >= 1 {
		return trapezoid(x, y)
	}
	i, _ := slices.BinarySearchFunc(x, most, func(v, to float64) int {
		if v <= to {
			return -1
		}
		return 1
	})
	at := y[i-1] + (y[i]-y[i-1])*(most-x[i-1])/(x[i]-x[i-1])
	area := trapezoid(append(x[:i:i], most), append(y[:i:i], at))
	least := most * most / 2
	return (1 + (area-least)/(most-least)) / 2
}

// Curve returns the receiver operating characteristic of a class, 0 for yes: false positive rates, true positive rates and
// the thresholds from which on they hold, the first infinite.
func (a *AUROC) Curve(class int) (fpr, tpr, thresholds []float64) { return a.of[class].steps().roc() }

// Merge adds what another AUROC has seen.
func (a *AUROC) Merge(m Metric) { a.merge("AUROC.Merge", same[*AUROC]("AUROC.Merge", m).scores) }

// EqualErrorRate is the rate of false positives at the threshold where it is nearest to that of false negatives, the mean of
// the two, from 0 to 1. Scores and targets are those of [AUROC].
type EqualErrorRate struct {
	Average       Average // over the classes or labels
	Labels        bool    // the last axis has labels that do not exclude each other, each a score
	Probabilities bool    // the predictions are probabilities, not logits
	Ignore        *int    // targets of this class are left out, such as new(-100); nil means none
	Axis          int     // of the classes; 0 means the last

	scores
}

// Name returns "equal_error_rate".
func (e *EqualErrorRate) Name() string { return "equal_error_rate" }

// Add counts a batch.
func (e *EqualErrorRate) Add(prediction, target *tensor.Tensor) {
	e.add("EqualErrorRate", prediction, target, options{axis: e.Axis, ignore: e.Ignore, labels: e.Labels}, e.Probabilities)
}

// Value returns the rate.
func (e *EqualErrorRate) Value() float64 {
	return e.value(e.Average, func(t *steps) float64 {
		x, y, _ := t.roc()
		best, least := math.NaN(), math.Inf(1)
		for i := range x {
			if off := math.Abs(x[i] - (1 - y[i])); off < least {
				best, least = (x[i]+1-y[i])/2, off
			}
		}
		return best
	})
}

// Merge adds what another EqualErrorRate has seen.
func (e *EqualErrorRate) Merge(m Metric) {
	e.merge("EqualErrorRate.Merge", same[*EqualErrorRate]("EqualErrorRate.Merge", m).scores)
}

// LogAUC is the area under the receiver operating characteristic over the logarithm of the false positive rate between two
// rates, from 0 to 1: for those who can afford few false positives. Scores and targets are those of [AUROC].
type LogAUC struct {
	Low, High     float64 // rates of false positives; 0 means 0.001 and 0.1
	Average       Average // over the classes or labels
	Labels        bool    // the last axis has labels that do not exclude each other, each a score
	Probabilities bool    // the predictions are probabilities, not logits
	Ignore        *int    // targets of this class are left out, such as new(-100); nil means none
	Axis          int     // of the classes; 0 means the last

	scores
}

// Name returns "log_auc".
func (a *LogAUC) Name() string { return "log_auc" }

// Add counts a batch.
func (a *LogAUC) Add(prediction, target *tensor.Tensor) {
	a.add("LogAUC", prediction, target, options{axis: a.Axis, ignore: a.Ignore, labels: a.Labels}, a.Probabilities)
}

// Value returns the area.
func (a *LogAUC) Value() float64 {
	low, high := orElse(a.Low, 0.001), orElse(a.High, 0.1)
	return a.value(a.Average, func(t *steps) float64 {
		if t.positives == 0 || t.negatives == 0 {
			return math.NaN()
		}
		x, y, _ := t.roc()
		lx, ly := []float64{math.Log(low)}, []float64{at(x, y, low)}
		for i := range x {
			if x[i] > low && x[i] <= high {
				lx, ly = append(lx, math.Log(x[i])), append(ly, y[i])
			}
		}
		lx, ly = append(lx, math.Log(high)), append(ly, at(x, y, high))
		return trapezoid(lx, ly) / math.Log(high/low)
	})
}

// at returns the curve at a place, the highest of those it has there.
func at(x, y []float64, place float64) float64 {
	i := 0
	for i+1 < len(x) && x[i+1] <= place {
		i++
	}
	if i+1 == len(x) || x[i] == place {
		return y[i]
	}
	return y[i] + (y[i+1]-y[i])*(place-x[i])/(x[i+1]-x[i])
}

// Merge adds what another LogAUC has seen.
func (a *LogAUC) Merge(m Metric) { a.merge("LogAUC.Merge", same[*LogAUC]("LogAUC.Merge", m).scores) }
