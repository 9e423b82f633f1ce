package recipe

import (
	"reflect"

	"github.com/jimu-ml/jimu/optim"
)

// optimizers are the rules by which a recipe may train.
var optimizers = []row[optim.Rule]{
	rule("adamw", "Adam with weight decay apart from the gradient", optim.AdamW{LR: 1e-3, Beta1: 0.9, Beta2: 0.999, Eps: 1e-8, WeightDecay: 0.01}),
	rule("adam", "the mean of the gradient over the root of the mean of its square", optim.Adam{LR: 1e-3, Beta1: 0.9, Beta2: 0.999, Eps: 1e-8}),
	rule("sgd", "stochastic gradient descent, with momentum if asked for", optim.SGD{LR: 0.1}),
}

// rule returns the row of a rule whose defaults are given. A hyperparameter that is said to be 0 is 0, though optim takes 0
// for the default.
func rule[R optim.Rule](name, about string, defaults R) row[optim.Rule] {
	return row[optim.Rule]{name, about, defaults, func(path string, o object) (optim.Rule, error) {
		r := defaults
		if err := fill(&r, o, path); err != nil {
			return nil, err
		}
		v, d := reflect.ValueOf(&r).Elem(), reflect.ValueOf(defaults)
		for i := range v.NumField() {
			f, key := v.Field(i), keyOf(v.Type().Field(i))
			if f.Kind() != reflect.Float64 {
				continue
			}
			switch x := f.Float(); {
			case x < 0, x == 0 && key == "lr":
				return nil, errorf(join(path, key), "want more than 0, not %v", x)
			case x == 0 && d.Field(i).Float() != 0:
				f.SetFloat(optim.None)
			}
		}
		return r, nil
	}}
}
