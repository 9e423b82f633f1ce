package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/recipe/ensemble"
	"github.com/jimu-ml/jimu/recipe/tune"
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
	well(t, "train", "iris", "--epochs", "2", "--set", "train.snapshot=2")
	for _, c := range []struct {
		line []string
		want string
	}{
		{nil, "ensemble needs runs"},
		{[]string{"nothing"}, "nothing is no run's folder"},
		{[]string{"runs/iris"}, "two members at least"},
		{[]string{"runs/iris", "--snapshots"}, "train.snapshot=10"},
		{[]string{"runs/iris@2"}, "runs/iris has kept no snapshots"},
		{[]string{"runs/iris-2@last"}, "want the epoch of a snapshot behind @; there are 2"},
		{[]string{"runs/iris-2@1"}, "want the epoch of a snapshot behind @; there are 2"},
		{[]string{"runs/iris", "runs/../runs/iris"}, "is given twice"},
		{[]string{"runs"}, "give one of them: runs/iris, runs/iris-2"},
		{[]string{"runs/iris", "runs/iris", "--how", "mean"}, `no rule "mean"`},
		{[]string{"runs/iris", "--seeds", "2"}, "--seeds is for members that are trained now"},
		{[]string{"--recipe", "iris"}, "--seeds is 0"},
		{[]string{"--recipe", "irsi", "--seeds", "2"}, "did you mean iris?"},
		{[]string{"--recipe", "names", "--seeds", "2", "--out", "n"}, "names does not tell classes apart or predict numbers"},
		{[]string{"--recipe", "iris", "--seeds", "2", "runs/iris"}, "either runs, or --recipe"},
	} {
		if _, errors, code := jimu(t, append([]string{"ensemble"}, c.line...)...); code != misused || !strings.Contains(errors, c.want) {
			t.Errorf("jimu ensemble %v: exit code %d, %s; want %s", c.line, code, errors, c.want)
		}
	}
	if exists("n") {
		t.Error("a refused ensemble left a folder")
	}
	well(t, "ensemble", "runs/iris", "runs/iris-2", "--out", "e")
	if _, errors, code := jimu(t, "ensemble", "runs/iris", "runs/iris-2", "--out", "e"); code != misused || !strings.Contains(errors, "holds an ensemble already") {
		t.Errorf("a second ensemble in the folder: exit code %d, %s", code, errors)
	}
}

// An ensemble has a page; what takes one run says which folders it could be given instead.
func TestFoldersOfSeveralRuns(t *testing.T) {
	t.Chdir(t.TempDir())
	well(t, "train", "iris", "--seeds", "2", "--epochs", "2", "--out", "s")
	well(t, "ensemble", "s/seed-1", "s/seed-2", "--how", "weighted", "--out", "e")
	well(t, "tune", "iris", "--search", "seed=1|2", "--method", "grid", "--epochs", "1", "--out", "g")
	well(t, "report", "e")
	text, err := os.ReadFile(filepath.Join("e", "report.html"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Its members", "all 2 by weighted", "s/seed-2 (weight ", "What it takes for what", "Whether it knows", "worst mistakes", "Samples"} {
		if !strings.Contains(filepath.ToSlash(string(text)), want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for _, bad := range []string{"To do it again", "What is missing", "NaN"} {
		if strings.Contains(string(text), bad) {
			t.Errorf("the page has %q", bad)
		}
	}
	best, err := tune.BestRun("g")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		line []string
		want string
	}{
		{[]string{"report", "e", "--curves", "c.svg"}, "has no curve"},
		{[]string{"report", "g"}, "that of its best trial is " + best},
		{[]string{"predict", "--run", "g"}, "that of its best trial is " + best},
		{[]string{"eval", "g"}, "that of its best trial is " + best},
		{[]string{"export", "g"}, "that of its best trial is " + best},
		{[]string{"summary", "g"}, "that of its best trial is " + best},
		{[]string{"train", "s/seed-1"}, "its recipe is " + filepath.Join("s/seed-1", "recipe.json")},
		{[]string{"train", "e"}, "is an ensemble"},
		{[]string{"export", "e"}, filepath.Join("e", "members", "01")},
		{[]string{"chat", "--run", "e"}, "jimu predict --run, jimu eval and jimu report take all of it"},
		{[]string{"predict", "--run", "s"}, "give one of them: " + filepath.Join("s", "seed-1") + ", " + filepath.Join("s", "seed-2")},
	} {
		if _, errors, code := jimu(t, c.line...); code != misused || !strings.Contains(errors, c.want) {
			t.Errorf("jimu %v: exit code %d, %s; want %s", c.line, code, errors, c.want)
		}
	}
	well(t, "predict", "--run", best)
}
