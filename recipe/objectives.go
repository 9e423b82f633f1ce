package recipe

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jimu-ml/jimu/objective"
)

// A Target is what a set has to predict, and what an objective or a metric is for.
type Target string

// The targets of works by [Supervise]. Other works have words of their own: "boxes".
const (
	Classes Target = "classes"
	Numbers Target = "numbers"
	YesOrNo Target = "two classes" // as one logit
)

// A Goal is an objective and what it is for.
type Goal struct {
	objective.Objective
	Of Target

	// Config is there in place of an objective where a loss is made of more than predictions and targets: its
	// hyperparameters.
	Config any
}

// objectives are what a recipe may train for.
var objectives = []row[Goal]{
	choose("cross_entropy", "negative log-likelihood of classes, from logits", crossEntropy{},
		func(c crossEntropy) (Goal, error) {
			if c.Smoothing < 0 || c.Smoothing >= 1 {
				return Goal{}, errorf("objective.smoothing", "want 0 or more and below 1, not %v", c.Smoothing)
			}
			o := objective.CrossEntropyLoss{Smoothing: c.Smoothing}
			if len(c.Weight) > 0 {
				o.Weight = c.Weight
			}
			return Goal{Objective: o, Of: Classes}, nil
		}),
	choose("binary_cross_entropy", "negative log-likelihood of one of two classes, from one logit", binary{},
		func(c binary) (Goal, error) {
			o := objective.BinaryCrossEntropyLoss{}
			if c.PositiveWeight > 0 {
				o.PositiveWeight = []float64{c.PositiveWeight}
			}
			return Goal{Objective: o, Of: YesOrNo}, nil
		}),
	choose("focal", "cross-entropy with less weight on what is already likely", objective.FocalLoss{Gamma: 2},
		func(o objective.FocalLoss) (Goal, error) {
			return Goal{Objective: o, Of: Classes}, positive("gamma", o.Gamma)
		}),
	choose("poly", "cross-entropy with its first polynomial term made heavier", objective.PolyLoss{Epsilon: 2},
		func(o objective.PolyLoss) (Goal, error) { return Goal{Objective: o, Of: Classes}, nil }),
	choose("generalized_cross_entropy", "between cross-entropy and absolute error, for labels that may be wrong", objective.GeneralizedCrossEntropyLoss{Q: 0.7},
		func(o objective.GeneralizedCrossEntropyLoss) (Goal, error) {
			if o.Q <= 0 || o.Q > 1 {
				return Goal{}, errorf("objective.q", "want above 0 and at most 1, not %v", o.Q)
			}
			return Goal{Objective: o, Of: Classes}, nil
		}),
	choose("categorical_hinge", "by how much the best wrong class comes within a margin of 1", struct{}{},
		func(struct{}) (Goal, error) {
			return Goal{Objective: objective.Func(objective.CategoricalHinge), Of: Classes}, nil
		}),
	choose("multi_margin", "by how much all wrong classes come within a margin", objective.MultiMarginLoss{Margin: 1},
		func(o objective.MultiMarginLoss) (Goal, error) {
			return Goal{Objective: o, Of: Classes}, positive("margin", o.Margin)
		}),
	choose("binary_focal", "binary cross-entropy with less weight on what is already likely", objective.BinaryFocalLoss{Gamma: 2},
		func(o objective.BinaryFocalLoss) (Goal, error) {
			return Goal{Objective: o, Of: YesOrNo}, positive("gamma", o.Gamma)
		}),
	choose("hinge", "distance within the margin of one of two classes", struct{}{},
		func(struct{}) (Goal, error) {
			return Goal{Objective: objective.Func(objective.Hinge), Of: YesOrNo}, nil
		}),
	choose("squared_hinge", "squared distance within the margin of one of two classes", struct{}{},
		func(struct{}) (Goal, error) {
			return Goal{Objective: objective.Func(objective.SquaredHinge), Of: YesOrNo}, nil
		}),
	choose("mean_squared_error", "squared distance of numbers", struct{}{},
		func(struct{}) (Goal, error) {
			return Goal{Objective: objective.Func(objective.MeanSquaredError), Of: Numbers}, nil
		}),
	choose("mean_absolute_error", "distance of numbers", struct{}{},
		func(struct{}) (Goal, error) {
			return Goal{Objective: objective.Func(objective.MeanAbsoluteError), Of: Numbers}, nil
		}),
	choose("huber", "squared distance of numbers near, distance far away, in standard deviations", objective.HuberLoss{Delta: 1},
		func(o objective.HuberLoss) (Goal, error) {
			return Goal{Objective: o, Of: Numbers}, positive("delta", o.Delta)
		}),
	choose("smooth_l1", "distance of numbers, rounded off near, in standard deviations", struct{ Beta float64 }{1},
		func(c struct{ Beta float64 }) (Goal, error) {
			return Goal{Objective: objective.SmoothL1Loss{Beta: c.Beta}, Of: Numbers}, positive("beta", c.Beta)
		}),
	choose("logcosh", "logarithm of the hyperbolic cosine of the distance of numbers", struct{}{},
		func(struct{}) (Goal, error) {
			return Goal{Objective: objective.Func(objective.LogCosh), Of: Numbers}, nil
		}),
	choose("quantile", "pinball loss, whose minimum is a quantile of the numbers", struct{ Q float64 }{0.5},
		func(c struct{ Q float64 }) (Goal, error) {
			if c.Q <= 0 || c.Q >= 1 {
				return Goal{}, errorf("objective.q", "want above 0 and below 1, not %v", c.Q)
			}
			return Goal{Objective: objective.QuantileLoss{Quantiles: []float64{c.Q}}, Of: Numbers}, nil
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

// Goal returns the objective of a recipe, or an error if it is for none of those targets.
func (r *Recipe) Goal(of ...Target) (Goal, error) {
	g, err := build(objectives, "objective", r.Objective)
	if err != nil || slices.Contains(of, g.Of) {
		return g, err
	}
	var fit []string
	for _, row := range objectives {
		if made, err := row.build("objective", nil); err == nil && slices.Contains(of, made.Of) {
			fit = append(fit, row.name)
		}
	}
	return g, errorf("objective.name", "%s is for %s, and the set %s has %s; use %s",
		r.Objective.Name, g.Of, r.Data.Name, of[0], strings.Join(fit, ", "))
}

// goalOf returns the objective of a recipe for classes or numbers.
func (r *Recipe) goalOf(in *Inputs) (Goal, error) {
	switch {
	case in.Classes == nil:
		g, err := r.Goal(Numbers)
		if err != nil && g.Of != "" && r.Takes("data.predict") {
			err = fmt.Errorf("%w; or, if the numbers of the column are names of classes, say --set data.predict=classes", err)
		}
		return g, err
	case len(in.Classes) == 2:
		return r.Goal(Classes, YesOrNo)
	}
	return r.Goal(Classes)
}

// outputs returns how many numbers the model is to give.
func (g Goal) outputs(in *Inputs) int {
	if g.Of == Classes {
		return len(in.Classes)
	}
	return max(1, in.Outputs)
}
