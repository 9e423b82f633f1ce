package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/train"
)

// What was left out of the data is said before a run begins.
func TestDescribeSaysTheNote(t *testing.T) {
	r, err := recipe.Builtin("iris")
	if err != nil {
		t.Fatal(err)
	}
	p := recipe.Plan{Train: 90, Test: 15, Unit: "flowers", Epochs: 1, Steps: 3}
	if said := describe(r, p); strings.Contains(said, "(") {
		t.Errorf("of nothing it says %q", said)
	}
	p.Note = "12 copies were left out"
	if said := describe(r, p); !strings.Contains(said, "15 for the test (12 copies were left out); ") {
		t.Errorf("it says %q", said)
	}
}

// What is advised is a change to the run's own recipe: by the name of the one in the program only if that comes to the same.
func TestAdviceNamesTheRecipe(t *testing.T) {
	for _, c := range []struct {
		set  []string
		want string
	}{
		{nil, "jimu train iris --epochs 80"},
		{[]string{"train.epochs=1"}, "jimu train iris --epochs 3"},
		{[]string{"train.epochs=2"}, "jimu train iris --epochs 4"},
		{[]string{"optimizer.lr=0.5"}, "jimu train " + filepath.Join("r", "recipe.json") + " --epochs 80"},
		{[]string{"name=mine"}, "jimu train " + filepath.Join("r", "recipe.json") + " --epochs 80"},
		{[]string{`data={"set": "csv", "file": "a.csv", "target": "y"}`}, "jimu train " + filepath.Join("r", "recipe.json") + " --epochs 80"},
	} {
		r, err := recipe.Builtin("iris")
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range c.set {
			if err := r.Set(s); err != nil {
				t.Fatal(err)
			}
		}
		said := finalWords(r, &recipe.Result{Verdict: &train.Verdict{Outcome: train.TooShort}}, "r")
		if !strings.Contains(said, strings.Replace(c.want, "jimu", self(), 1)+" ") {
			t.Errorf("after --set %v it does not advise %q:\n%s", c.set, c.want, said)
		}
	}
}

// A run that diverged ends with a verdict and commands, as others do.
func TestLastWords(t *testing.T) {
	r, err := recipe.Builtin("iris")
	if err != nil {
		t.Fatal(err)
	}
	got := lastWords(r, train.Verdict{Outcome: train.Diverged, Step: 2, Why: "the loss is NaN"}, "r")
	for _, want := range []string{"Verdict: diverged at step 2: the loss is NaN.\n", "What to try next:\n", " train iris --set optimizer.lr=0.0033 ", "# a smaller learning rate\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("it does not say %q:\n%s", want, got)
		}
	}
}

// It is said which epoch was kept, if that is not the last.
func TestTheBestEpochIsSaid(t *testing.T) {
	r, err := recipe.Builtin("iris")
	if err != nil {
		t.Fatal(err)
	}
	res := &recipe.Result{Verdict: &train.Verdict{Outcome: train.Overfitting}, History: &train.History{BestEpoch: 2, Epochs: make([]train.EpochValues, 3)}}
	if said := finalWords(r, res, "r"); strings.Contains(said, "was the best") || !strings.Contains(said, "train.keep_best=true") {
		t.Errorf("the last epoch was kept, and it says:\n%s", said)
	}
	r.Train.KeepBest = true
	if said := finalWords(r, res, "r"); !strings.Contains(said, "Epoch 2 was the best; its parameters were kept and tested.\n") || strings.Contains(said, "train.keep_best=true") {
		t.Errorf("epoch 2 was kept, and it says:\n%s", said)
	}
}

// One is not several.
func TestOneIsSaidAsOne(t *testing.T) {
	r, err := recipe.Builtin("iris")
	if err != nil {
		t.Fatal(err)
	}
	if said := describe(r, recipe.Plan{Unit: "flowers", Epochs: 1, Steps: 1}); !strings.HasSuffix(said, "; 1 epoch, 1 step") {
		t.Errorf("it says %q", said)
	}
}
