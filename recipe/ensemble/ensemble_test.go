package ensemble

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/recipe"
)

// trained returns members that are runs of a recipe with seeds from 1 on.
func trained(t *testing.T, name string, n, epochs int, set ...string) (members []Member) {
	t.Helper()
	for seed := range n {
		r, err := recipe.Builtin(name)
		if err != nil {
			t.Fatal(err)
		}
		r.Seed, r.Train.Epochs = uint64(seed+1), epochs
		for _, s := range set {
			if err := r.Set(s); err != nil {
				t.Fatal(err)
			}
		}
		dir := filepath.Join(t.TempDir(), "run")
		if _, err := recipe.Run(t.Context(), r, recipe.Options{Dir: dir}); err != nil {
			t.Fatal(err)
		}
		s, err := recipe.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		members = append(members, Member{s, dir})
	}
	return members
}

// An ensemble by any rule is saved, opened without its members' folders, and answers and is tested as before.
func TestEnsemblesAreSaved(t *testing.T) {
	for _, name := range []string{"iris", "cars"} {
		members := trained(t, name, 3, 4)
		for _, how := range Rules {
			e, err := New(t.Context(), members, how)
			if err != nil {
				t.Fatal(err)
			}
			dir := filepath.Join(t.TempDir(), how)
			if err := e.Save(dir); err != nil {
				t.Fatal(err)
			}
			moved := filepath.Join(t.TempDir(), "moved")
			if err := os.Rename(dir, moved); err != nil {
				t.Fatal(err)
			}
			again, err := Open(moved)
			if err != nil {
				t.Fatal(err)
			}
			a, _, err := e.Evaluate(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			b, confusion, err := again.Evaluate(t.Context())
			if err != nil || said(t, a) != said(t, b) || (confusion == nil) != (name == "cars") {
				t.Errorf("%s by %s: tested %s, and after it was saved %s; %v", name, how, said(t, a), said(t, b), err)
			}
			p, err := again.Ask(t.Context(), recipe.Question{Most: 3})
			if err != nil || len(p) != 3 || p[0].Want == "" || p[0].Input != "test example 1" {
				t.Errorf("%s by %s answers %+v; %v", name, how, p, err)
			}
		}
	}
}

func said(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// The average's score is what the members' outputs say, and its likelihood is not below the members' mean: the logarithm is
// concave.
func TestScores(t *testing.T) {
	e, err := New(t.Context(), trained(t, "iris", 3, 4), Average)
	if err != nil {
		t.Fatal(err)
	}
	scores, err := e.Scores(t.Context())
	if err != nil || len(scores) != 4 {
		t.Fatalf("%v, %v", scores, err)
	}
	mean := 0.0
	for _, s := range scores[1:] {
		mean += s.Values["cross_entropy"] / 3
		res, _, err := e.Members[0].Evaluate(t.Context())
		if err != nil || s.Name == e.Members[0].From && math.Abs(res.Metrics["accuracy"]-s.Values["accuracy"]) > 1e-9 {
			t.Errorf("a member's accuracy is %v, not %v; %v", s.Values["accuracy"], res.Metrics["accuracy"], err)
		}
	}
	if got := scores[0].Values["cross_entropy"]; got > mean+1e-9 {
		t.Errorf("negative log-likelihood %v, of the members %v in the mean", got, mean)
	}
	for _, name := range e.Measured() {
		if _, there := scores[0].Values[name]; !there {
			t.Errorf("no %s in %v", name, scores[0])
		}
	}
}

// An ensemble of one model twice measures what the model alone does, whether it says yes or no by one number or by two.
func TestEnsemblesMeasureAsTheirMembers(t *testing.T) {
	for _, goal := range []string{"binary_cross_entropy", "cross_entropy"} {
		members := trained(t, "cancer", 1, 6, "objective="+goal,
			`metrics=["accuracy","f_beta","precision","recall","specificity","brier","calibration_error","auroc","cross_entropy"]`)
		want, _, err := members[0].Evaluate(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		e, err := New(t.Context(), []Member{members[0], members[0]}, Average)
		if err != nil {
			t.Fatal(err)
		}
		got, _, err := e.Evaluate(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for name, x := range want.Metrics {
			if math.Abs(got.Metrics[name]-x) > 1e-5 {
				t.Errorf("%s: %s is %v by both and %v by one", goal, name, got.Metrics[name], x)
			}
		}
	}
}

// A file is answered as the test's examples are: the mean of what the members say.
func TestAskAboutFiles(t *testing.T) {
	members := trained(t, "iris", 2, 4)
	e, err := New(t.Context(), members, Average)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "flowers.csv")
	if err := os.WriteFile(file, []byte("sepal_length,sepal_width,petal_length,petal_width\n5.1,3.5,1.4,0.2\n6.7,3.0,5.2,2.3\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	got, err := e.Ask(t.Context(), recipe.Question{File: file})
	if err != nil || len(got) != 2 {
		t.Fatalf("%v, %v", got, err)
	}
	want := 0.0
	for _, m := range members {
		p, err := m.Ask(t.Context(), recipe.Question{File: file})
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range p[1].Classes {
			if s.Class == got[1].Classes[0].Class {
				want += s.Probability / 2
			}
		}
	}
	if math.Abs(got[1].Value-want) > 1e-6 || !strings.HasSuffix(got[1].Input, "row 2") {
		t.Errorf("%+v, want %v", got[1], want)
	}
}

func TestMistakes(t *testing.T) {
	irises := trained(t, "iris", 2, 1)
	bare := trained(t, "iris", 2, 1, "data.validation=0")
	for _, c := range []struct {
		members []Member
		how     string
		want    string
	}{
		{irises, "mean", `no rule "mean"`},
		{irises[:1], Average, "two members at least"},
		{append(irises[:1:1], trained(t, "cars", 1, 1)...), Average, "learn the same thing"},
		{bare, Stacking, "is learned on a validation set"},
		{append(bare[:1:1], trained(t, "iris", 1, 1, "data.test=0.3", "data.validation=0")...), Stacking, "trained on other examples"},
	} {
		if _, err := New(t.Context(), c.members, c.how); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.how, err, c.want)
		}
	}
	e, err := New(t.Context(), irises, Weighted)
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "e")
	if err := e.Save(dir); err != nil {
		t.Fatal(err)
	}
	if err := e.Save(dir); err == nil || !strings.Contains(err.Error(), "holds an ensemble already") {
		t.Errorf("saved twice: %v", err)
	}
	path := filepath.Join(dir, ensembleName)
	for text, want := range map[string]string{
		`{`:                               "is damaged",
		`{"format": 2, "how": "average"}`: "format 2",
		`{"format": 1, "how": "average", "members": [{"folder": "../x"}]}`:                                                                                    `names the folder "../x"`,
		`{"format": 1, "how": "average", "members": [{"folder": "members/01"}]}`:                                                                              "two members at least",
		`{"format": 1, "how": "weighted", "weights": [1], "members": [{"folder": "members/01"}, {"folder": "members/02"}]}`:                                   "are not those of 2 members",
		`{"format": 1, "how": "stacking", "stack": {"bias": [0,0,0], "weight": [[],[],[]]}, "members": [{"folder": "members/01"}, {"folder": "members/02"}]}`: "has 0 weights",
		`{"format": 1, "how": "stacking", "members": [{"folder": "members/01"}, {"folder": "members/02"}]}`:                                                   "does not hold the weights",
	} {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(dir); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}
