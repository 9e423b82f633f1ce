package recipe

import (
	"context"
	"math"
	"strings"
	"testing"
)

// Every objective trains a set that it is for, by its defaults.
func TestEveryObjectiveTrains(t *testing.T) {
	sets := map[Target]string{Classes: "iris", Numbers: "cars", YesOrNo: "spam"}
	for _, row := range objectives {
		g, err := row.build("objective", nil)
		if err != nil {
			t.Fatal(row.name, err)
		}
		t.Run(row.name, func(t *testing.T) {
			r, err := Builtin(sets[g.Of])
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range []string{"objective=" + row.name, "train.epochs=1"} {
				if err := r.Set(s); err != nil {
					t.Fatal(err)
				}
			}
			res, err := Run(context.Background(), r, Options{Dir: t.TempDir()})
			if err != nil {
				t.Fatal(err)
			}
			if loss := res.Loss; math.IsNaN(loss) || math.IsInf(loss, 0) || loss <= 0 {
				t.Errorf("loss %v", loss)
			}
		})
	}
}

func TestHyperparametersOfObjectives(t *testing.T) {
	for set, says := range map[string]string{
		"objective.gamma=-1": "objective.gamma: want above 0, not -1",
		"objective.gama=1":   "gamma",
	} {
		r, _ := Builtin("iris")
		if err := r.Set("objective=focal"); err != nil {
			t.Fatal(err)
		}
		err := r.Set(set)
		if err == nil {
			_, err = Run(context.Background(), r, Options{Dir: t.TempDir()})
		}
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: error %v, want one that says %q", set, err, says)
		}
	}
	for name, bad := range map[string]object{
		"generalized_cross_entropy": {"q": 1.5}, "quantile": {"q": 1.0}, "huber": {"delta": -1.0}, "smooth_l1": {"beta": 0.0},
		"multi_margin": {"margin": 0.0}, "binary_focal": {"gamma": -2.0}, "cross_entropy": {"smoothing": 1.0},
	} {
		if _, err := build(objectives, "objective", Part{Name: name, Config: bad}); err == nil {
			t.Errorf("%s: no error for %v", name, bad)
		}
	}
}
