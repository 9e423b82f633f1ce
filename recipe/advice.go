package recipe

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/jimu-ml/jimu/train"
)

// An Advice is a change to a recipe that is worth trying.
type Advice struct {
	Set []string // assignments for [Recipe.Set]
	Why string
}

// Advise says what to try after a run with that verdict. Every assignment is one that the recipe takes.
func (r *Recipe) Advise(v train.Verdict) []Advice {
	var all []Advice
	switch v.Outcome {
	case train.Diverged:
		all = append(all, r.slower(), Advice{[]string{"train.clip_norm=1"}, "cut gradients that are too long"})
	case train.Overfitting:
		all = append(all, r.sooner())
		all = append(all, r.heavier()...)
	case train.TooShort:
		all = append(all, r.longer(train.LeastEpochs))
	case train.Improving, train.Played:
		all = append(all, r.longer(0))
	case train.Converged:
		all = append(all, r.faster())
	}
	return slices.DeleteFunc(all, func(a Advice) bool { return !r.takes(a) })
}

// takes reports whether the recipe can be changed so, and is then another one.
func (r *Recipe) takes(a Advice) bool {
	changed, err := Parse(r.Document())
	if err != nil || len(a.Set) == 0 {
		return false
	}
	for _, s := range a.Set {
		if changed.Set(s) != nil {
			return false
		}
	}
	return string(changed.Document()) != string(r.Document())
}

// sooner returns the advice to stop in time.
func (r *Recipe) sooner() Advice {
	if r.Train.KeepBest {
		return Advice{[]string{"train.patience=3"}, "stop in time: the best epoch is kept already"}
	}
	return Advice{[]string{"train.keep_best=true", "train.patience=3"}, "stop in time, and keep the best epoch"}
}

// longer returns the advice to train twice as long, and for so many epochs at least.
func (r *Recipe) longer(least int) Advice {
	return Advice{[]string{fmt.Sprintf("train.epochs=%d", max(2*r.Train.Epochs, least))}, "longer"}
}

func (r *Recipe) slower() Advice {
	return r.rated(1.0/3, "a smaller learning rate")
}

func (r *Recipe) faster() Advice {
	a := r.rated(2, "twice the learning rate, and half as long again: this run has nothing more to give")
	if a.Set != nil {
		a.Set = append(a.Set, fmt.Sprintf("train.epochs=%d", (3*r.Train.Epochs+1)/2))
	}
	return a
}

// rated returns the advice to change the learning rate by a factor, an empty one if the recipe names none.
func (r *Recipe) rated(factor float64, why string) Advice {
	lr, ok := number(r.Optimizer.Config["lr"])
	if !ok || lr <= 0 {
		return Advice{}
	}
	return Advice{[]string{"optimizer.lr=" + short(factor*lr)}, why}
}

// short writes a number with two digits that count: 0.0033, 330.
func short(x float64) string {
	two := strconv.FormatFloat(x, 'g', 2, 64)
	if y, err := strconv.ParseFloat(two, 64); err == nil {
		return strconv.FormatFloat(y, 'g', -1, 64)
	}
	return two
}

// heavier returns what makes it harder to learn examples by heart.
func (r *Recipe) heavier() []Advice {
	dropout, _ := number(r.Model.Config["dropout"])
	all := []Advice{{[]string{fmt.Sprintf("model.dropout=%.2g", min(dropout+0.15, 0.6))}, "more dropout"}}
	if _, there := r.Data.Config["augment"]; !there {
		all = append(all, Advice{[]string{`data.augment=["horizontal_flip", {"name": "random_crop", "pad": 2}]`}, "pictures that are never quite the same"})
	}
	if decay, ok := number(r.Optimizer.Config["weight_decay"]); ok && decay > 0 {
		all = append(all, Advice{[]string{fmt.Sprintf("optimizer.weight_decay=%.2g", 3*decay)}, "smaller weights"})
	}
	return all
}

// number returns a hyperparameter that is one.
func number(v any) (float64, bool) {
	x, err := strconv.ParseFloat(fmt.Sprint(v), 64)
	return x, err == nil
}
