package recipe

import (
	"github.com/jimu-ml/jimu/objective"
)

// target is what a set has to predict, and what an objective or a metric is for.
type target string

const (
	classes target = "classes"
	numbers target = "numbers"
	yesOrNo target = "two classes" // as one logit
)

// A goal is an objective and what it is for.
type goal struct {
	objective.Objective
	of target
}

// objectives are what a recipe may train for.
var objectives = []row[goal]{
	choose("cross_entropy", "negative log-likelihood of classes, from logits", crossEntropy{},
		func(c crossEntropy) (goal, error) {
			if c.Smoothing < 0 || c.Smoothing >= 1 {
				return goal{}, errorf("objective.smoothing", "want 0 or more and below 1, not %v", c.Smoothing)
			}
			o := objective.CrossEntropyLoss{Smoothing: c.Smoothing}
			if len(c.Weight) > 0 {
				o.Weight = c.Weight
			}
			return goal{o, classes}, nil
		}),
	choose("binary_cross_entropy", "negative log-likelihood of one of two classes, from one logit", binary{},
		func(c binary) (goal, error) {
			o := objective.BinaryCrossEntropyLoss{}
			if c.PositiveWeight > 0 {
				o.PositiveWeight = []float64{c.PositiveWeight}
			}
			return goal{o, yesOrNo}, nil
		}),
	choose("focal", "cross-entropy with less weight on what is already likely", objective.FocalLoss{Gamma: 2},
		func(o objective.FocalLoss) (goal, error) { return goal{o, classes}, positive("gamma", o.Gamma) }),
	choose("poly", "cross-entropy with its first polynomial term made heavier", objective.PolyLoss{Epsilon: 2},
		func(o objective.PolyLoss) (goal, error) { return goal{o, classes}, nil }),
	choose("generalized_cross_entropy", "between cross-entropy and absolute error, for labels that may be wrong", objective.GeneralizedCrossEntropyLoss{Q: 0.7},
		func(o objective.GeneralizedCrossEntropyLoss) (goal, error) {
			if o.Q <= 0 || o.Q > 1 {
				return goal{}, errorf("objective.q", "want above 0 and at most 1, not %v", o.Q)
			}
			return goal{o, classes}, nil
		}),
	choose("categorical_hinge", "by how much the best wrong class comes within a margin of 1", struct{}{},
		func(struct{}) (goal, error) { return goal{objective.Func(objective.CategoricalHinge), classes}, nil }),
	choose("multi_margin", "by how much all wrong classes come within a margin", objective.MultiMarginLoss{Margin: 1},
		func(o objective.MultiMarginLoss) (goal, error) { return goal{o, classes}, positive("margin", o.Margin) }),
	choose("binary_focal", "binary cross-entropy with less weight on what is already likely", objective.BinaryFocalLoss{Gamma: 2},
		func(o objective.BinaryFocalLoss) (goal, error) { return goal{o, yesOrNo}, positive("gamma", o.Gamma) }),
	choose("hinge", "distance within the margin of one of two classes", struct{}{},
		func(struct{}) (goal, error) { return goal{objective.Func(objective.Hinge), yesOrNo}, nil }),
	choose("squared_hinge", "squared distance within the margin of one of two classes", struct{}{},
		func(struct{}) (goal, error) { return goal{objective.Func(objective.SquaredHinge), yesOrNo}, nil }),
	choose("mean_squared_error", "squared distance of numbers", struct{}{},
		func(struct{}) (goal, error) { return goal{objective.Func(objective.MeanSquaredError), numbers}, nil }),
	choose("mean_absolute_error", "distance of numbers", struct{}{},
		func(struct{}) (goal, error) { return goal{objective.Func(objective.MeanAbsoluteError), numbers}, nil }),
	choose("huber", "squared distance of numbers near, distance far away, in standard deviations", objective.HuberLoss{Delta: 1},
		func(o objective.HuberLoss) (goal, error) { return goal{o, numbers}, positive("delta", o.Delta) }),
	choose("smooth_l1", "distance of numbers, rounded off near, in standard deviations", struct{ Beta float64 }{1},
		func(c struct{ Beta float64 }) (goal, error) {
			return goal{objective.SmoothL1Loss{Beta: c.Beta}, numbers}, positive("beta", c.Beta)
		}),
	choose("logcosh", "logarithm of the hyperbolic cosine of the distance of numbers", struct{}{},
		func(struct{}) (goal, error) { return goal{objective.Func(objective.LogCosh), numbers}, nil }),
	choose("quantile", "pinball loss, whose minimum is a quantile of the numbers", struct{ Q float64 }{0.5},
		func(c struct{ Q float64 }) (goal, error) {
			if c.Q <= 0 || c.Q >= 1 {
				return goal{}, errorf("objective.q", "want above 0 and below 1, not %v", c.Q)
			}
			return goal{objective.QuantileLoss{Quantiles: []float64{c.Q}}, numbers}, nil
		}),
}

// positive reports a hyperparameter of an objective that is not above 0.
func positive(key string, v float64) error {
	if v > 0 {
		return nil
	}
	return errorf("objective."+key, "want above 0, not %v", v)
}

type crossEntropy struct {
	Smoothing float64
	Weight    []float64
}

type binary struct{ PositiveWeight float64 }

// fit reports an objective that is not for what the set has to predict.
func (g goal) fit(r *Recipe, in *Inputs) error {
	has := numbers
	if in.Classes != nil {
		has = classes
	}
	switch {
	case g.of == has:
		return nil
	case g.of == yesOrNo && len(in.Classes) == 2:
		return nil
	case g.of == yesOrNo && has == classes:
		return errorf("objective.name", "%s is for two classes, and the set %s has %d; use cross_entropy",
			r.Objective.Name, r.Data.Name, len(in.Classes))
	case has == classes:
		return errorf("objective.name", "%s is for %s, and the set %s has classes; use cross_entropy", r.Objective.Name, g.of, r.Data.Name)
	}
	return errorf("objective.name", "%s is for %s, and the set %s has numbers; use mean_squared_error", r.Objective.Name, g.of, r.Data.Name)
}

// outputs returns how many numbers the model is to give.
func (g goal) outputs(in *Inputs) int {
	if g.of == classes {
		return len(in.Classes)
	}
	return 1
}
