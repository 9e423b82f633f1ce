package metric

import (
	"math"
	"slices"

	"github.com/jimu-ml/jimu/tensor"
)

// labelRows counts f of each row of scores and of labels, 0 or 1.
func (m *mean) labelRows(op string, prediction, target *tensor.Tensor, f func(score []float64, is []bool) float64) {
	if !slices.Equal(prediction.Shape(), target.Shape()) || target.Rank() < 1 {
		panic(tensor.Errorf(op, "predictions of shape %v and targets of shape %v differ, or have no axis of labels", prediction, target))
	}
	yes, l := truth(target.Detach()), target.Dim(-1)
	for x := tensor.Values[float64](prediction.Detach()); len(x) > 0; x, yes = x[l:], yes[l:] {
		is := make([]bool, l)
		for i, k := range yes[:l] {
			is[i] = k != 0
		}
		m.one(f(x[:l], is))
	}
}

// LabelCoverage is how many labels of the highest scores one has to take on the average until all that are true are among them;
// at best the mean number of true labels.
//
//	scores [… l], target [… l] of 0 and 1
type LabelCoverage struct{ mean }

// Name returns "label_coverage".
func (c *LabelCoverage) Name() string { return "label_coverage" }

// Add counts a batch.
func (c *LabelCoverage) Add(prediction, target *tensor.Tensor) {
	c.labelRows("LabelCoverage", prediction, target, func(score []float64, is []bool) (n float64) {
		least := math.Inf(1)
		for i, s := range score {
			if is[i] {
				least = min(least, s)
			}
		}
		for _, s := range score {
			if s >= least {
				n++
			}
		}
		return n
	})
}

// Merge adds what another LabelCoverage has counted.
func (c *LabelCoverage) Merge(m Metric) { c.merge(same[*LabelCoverage]("LabelCoverage.Merge", m).mean) }

// LabelRankingAveragePrecision is the mean over the true labels of the share of true ones among those that score as high, and over
// the examples; from 0 to 1. An example all of whose labels are true, or none, counts 1.
//
//	scores [… l], target [… l] of 0 and 1
type LabelRankingAveragePrecision struct{ mean }

// Name returns "label_ranking_average_precision".
func (p *LabelRankingAveragePrecision) Name() string { return "label_ranking_average_precision" }

// Add counts a batch.
func (p *LabelRankingAveragePrecision) Add(prediction, target *tensor.Tensor) {
	p.labelRows("LabelRankingAveragePrecision", prediction, target, func(score []float64, is []bool) float64 {
		var of mean
		for i, s := range score {
			if !is[i] {
				continue
			}
			all, right := 0., 0.
			for j, v := range score {
				if v >= s {
					all++
					if is[j] {
						right++
					}
				}
			}
			of.one(right / all)
		}
		if of.count == 0 {
			return 1
		}
		return of.Value()
	})
}

// Merge adds what another LabelRankingAveragePrecision has counted.
func (p *LabelRankingAveragePrecision) Merge(m Metric) {
	p.merge(same[*LabelRankingAveragePrecision]("LabelRankingAveragePrecision.Merge", m).mean)
}

// LabelRankingError is the share of the pairs of a true label and one that is not of which the second scores at least as high, the
// mean over the examples; 0 at best. An example without such pairs counts 0.
//
//	scores [… l], target [… l] of 0 and 1
type LabelRankingError struct{ mean }

// Name returns "label_ranking_error".
func (e *LabelRankingError) Name() string { return "label_ranking_error" }

// Add counts a batch.
func (e *LabelRankingError) Add(prediction, target *tensor.Tensor) {
	e.labelRows("LabelRankingError", prediction, target, func(score []float64, is []bool) float64 {
		wrong, all := 0., 0.
		for i, s := range score {
			for j, v := range score {
				if is[i] && !is[j] {
					all++
					if v >= s {
						wrong++
					}
				}
			}
		}
		return share(wrong, all)
	})
}

// Merge adds what another LabelRankingError has counted.
func (e *LabelRankingError) Merge(m Metric) {
	e.merge(same[*LabelRankingError]("LabelRankingError.Merge", m).mean)
}
