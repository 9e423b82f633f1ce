package recipe

import (
	"fmt"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/train"
)

// Advice fits the recipe: what a model or a set does not have is not advised.
func TestAdviceFitsTheRecipe(t *testing.T) {
	for _, c := range []struct {
		name    string
		outcome train.Outcome
		want    string
	}{
		{"iris", train.Diverged, "[optimizer.lr=0.0033] [train.clip_norm=1]"},
		{"fashion", train.Overfitting, "[train.keep_best=true train.patience=3] [model.dropout=0.55] " +
			`[data.augment=["horizontal_flip", {"name": "random_crop", "pad": 2}]] [optimizer.weight_decay=0.15]`},
		{"spam", train.Overfitting, "[train.keep_best=true train.patience=3] [model.dropout=0.35]"},
		{"spam", train.Improving, "[train.epochs=16]"},
		{"spam", train.TooShort, "[train.epochs=16]"},
		{"spam", train.Converged, "[optimizer.lr=0.01 train.epochs=12]"},
	} {
		r, err := Builtin(c.name)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, a := range r.Advise(train.Verdict{Outcome: c.outcome}) {
			got = append(got, fmt.Sprint(a.Set))
			for _, s := range a.Set {
				if err := r.Set(s); err != nil {
					t.Errorf("%s: %v", c.name, err)
				}
			}
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%s, %s: %s, want %s", c.name, c.outcome, s, c.want)
		}
	}
}
