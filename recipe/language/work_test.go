package language

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/recipe/recipetest"
)

// book writes a text that is easily learned into a file.
func book(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "book.txt")
	if err := os.WriteFile(path, []byte(strings.Repeat("ein Mops kam in die Küche und stahl dem Koch ein Ei.\n", 60)), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

var tiny = []string{"model.layers=1", "model.heads=2", "model.width=32", "model.context=16", "data.context=16", "data.steps=60", "data.batch=8", "train.epochs=2"}

// A run learns a text, is tested on all of its end, and goes on with it after it was opened again.
func TestLearnsAText(t *testing.T) {
	for _, c := range []struct {
		vocabulary string
		perToken   float64 // characters, at least
	}{{"0", 1}, {"280", 1.2}} {
		r := recipetest.Recipe(t, "shakespeare", append(tiny, `data={"set":"text","file":"`+book(t)+`","context":16,"steps":60,"batch":8,"vocabulary":`+c.vocabulary+`}`)...)
		dir := filepath.Join(t.TempDir(), "run")
		res, err := recipe.Run(t.Context(), r, recipe.Options{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		if res.Loss > 0.9 || math.Abs(res.Metrics["perplexity"]-math.Exp(res.Loss)) > 1e-9 {
			t.Errorf("a loss of %v and a perplexity of %v", res.Loss, res.Metrics["perplexity"])
		}
		if bits := res.Loss / math.Ln2; bits < c.perToken*res.Metrics["bits_per_character"]*(1-1e-9) {
			t.Errorf("%v bits of a token, %v of a character", bits, res.Metrics["bits_per_character"])
		}
		s, err := recipe.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		said, err := s.Ask(t.Context(), recipe.Question{Text: "ein Mops kam", Seed: 1})
		if err != nil || len(said) != 1 || !strings.HasPrefix(said[0].Text, "ein Mops kam") || len(said[0].Text) < 300 {
			t.Fatal(said, err)
		}
		file, err := s.Ask(t.Context(), recipe.Question{File: book(t), Seed: 1})
		if err != nil || len(file) != 1 || !strings.HasPrefix(file[0].Text, "ein Mops kam in die Küche") {
			t.Fatal(file, err)
		}
		again, other := two(t, s)
		if again.Text != other.Text {
			t.Error("the same seed draws another text")
		}
		tested, _, err := s.Evaluate(t.Context())
		if err != nil || tested.Loss != res.Loss {
			t.Errorf("tested again: %v, at first %v, %v", tested, res.Loss, err)
		}
		recipetest.Faults(t, s, res.Tested)
		if _, err := s.Ask(t.Context(), recipe.Question{Text: "春"}); (err == nil) != (c.vocabulary != "0") {
			t.Errorf("of a character that the text lacks: %v", err)
		}
	}
}

// Perplexity is of the likelihood alone, whatever else the objective adds.
func TestPerplexityOfALikelihood(t *testing.T) {
	var got []*recipe.Result
	for _, z := range []string{"0", "0.1"} {
		res, err := recipe.Run(t.Context(), recipetest.Recipe(t, "shakespeare", append(tiny, `data={"set":"text","file":"`+book(t)+`","context":16,"steps":2,"batch":8}`,
			"train.epochs=1", "optimizer.lr=1e-9", "objective.z_loss="+z)...), recipe.Options{})
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, res)
	}
	for _, name := range []string{"perplexity", "bits_per_character"} {
		if a, b := got[0].Metrics[name], got[1].Metrics[name]; math.Abs(a-b) > 1e-3*a || got[1].Loss < got[0].Loss+0.1 {
			t.Errorf("%s is %v, and %v beside a loss of %v for %v", name, a, b, got[1].Loss, got[0].Loss)
		}
	}
}

func two(t *testing.T, s *recipe.Saved) (a, b recipe.Prediction) {
	t.Helper()
	for _, p := range []*recipe.Prediction{&a, &b} {
		all, err := s.Ask(t.Context(), recipe.Question{Seed: 7})
		if err != nil || len(all) != 1 {
			t.Fatal(all, err)
		}
		*p = all[0]
	}
	return a, b
}

// A collection is learned text by text: samples end, and what is held out is told from copies.
func TestLearnsACollection(t *testing.T) {
	path := filepath.Join(t.TempDir(), "list.txt")
	var list strings.Builder
	for i := range 400 {
		list.WriteString([]string{"anna", "otto", "hannah", "bob"}[i%4] + "\n")
	}
	list.WriteString("eve\nlou\nzed\nida\njim\nkim\nlea\n")
	if err := os.WriteFile(path, []byte(list.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	r := recipetest.Recipe(t, "names", "model.layers=1", "model.heads=2", "model.width=16", "model.context=8", "train.epochs=30", `optimizer={"name": "adamw", "lr": 0.01}`, "data.test=0.5", "data.file="+path)
	dir := filepath.Join(t.TempDir(), "run")
	res, err := recipe.Run(t.Context(), r, recipe.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if most := math.Log(4) / 5.5 * 1.4; res.Loss > most { // four texts, alike likely, of 5.5 tokens
		t.Errorf("a loss of %v, want %v at most", res.Loss, most)
	}
	if res.Metrics["loss_of_new"] < res.Loss {
		t.Errorf("new texts are known better than those that were seen: %v", res.Metrics)
	}
	s, err := recipe.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	all, err := s.Ask(t.Context(), recipe.Question{Most: 20, Seed: 1})
	if err != nil || len(all) != 20 {
		t.Fatal(all, err)
	}
	known := 0
	for _, p := range all {
		if slices.Contains([]string{"anna", "otto", "hannah", "bob"}, p.Text) {
			known++
		}
	}
	if known < 15 {
		t.Errorf("samples: %v", all)
	}
	if one, err := s.Ask(t.Context(), recipe.Question{Text: "ha", Seed: 1}); err != nil || !strings.HasPrefix(one[0].Text, "ha") {
		t.Errorf("%v, %v", one, err)
	}
}

// Mistakes are named with their keys.
func TestMistakes(t *testing.T) {
	few, one := filepath.Join(t.TempDir(), "few.txt"), filepath.Join(t.TempDir(), "one.txt")
	if err := errors.Join(os.WriteFile(few, []byte(strings.Repeat("ann\n", 10)), 0o644), os.WriteFile(one, []byte("x"), 0o644)); err != nil {
		t.Fatal(err)
	}
	r := func(set ...string) string {
		r, err := recipe.Builtin("shakespeare")
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range set {
			if err := r.Set(s); err != nil {
				return err.Error()
			}
		}
		w, err := r.Load(t.Context())
		if err == nil {
			_, err = w.Begin(r)
		}
		if err == nil {
			return ""
		}
		return err.Error()
	}
	for _, c := range []struct {
		set  []string
		want string
	}{
		{[]string{"data.context=0"}, "data.context: want 1 to 65536, not 0"},
		{[]string{"data.steps=0"}, "data.steps: want 1"},
		{[]string{"data.test=0"}, "data.test: want more than 0"},
		{[]string{"data.folds=2"}, "data.folds: no such key"},
		{[]string{`data={"set":"names","test":0.03,"file":"` + few + `"}`}, "the set names has 9 examples for training and 0 for the test"},
		{[]string{"data.vocabulary=100"}, "data.vocabulary: want 257 tokens or more"},
		{[]string{"data=text"}, "data.file: the set text needs a file"},
		{[]string{"data.context=100"}, "texts of 100 tokens, and a context of 64"},
		{[]string{"data.validation=0.00005"}, "the text has 1,115,394 characters; to be divided"},
		{[]string{"objective=cross_entropy"}, "cross_entropy is for classes, and the set shakespeare has tokens; use next_token"},
		{[]string{"objective.z_loss=-1"}, "objective.z_loss: want 0 or more, not -1"},
		{[]string{`metrics=["accuracy"]`}, "leave metrics out"},
		{[]string{"model=bagofwords"}, "bagofwords gives [2 65] for texts [2 64], not logits for each"},
		{[]string{`data={"set":"text","file":"/no/such"}`}, "no such file"},
		{[]string{fmt.Sprintf(`data={"set":"text","file":%q}`, one)}, "one.txt has 1 character; to be divided into a part to learn from and others held out, " +
			"each longer than the 64 tokens of an example, it needs 1,446 at least; give a longer text, a smaller data.context"},
		{nil, ""},
		{[]string{"model=llama", `model={"name":"llama","layers":1,"heads":2,"width":16}`}, ""},
	} {
		if got := r(c.set...); !strings.Contains(got, c.want) || c.want == "" && got != "" {
			t.Errorf("%v: %q, want %q", c.set, got, c.want)
		}
	}
}
