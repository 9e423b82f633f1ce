package recipe

import (
	"reflect"

	"github.com/jimu-ml/jimu/optim"
)

// optimizers are the rules by which a recipe may train.
var optimizers = append([]row[optim.Rule]{
	rule("adamw", "Adam with weight decay apart from the gradient", optim.AdamW{LR: 1e-3, Beta1: 0.9, Beta2: 0.999, Eps: 1e-8, WeightDecay: 0.01}),
	rule("adam", "the mean of the gradient over the root of the mean of its square", optim.Adam{LR: 1e-3, Beta1: 0.9, Beta2: 0.999, Eps: 1e-8}),
	rule("sgd", "stochastic gradient descent, with momentum if asked for", optim.SGD{LR: 0.1}),
}, further...)

// rule returns the row of a rule whose defaults are given. A hyperparameter that is said to be 0 is 0, though optim takes 0
// for the default.
func rule[R optim.Rule](name, about string, defaults R) row[optim.Rule] {
	return row[optim.Rule]{name, about, defaults, func(path string, o object) (optim.Rule, error) {
		r := defaults
		if err := fill(&r, o, path); err != nil {
			return nil, err
		}
		if err := settle(reflect.ValueOf(&r).Elem(), reflect.ValueOf(defaults), path); err != nil {
			return nil, err
		}
		return r, nil
	}}
}

// settle looks at the numbers of a rule, and makes those None that are said to be 0.
func settle(v, defaults reflect.Value, path string) error {
	for i := range v.NumField() {
		f, t := v.Field(i), v.Type().Field(i)
		if t.Anonymous {
			if err := settle(f, defaults.Field(i), path); err != nil {
				return err
			}
			continue
		}
		if f.Kind() != reflect.Float64 {
			continue
		}
		switch x, key := f.Float(), keyOf(t); {
		case x < 0, x == 0 && (key == "lr" || key == "vector_lr"):
			return errorf(join(path, key), "want more than 0, not %v", x)
		case x == 0 && defaults.Field(i).Float() != 0:
			f.SetFloat(optim.None)
		}
	}
	return nil
}

// apply sets what goes around the rule of an optimizer.
func (t Train) apply(o *optim.Optimizer, rule optim.Rule) error {
	o.ClipNorm, o.ClipValue, o.ClipEach = t.ClipNorm, t.ClipValue, t.ClipEach
	if t.ClipAdaptive > 0 {
		o.ClipAdaptive = &optim.AdaptiveClip{Limit: t.ClipAdaptive}
	}
	if rho := t.SAM + t.ASAM; rho > 0 { // one of them is 0
		o.SAM = &optim.SAM{Rho: rho, Adaptive: t.ASAM > 0}
	}
	if t.Lookahead > 0 {
		o.Lookahead = &optim.Lookahead{Every: t.Lookahead}
	}
	if !t.SpareVectors {
		return nil
	}
	spared := reflect.New(reflect.TypeOf(rule)).Elem()
	spared.Set(reflect.ValueOf(rule))
	f := spared.FieldByName("WeightDecay")
	if !f.IsValid() {
		return errorf("train.spare_vectors", "the rule has no weight decay to spare them")
	}
	f.SetFloat(optim.None)
	o.Group(spared.Interface().(optim.Rule), optim.Vectors)
	return nil
}
