package metric

import (
	"github.com/jimu-ml/jimu/tensor"
)

// SensitivityAtSpecificity is the best recall that a threshold has whose specificity is as good as wanted, from 0 to 1; 0 if
// there is none. Scores and targets are those of [AUROC]; it keeps all scores.
type SensitivityAtSpecificity struct {
	Specificity   float64 // that is wanted at least
	Average       Average // over the classes or labels
	Labels        bool    // the last axis has labels that do not exclude each other, each a score
	Probabilities bool    // the predictions are probabilities, not logits
	Ignore        *int    // targets of this class are left out, such as new(-100); nil means none
	Axis          int     // of the classes; 0 means the last

	scores
}

// Name returns "sensitivity_at_specificity".
func (s *SensitivityAtSpecificity) Name() string { return "sensitivity_at_specificity" }

// Add counts a batch.
func (s *SensitivityAtSpecificity) Add(prediction, target *tensor.Tensor) {
	s.add("SensitivityAtSpecificity", prediction, target, options{axis: s.Axis, ignore: s.Ignore, labels: s.Labels}, s.Probabilities)
}

func (s *SensitivityAtSpecificity) best(t *steps) operatingPoint {
	return t.best(func(p operatingPoint) (good bool, value float64) { return p.specificity >= s.Specificity, p.recall })
}

// Value returns the best rate.
func (s *SensitivityAtSpecificity) Value() float64 {
	return s.value(s.Average, func(t *steps) float64 { return s.best(t).value })
}

// Threshold returns from which score on a class, 0 for yes, is to be predicted for that; NaN if no threshold reaches it.
func (s *SensitivityAtSpecificity) Threshold(class int) float64 {
	return s.best(s.of[class].steps()).threshold
}

// Merge adds what another SensitivityAtSpecificity has seen.
func (s *SensitivityAtSpecificity) Merge(m Metric) {
	s.merge("SensitivityAtSpecificity.Merge", same[*SensitivityAtSpecificity]("SensitivityAtSpecificity.Merge", m).scores)
}

// SpecificityAtSensitivity is the best specificity that a threshold has whose recall is as good as wanted, from 0 to 1; 0 if
// there is none. Scores and targets are those of [AUROC]; it keeps all scores.
type SpecificityAtSensitivity struct {
	Sensitivity   float64 // that is wanted at least
	Average       Average // over the classes or labels
	Labels        bool    // the last axis has labels that do not exclude each other, each a score
	Probabilities bool    // the predictions are probabilities, not logits
	Ignore        *int    // targets of this class are left out, such as new(-100); nil means none
	Axis          int     // of the classes; 0 means the last

	scores
}

// Name returns "specificity_at_sensitivity".
func (s *SpecificityAtSensitivity) Name() string { return "specificity_at_sensitivity" }

// Add counts a batch.
func (s *SpecificityAtSensitivity) Add(prediction, target *tensor.Tensor) {
	s.add("SpecificityAtSensitivity", prediction, target, options{axis: s.Axis, ignore: s.Ignore, labels: s.Labels}, s.Probabilities)
}

func (s *SpecificityAtSensitivity) best(t *steps) operatingPoint {
	return t.best(func(p operatingPoint) (good bool, value float64) { return p.recall >= s.Sensitivity, p.specificity })
}

// Value returns the best rate.
func (s *SpecificityAtSensitivity) Value() float64 {
	return s.value(s.Average, func(t *steps) float64 { return s.best(t).value })
}

// Threshold returns from which score on a class, 0 for yes, is to be predicted for that; NaN if no threshold reaches it.
func (s *SpecificityAtSensitivity) Threshold(class int) float64 {
	return s.best(s.of[class].steps()).threshold
}

// Merge adds what another SpecificityAtSensitivity has seen.
func (s *SpecificityAtSensitivity) Merge(m Metric) {
	s.merge("SpecificityAtSensitivity.Merge", same[*SpecificityAtSensitivity]("SpecificityAtSensitivity.Merge", m).scores)
}
