package ensemble

import (
	"context"
	"slices"

	"github.com/jimu-ml/jimu/metric"
	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/tensor"
)

// A Score is what the ensemble, or a member, comes to on the test set.
type Score struct {
	Name   string             `json:"name"`
	Values map[string]float64 `json:"values"` // by the names of [Ensemble.Measured]
}

// Measured returns the names of what scores hold. Of classes: the accuracy; the negative log-likelihood, in nats; the Brier
// score; the calibration error, which is how far confidence is from accuracy, in 15 bins. Of numbers: the mean absolute error,
// the root of the mean squared one, and the share of the variance that is explained.
func (e *Ensemble) Measured() (names []string) {
	for _, m := range e.measures() {
		names = append(names, m.Name())
	}
	return names
}

func (e *Ensemble) measures() []metric.Metric {
	if e.Classes() == nil {
		return []metric.Metric{&metric.MeanAbsoluteError{}, &metric.RootMeanSquaredError{}, &metric.R2{}}
	}
	return []metric.Metric{
		&metric.Accuracy{Threshold: 0.5}, &metric.CrossEntropy{Probabilities: true}, &metric.Brier{Probabilities: true},
		&metric.CalibrationError{Probabilities: true},
	}
}

// Scores tests the ensemble and its members, in this order.
func (e *Ensemble) Scores(ctx context.Context) ([]Score, error) {
	z, err := e.tested(ctx)
	if err != nil {
		return nil, err
	}
	y, err := recipe.Targets(ctx, e.works[0].Sets().Test)
	if err != nil {
		return nil, err
	}
	scores := []Score{{"ensemble", e.measure(e.Rule.Combine(z, e.Classes() != nil), y)}}
	for i, m := range e.Members {
		scores = append(scores, Score{m.From, e.measure(z[i], y)})
	}
	return scores, nil
}

// Examine says what the members together make of every example of the test set; nil if they can't be asked so.
func (e *Ensemble) Examine(ctx context.Context) (*recipe.Examination, error) {
	first, err := e.Members[0].Examine(ctx)
	if err != nil || first == nil {
		return nil, err
	}
	z, err := e.tested(ctx)
	if err != nil {
		return nil, err
	}
	all := e.Rule.Combine(z, e.Classes() != nil)
	return &recipe.Examination{
		Classes: e.Classes(), Outputs: all, Want: first.Want,
		Show: func(i int) (recipe.Prediction, error) {
			said := recipe.Predictions(e.Classes(), all.Slice(0, i, i+1))[0]
			shown, err := first.Show(i)
			said.AsAsked(shown)
			return said, err
		},
	}, nil
}

// measure compares outputs with targets.
func (e *Ensemble) measure(z, y *tensor.Tensor) map[string]float64 {
	values := map[string]float64{}
	for _, m := range e.measures() {
		m.Add(e.asked(z), e.shaped(z, y))
		values[m.Name()] = m.Value()
	}
	return values
}

// asked returns outputs as the metrics of the members' recipe have them: if the members say yes or no, the probability of yes.
func (e *Ensemble) asked(z *tensor.Tensor) *tensor.Tensor {
	if !e.Members[0].Job.OneLogit {
		return z
	}
	return z.Slice(1, 1, 2).Reshape(-1)
}

// logits returns what gives these probabilities.
func (e *Ensemble) logits(z *tensor.Tensor) *tensor.Tensor {
	of := z.AddScalar(1e-12).Log()
	if !e.Members[0].Job.OneLogit {
		return of
	}
	return of.Slice(1, 1, 2).Sub(of.Slice(1, 0, 1)).Reshape(-1)
}

// shaped returns targets as they are compared with outputs: numbers in their shape.
func (e *Ensemble) shaped(z, y *tensor.Tensor) *tensor.Tensor {
	if e.Classes() != nil {
		return y
	}
	return y.Reshape(z.Shape()...).Cast(z.DType())
}

// Evaluate tests the ensemble: its result has the loss and metrics of the test set, the loss being the negative log-likelihood
// of classes or the squared error of numbers, and the confusion which class is taken for which, nil for numbers.
func (e *Ensemble) Evaluate(ctx context.Context) (*recipe.Result, *metric.Confusion, error) {
	scores, err := e.Scores(ctx)
	if err != nil {
		return nil, nil, err
	}
	z := e.Rule.Combine(e.test, e.Classes() != nil)
	s := e.works[0].Sets()
	y, err := recipe.Targets(ctx, s.Test)
	if err != nil {
		return nil, nil, err
	}
	res := &recipe.Result{
		Recipe: e.Members[0].Recipe.Name, Metrics: scores[0].Values, Tested: s.Test.Len(), Unit: s.Unit, Classes: e.Classes(),
	}
	predicted := z
	if e.Classes() != nil {
		predicted = e.logits(z)
	}
	for _, m := range e.Members[0].Job.Metrics {
		if !slices.Contains(e.Measured(), m.Name()) {
			m.Reset()
			m.Add(predicted, e.shaped(z, y))
			res.Metrics[m.Name()] = m.Value()
		}
	}
	if e.Classes() == nil {
		res.Loss = res.Metrics["rmse"] * res.Metrics["rmse"]
		return res, nil, nil
	}
	res.Loss = res.Metrics["cross_entropy"]
	c := &metric.Confusion{Names: e.Classes()}
	c.Add(z, y)
	return res, c, nil
}
