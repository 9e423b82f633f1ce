package main

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/recipe/ensemble"
)

// Runs, snapshots and seeds become ensembles, which are tested and asked as runs are.
func TestEnsemble(t *testing.T) {
	t.Chdir(t.TempDir())
	well(t, "train", "iris", "--epochs", "4", "--set", "train.snapshot=2")
	well(t, "train", "iris", "--epochs", "2", "--seed", "2")
	var got struct {
		Ensemble string
		Rule     ensemble.Rule
		Scores   []ensemble.Score
	}
	for _, c := range []struct {
		line []string
		from []string
	}{
		{[]string{"runs/iris", "runs/iris-2", "--how", "weighted"}, []string{"ensemble", "runs/iris", "runs/iris-2"}},
		{[]string{"runs/iris", "--snapshots"}, []string{"ensemble", "runs/iris@2", "runs/iris@4"}},
		{[]string{"runs/iris@2", "runs/iris-2"}, []string{"ensemble", "runs/iris@2", "runs/iris-2"}},
		{[]string{"--recipe", "iris", "--seeds", "2", "--epochs", "1"}, []string{"ensemble", "iris, seed 1", "iris, seed 2"}},
	} {
		line := well(t, append([]string{"ensemble", "--json"}, c.line...)...)
		if err := json.Unmarshal([]byte(line), &got); err != nil || len(got.Scores) != len(c.from) || strings.Count(line, "\n") != 1 {
			t.Fatalf("%v: %s; %v", c.line, line, err)
		}
		for i, s := range got.Scores {
			if s.Name != c.from[i] || !(s.Values["accuracy"] > 0) {
				t.Errorf("%v: score %d is %+v, want that of %s", c.line, i, s, c.from[i])
			}
		}
	}
	if want := filepath.Join("runs", "iris-ensemble-4"); got.Ensemble != want {
		t.Errorf("the fourth ensemble is in %s, not %s", got.Ensemble, want)
	}
	if out := well(t, "eval", "runs/iris-ensemble"); !strings.Contains(out, "versicolor") || !strings.Contains(out, "2 models by weighted: test accuracy") {
		t.Errorf("eval says\n%s", out)
	}
	write(t, "flowers.csv", "sepal_length,sepal_width,petal_length,petal_width\n5.1,3.5,1.4,0.2\n")
	if out := well(t, "predict", "--run", "runs/iris-ensemble", "flowers.csv"); !strings.HasPrefix(out, "flowers.csv: ") && !strings.HasPrefix(out, "flowers.csv, row 1: ") {
		t.Errorf("predict says\n%s", out)
	}
	if out := well(t, "ensemble", "--recipe", "iris", "--seeds", "2", "--epochs", "1", "--out", "e"); !strings.Contains(out, "all 2 by average") || !strings.Contains(out, "eval e") {
		t.Errorf("ensemble says\n%s", out)
	}
}

func TestEnsembleMistakes(t *testing.T) {
	t.Chdir(t.TempDir())
	well(t, "train", "iris", "--epochs", "1")
	for _, c := range []struct {
		line []string
		want string
	}{
		{nil, "ensemble needs runs"},
		{[]string{"nothing"}, "nothing is no run's folder"},
		{[]string{"runs/iris"}, "two members at least"},
		{[]string{"runs/iris", "--snapshots"}, "train.snapshot=10"},
		{[]string{"runs/iris@last"}, "want the epoch of a snapshot"},
		{[]string{"runs/iris", "runs/iris", "--how", "mean"}, `no rule "mean"`},
		{[]string{"runs/iris", "--seeds", "2"}, "--seeds is for members that are trained now"},
		{[]string{"--recipe", "iris"}, "--seeds is 0"},
		{[]string{"--recipe", "irsi", "--seeds", "2"}, "did you mean iris?"},
		{[]string{"--recipe", "iris", "--seeds", "2", "runs/iris"}, "either runs, or --recipe"},
	} {
		if _, errors, code := jimu(t, append([]string{"ensemble"}, c.line...)...); code != misused || !strings.Contains(errors, c.want) {
			t.Errorf("jimu ensemble %v: exit code %d, %s; want %s", c.line, code, errors, c.want)
		}
	}
	well(t, "ensemble", "runs/iris", "runs/iris", "--out", "e")
	if _, errors, code := jimu(t, "ensemble", "runs/iris", "runs/iris", "--out", "e"); code != misused || !strings.Contains(errors, "holds an ensemble already") {
		t.Errorf("a second ensemble in the folder: exit code %d, %s", code, errors)
	}
}
