package summary

import (
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/data/sample"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/recipe/recipetest"
)

// invented is abstracts whose best sentence is the one that says "we".
var invented = []sample.Abstract{
	{Source: []string{"Graphs are everywhere.", "We draw graphs with ink.", "It is cheap."}, Target: []string{"Drawing graphs with ink."}},
	{Source: []string{"We cut trees into rows.", "Trees grow in woods."}, Target: []string{"A way to cut trees into rows.", "Rows of trees."}},
	{Source: []string{"Music is old.", "Old music is loud.", "Songs are many.", "We sort songs by key."}, Target: []string{"Songs sorted by key."}},
}

// The recipe learns what to choose: more than the first sentence has, less than the best; and the run's folder is all it takes.
func TestLearnsToSummarize(t *testing.T) {
	r, err := recipe.Builtin("summary")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{"train.epochs=4", "optimizer.lr=0.01"} {
		if err := r.Set(s); err != nil {
			t.Fatal(err)
		}
	}
	dir := filepath.Join(t.TempDir(), "run")
	res, err := recipe.Run(t.Context(), r, recipe.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range []string{"rouge1", "rouge2", "rougel"} {
		first, got, best := res.Metrics["lead_"+k], res.Metrics[k], res.Metrics["oracle_"+k]
		if got < first+4 || got > best || res.Tested != 100 {
			t.Errorf("%s is %.2f, that of the first sentence %.2f and of the best %.2f, of %d", k, got, first, best, res.Tested)
		}
	}
	s, err := recipe.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	said := "We propose a method that learns to sort the words of a sentence by a neural network."
	text := "Words have an order. " + said + "\nThe order of words differs, e.g. in English and in German."
	got, err := s.Ask(t.Context(), recipe.Question{Text: text})
	if err != nil || len(got) != 1 || got[0].Text != said {
		t.Errorf("%+v, %v", got, err)
	}
	file := filepath.Join(dir, "text.txt")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err = s.Ask(t.Context(), recipe.Question{File: file}); err != nil || got[0].Text != said || got[0].Input != file {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err = s.Ask(t.Context(), recipe.Question{Most: 2}); err != nil || len(got) != 2 || got[1].Want == "" || got[1].Input != "test abstract 2" {
		t.Errorf("%+v, %v", got, err)
	}
	recipetest.Faults(t, s, res.Tested)
	if _, err = s.Ask(t.Context(), recipe.Question{Text: " \n "}); err == nil || !strings.Contains(err.Error(), "holds no sentence") {
		t.Error(err)
	}
}

// Who is asked about the test shows the abstracts too.
func TestAbstractsAreShown(t *testing.T) {
	tests := []sample.Abstract{{Source: []string{"We\n sort.", "It works."}, Target: []string{"Sorting"}}, {Source: []string{"We add."}, Target: []string{"Sums"}}}
	all, err := texts(recipe.Question{Most: 2}, tests)
	if err != nil || len(all) != 2 || all[0].Read != "We sort. It works." || all[1].Want != "Sums" {
		t.Errorf("%+v, %v", all, err)
	}
}

// Lead and oracle are what they are called, and the oracle of two sentences has both in order.
func TestBaselines(t *testing.T) {
	a := invented[0]
	if got := lead(a, 2); got != "Graphs are everywhere. We draw graphs with ink." {
		t.Error(got)
	}
	if got := oracle(a, 1); got != "We draw graphs with ink." {
		t.Error(got)
	}
	if got := oracle(sample.Abstract{Source: []string{"red paint", "blue", "green grass"}, Target: []string{"green grass and red paint"}}, 2); got != "red paint green grass" {
		t.Error(got)
	}
	if got := lead(a, 9); !strings.HasSuffix(got, "It is cheap.") {
		t.Error(got)
	}
	// Four of five and seven words, three of four and six pairs, four in a row, of the better summary.
	s := score(invented[1])
	if want := (2*4./12 + 2*3./10 + 2*4./12) / 3; math.Abs(s[0]-want) > 1e-9 || s[1] >= s[0] {
		t.Errorf("scores %v, want %v of the first", s, want)
	}
}

// A sentence of padding changes nothing, and the shares of a text are one in all.
func TestLossOfBatchIsThatOfEach(t *testing.T) {
	r := newReader(invented, 100, 8)
	e := r.examples(invented, 0.1)
	for i, shares := range e.shares {
		sum := float32(0)
		for _, s := range shares {
			sum += s
		}
		if math.Abs(float64(sum)-1) > 1e-6 || !strings.HasPrefix(invented[i].Source[argmax(shares)], "We ") {
			t.Errorf("text %d: shares %v", i, shares)
		}
	}
	for _, name := range []string{"bagofwords", "rnn_classifier"} {
		rec, err := recipe.Builtin("summary")
		if err != nil {
			t.Fatal(err)
		}
		if err := rec.Set("model=" + name); err != nil {
			t.Fatal(err)
		}
		w := &work{reader: r, kept: kept{Sentences: 1}}
		j, err := w.Begin(rec)
		if err != nil {
			t.Fatal(err)
		}
		addsUp(t, j, e)
		if _, err := j.Predict(t.Context(), recipe.Question{}); !errors.Is(err, recipe.ErrNoData) {
			t.Error(err)
		}
	}
}

// addsUp compares the loss of all examples with the sum of those of each.
func addsUp(t *testing.T, j *recipe.Job, e *examples) {
	t.Helper()
	loss := func(index ...int) objective.Loss {
		b, err := e.Batch(index, 0)
		if err != nil {
			t.Fatal(err)
		}
		p := nn.NewPass(nn.PassConfig{})
		defer p.Close()
		l, _ := j.Loss(p, b)
		return objective.Loss{Sum: p.Keep(l.Sum), Count: l.Count}
	}
	apart := 0.0
	for i := range invented {
		apart += loss(i).Sum.Item()
	}
	if all := loss(0, 1, 2); math.Abs(all.Sum.Item()-apart) > 1e-4 || all.Count != 3 {
		t.Errorf("%v of %v together, %v apart", all.Sum.Item(), all.Count, apart)
	}
}

func argmax(x []float32) int { return slices.Index(x, slices.Max(x)) }

// What is read says where a sentence stands and what others say too, and a reader that was kept reads the same.
func TestReader(t *testing.T) {
	r := newReader(invented, 100, 4)
	ids := r.read(invented[0].Source)
	first := int64(r.words.Len())
	if got, want := ids[:3], []int64{first, first + places + 2, first + 2*places + 3}; !slices.Equal(got, want) {
		t.Errorf("the first sentence is marked %v, want %v", got, want)
	}
	if ids[5] != r.words.ID("graphs") || ids[8] != r.words.ID(".") || len(ids) != 3*9 || r.words.ID("nowhere") != 1 {
		t.Errorf("%v", ids)
	}
	if most := slices.Max(r.read(make([]string, 40))); most >= int64(r.tokens()) {
		t.Errorf("token %d of %d", most, r.tokens())
	}
	again, err := openReader(r.written(), 4)
	if err != nil || !slices.Equal(again.read(invented[2].Source), r.read(invented[2].Source)) {
		t.Error("a reader that was kept reads otherwise", err)
	}
}

// A temperature however low gives the best sentences all, and one however high gives all the same.
func TestSharesOfAnyTemperature(t *testing.T) {
	scores := []float64{0.2, 0.6, 0.6, 0}
	for temperature, want := range map[float64][]float32{
		1e-300: {0, 0.5, 0.5, 0}, 0.0005: {0, 0.5, 0.5, 0}, 1e300: {0.25, 0.25, 0.25, 0.25},
		0.2 / math.Ln2: {2. / 19, 8. / 19, 8. / 19, 1. / 19},
	} {
		got := softmax(scores, temperature)
		for i := range got {
			if !(math.Abs(float64(got[i]-want[i])) < 1e-6) {
				t.Fatalf("at %v the shares are %v, want %v", temperature, got, want)
			}
		}
	}
}

func TestMistakesAreNamed(t *testing.T) {
	for _, c := range []struct{ set, want string }{
		{"data.words=0", "data.words: want 1 or more, not 0"},
		{"data.sentences=0", "data.sentences: want 1 or more, not 0"},
		{"data.length=70000", "data.length: want 65536 or less, not 70000"},
		{"data.temperature=0", "data.temperature: want more than 0, not 0"},
		{"data.folder=nowhere", "nowhere"},
		{"objective.smoothing=0.1", "objective.name: which sentences are best"},
		{`metrics=["accuracy"]`, "metrics: summaries are measured by ROUGE"},
		{"model=transformer", "model"},
	} {
		r, err := recipe.Builtin("summary")
		if err != nil {
			t.Fatal(err)
		}
		if err = r.Set(c.set); err == nil && c.set != "data.folder=nowhere" {
			w := &work{reader: newReader(invented, 100, 8)}
			_, err = w.Begin(r)
		} else if err == nil {
			_, err = r.Load(t.Context())
		}
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.set, err, c.want)
		}
	}
	for _, text := range []string{"", "{}", `{"length": 3, "sentences": 1}`, `{"length": 3, "sentences": 1, "words": "a\na\n"}`} {
		if _, err := reopen(json.RawMessage(text)); err == nil || !strings.Contains(err.Error(), "damaged") {
			t.Errorf("%s: %v", text, err)
		}
	}
}

var _ data.Set = (*examples)(nil)
