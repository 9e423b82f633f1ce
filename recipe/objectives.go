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
	choose("mean_squared_error", "squared distance of numbers", struct{}{},
		func(struct{}) (goal, error) { return goal{objective.Func(objective.MeanSquaredError), numbers}, nil }),
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
