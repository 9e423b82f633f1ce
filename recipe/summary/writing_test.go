package summary

import (
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/model/modeltest"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/recipe/recipetest"
	"github.com/jimu-ml/jimu/rng"
)

// begun returns a small writer of the invented abstracts, and those as examples.
func begun(t *testing.T) (*writer, *abstracts) {
	t.Helper()
	w, err := writing{Vocabulary: 300, Words: 100, Longest: 100, Most: 40, Beams: 2, Penalty: 1, Repeat: 3}.work(t.Context(), invented)
	if err != nil {
		t.Fatal(err)
	}
	e, err := w.examples(invented)
	if err != nil {
		t.Fatal(err)
	}
	s, err := w.writer(recipetest.Recipe(t, "summary-pointer", "model.width=24", "model.heads=2", "model.hidden=32", "model.dropout=0"))
	if err != nil {
		t.Fatal(err)
	}
	return s, e
}

func batch(t *testing.T, e *abstracts, key rng.Key, index ...int) data.Batch {
	t.Helper()
	b, err := e.Batch(index, key)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// What has learned three summaries by heart writes them, whatever else is read with them.
func TestWritesWhatItLearned(t *testing.T) {
	s, e := begun(t)
	b := batch(t, e, 0, 0, 1, 2)
	modeltest.Overfits(t, "the writer", s.model, 1e-2, 60, 0.1, func(p *nn.Pass) objective.Loss {
		l, _ := s.loss(p, b)
		return l
	})
	texts, want := [][]string{}, []string{}
	for _, a := range invented {
		texts, want = append(texts, a.Source), append(want, a.Target[0])
	}
	got, err := s.write(t.Context(), texts)
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%q, %v, want %q", got, err, want)
	}
	if got, err = s.write(t.Context(), texts[1:2]); err != nil || got[0] != want[1] {
		t.Errorf("alone: %q, %v, want %q", got, err, want[1])
	}
	p, err := s.answer(t.Context(), recipe.Question{Text: strings.Join(texts[2], " ")})
	if err != nil || len(p) != 1 || p[0].Text != want[2] {
		t.Errorf("asked: %+v, %v, want %q", p, err, want[2])
	}
	if _, err := s.answer(t.Context(), recipe.Question{}); !errors.Is(err, recipe.ErrNoData) {
		t.Error(err)
	}
}

// The loss of a batch is that of each of its texts, in training too, where choosing a sentence is learned beside.
func TestLossOfWritingAddsUp(t *testing.T) {
	s, e := begun(t)
	e.draws(0, 0.1)
	loss := func(training bool, index ...int) (sum, count float64) {
		p := nn.NewPass(nn.PassConfig{Training: training})
		defer p.Close()
		l, _ := s.loss(p, batch(t, e, 5, index...))
		return l.Sum.Item(), l.Count
	}
	sums := [2]float64{}
	for i, training := range []bool{false, true} {
		all, count := loss(training, 0, 1, 2)
		sums[i] = all
		for k := range invented {
			sum, n := loss(training, k)
			all, count = all-sum, count-n
		}
		if math.Abs(all) > 1e-3 || count != 0 {
			t.Errorf("training %v: the loss differs by %v of %v", training, all, count)
		}
	}
	if sums[1] < sums[0]+1 {
		t.Errorf("choosing a sentence costs nothing: %v with it, %v without", sums[1], sums[0])
	}
}

// What is read has marks before each sentence and the number of each; what is written is a summary, or a sentence drawn by its share.
func TestAbstractsAsExamples(t *testing.T) {
	s, e := begun(t)
	b := batch(t, e, 0, 1)
	read, size := b.X.Select(1, 0).Ints(), int64(s.pieces.Size())
	var starts []int
	for i, n := range b.X.Select(1, 1).Ints() {
		if i == 0 || n != b.X.Select(1, 1).Ints()[i-1] {
			starts = append(starts, i)
		}
	}
	if len(starts) != 2 || read[0] != size || read[starts[1]] != size+1 || read[4] < size || read[5] >= size {
		t.Errorf("pieces %v of sentences from %v; marks are from %d", read, starts, size)
	}
	y := b.Y.Ints()
	if text := s.pieces.Decode(y[2:], true); y[1] != recipe.BeginPiece || y[len(y)-1] != recipe.EndPiece || text != " "+invented[1].Target[0] {
		t.Errorf("to be written: %q of %v", text, y)
	}
	e.draws(0.5, 0.1)
	count := map[string]int{}
	for key := range rng.Key(300) {
		y := batch(t, e, key, 1).Y.Ints()
		count[strings.TrimSpace(s.pieces.Decode(y[2:], true))]++
	}
	want := []int{150, int(150 * e.shares[1][0]), int(150 * e.shares[1][1])}
	for i, text := range []string{invented[1].Target[0], invented[1].Source[0], invented[1].Source[1]} {
		if n := count[text]; n < want[i]-30 || n > want[i]+30 {
			t.Errorf("%q is to be written %d times of 300, want about %d", text, n, want[i])
		}
	}
	if a, b := batch(t, e, 9, 0, 1, 2), batch(t, e, 9, 0, 1, 2); !slices.Equal(a.Y.Ints(), b.Y.Ints()) {
		t.Error("one key, and two batches")
	}
}

// What is cut off is neither read nor chosen.
func TestLongTextsAreCut(t *testing.T) {
	s, _ := begun(t)
	s.Longest = 12
	e, err := s.examples(invented)
	if err != nil {
		t.Fatal(err)
	}
	e.draws(0, 1)
	for key := range rng.Key(20) {
		b := batch(t, e, key, 2)
		if chosen := b.Y.Ints()[0]; b.X.Dim(2) != 12 || chosen >= slices.Max(b.X.Select(1, 1).Ints()) {
			t.Fatalf("sentence %d is chosen of %v", chosen, b.X)
		}
	}
}

// The recipe runs from its data to a test, and what it kept is enough to write.
func TestRecipeWrites(t *testing.T) {
	saved, res := recipetest.Run(t, recipetest.Recipe(t, "summary-pointer", "train.examples=24", "train.epochs=1", "data.vocabulary=400",
		"data.longest=60", "data.tokens=500", "data.most=6", "data.beams=1", "model.width=16", "model.heads=2", "model.hidden=16"))
	for _, k := range []string{"rouge1", "rouge2", "rougel", "lead_rouge1", "oracle_rougel", "new_pairs"} {
		if _, there := res.Metrics[k]; !there {
			t.Errorf("no %s in %v", k, res.Metrics)
		}
	}
	got, err := saved.Ask(t.Context(), recipe.Question{Text: "We sort words. Words are many."})
	if err != nil || len(got) != 1 || got[0].Text == "" {
		t.Errorf("%+v, %v", got, err)
	}
	recipetest.Faults(t, saved, res.Tested)
}

func TestNovelPairs(t *testing.T) {
	// "we sort", "the old" and "old words" are there, "sort the" and "words" with an exclamation mark are not.
	if fresh, all := novel("We sort the old words!", []string{"We sort words.", "The old words stay"}); fresh != 2 || all != 5 {
		t.Errorf("%d of %d", fresh, all)
	}
}

func TestMistakesOfWritingAreNamed(t *testing.T) {
	s, _ := begun(t)
	for _, c := range []struct{ set, want string }{
		{"data.vocabulary=100", "data.vocabulary: want 259 or more, not 100"},
		{"data.tokens=10", "data.tokens: want 400 or more, not 10"},
		{"data.longest=5", "data.longest: want 6 or more, not 5"},
		{"data.longest=70000", "data.longest: want 65536 or less, not 70000"},
		{"data.most=70000", "data.most: want 65536 or less, not 70000"},
		{"data.extracts=2", "data.extracts: want a share from 0 to 1, not 2"},
		{"data.temperature=0", "data.temperature: want more than 0, not 0"},
		{"data.focus=-1", "data.focus: want 0 or more, not -1"},
		{"data.folder=nowhere", "nowhere"},
		{"objective.salience=-1", "objective.salience: want 0 or more, not -1"},
		{"objective=cross_entropy", "objective.name: cross_entropy is for classes"},
		{`metrics=["accuracy"]`, "metrics: summaries are measured by ROUGE"},
		{"model=t5", "model.name: t5 does not write summaries; use pointer_generator"},
		{"model.sentences=8", "model.sentences: 32 sentences are told apart here, not 8"},
	} {
		r := recipetest.Recipe(t, "summary-pointer")
		err := r.Set(c.set)
		if err == nil {
			_, err = s.Begin(r)
		}
		if err == nil {
			_, err = r.Load(t.Context())
		}
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.set, err, c.want)
		}
	}
	for _, text := range []string{"", "{}", `{"longest": 30, "most": 1, "beams": 1}`, `{"longest": 30, "most": 1, "beams": 1, "words": "a\na\n"}`} {
		if _, err := reopenWriting(json.RawMessage(text)); err == nil || !strings.Contains(err.Error(), "damaged") {
			t.Errorf("%s: %v", text, err)
		}
	}
}
