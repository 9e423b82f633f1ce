package translation

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/recipe/recipetest"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// counted writes two files: numbers in English and in German, where the last digit comes first.
func counted(t *testing.T) (source, target string) {
	t.Helper()
	ones, eins := strings.Fields("one two three four five six"), strings.Fields("ein zwei drei vier fünf sechs")
	tens, zehn := strings.Fields("twenty thirty forty fifty sixty"), strings.Fields("zwanzig dreißig vierzig fünfzig sechzig")
	var from, to strings.Builder
	for i := range tens {
		for k := range ones {
			for _, word := range []string{"cats", "dogs", "trees", "birds", "books"} {
				fmt.Fprintf(&from, "%s %s %s\n", tens[i], ones[k], word)
				fmt.Fprintf(&to, "%s und %s %s\n", eins[k], zehn[i], map[string]string{
					"cats": "Katzen", "dogs": "Hunde", "trees": "Bäume", "birds": "Vögel", "books": "Bücher",
				}[word])
			}
		}
	}
	dir := t.TempDir()
	source, target = filepath.Join(dir, "text.en"), filepath.Join(dir, "text.de")
	if err := errors.Join(os.WriteFile(source, []byte(from.String()), 0o600), os.WriteFile(target, []byte(to.String()), 0o600)); err != nil {
		t.Fatal(err)
	}
	return source, target
}

// small is a recipe for such files that takes a few seconds.
func small(t *testing.T, set ...string) *recipe.Recipe {
	t.Helper()
	source, target := counted(t)
	return recipetest.Recipe(t, "translation", append([]string{
		`data={"set": "pairs", "from": "en", "to": "de", "vocabulary": 340, "tokens": 128, "longest": 20, "beams": 3, "test": 0.2}`,
		"data.source=" + source, "data.target=" + target,
		`model={"name": "transformer", "layers": 1, "width": 32, "heads": 2, "pre_norm": true}`,
		"optimizer.lr=0.01", "objective.smoothing=0.05", "train.precision=float32", "train.epochs=16",
	}, set...)...)
}

// A small translator learns numbers it has not seen, and the run's folder is all that it takes to translate.
func TestLearnsToTranslate(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	res, err := recipe.Run(t.Context(), small(t), recipe.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if bleu := res.Metrics["bleu"]; bleu < 75 || res.Tested != 30 || res.Loss > 0.6 {
		t.Errorf("BLEU %v and a loss of %v on %d pairs", bleu, res.Loss, res.Tested)
	}
	s, err := recipe.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	got, err := s.Ask(t.Context(), recipe.Question{Text: "forty two dogs"})
	if err != nil || len(got) != 1 || got[0].Text != "zwei und vierzig Hunde" || got[0].Input != "forty two dogs" {
		t.Errorf("%+v, %v", got, err)
	}
	file := filepath.Join(dir, "lines.txt")
	if err := os.WriteFile(file, []byte("twenty one cats\n\nsixty six books\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err = s.Ask(t.Context(), recipe.Question{File: file})
	if err != nil || len(got) != 2 || got[0].Text != "ein und zwanzig Katzen" || got[1].Text != "sechs und sechzig Bücher" {
		t.Errorf("%+v, %v", got, err)
	}
	got, err = s.Ask(t.Context(), recipe.Question{Most: 3})
	if err != nil || len(got) != 3 || !strings.Contains(got[0].Want, " und ") {
		t.Errorf("of the test set: %+v, %v", got, err)
	}
	recipetest.Faults(t, s, 30)
	again, _, err := s.Evaluate(t.Context())
	if err != nil || again.Metrics["bleu"] != res.Metrics["bleu"] || again.Loss != res.Loss {
		t.Errorf("tested again: %+v, %v, and before: %+v", again, err, res)
	}
}

// begun returns the translator that a recipe begins with.
func begun(t *testing.T, r *recipe.Recipe) *translator {
	t.Helper()
	loaded, err := r.Load(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	w := loaded.(*work)
	made, err := r.NewProgram(w.examples())
	if err != nil {
		t.Fatal(err)
	}
	m, err := translating(r, made)
	if err != nil {
		t.Fatal(err)
	}
	return &translator{work: w, model: m}
}

// The loss is the cross-entropy of the logits of what is no padding, whatever else is in the batch.
func TestLossLeavesPaddingOut(t *testing.T) {
	tr := begun(t, small(t))
	loss := func(index ...int) objective.Loss {
		b, err := tr.sets.Train.Batch(index, 0)
		if err != nil {
			t.Fatal(err)
		}
		p := nn.NewPass(nn.PassConfig{})
		defer p.Close()
		l, _ := tr.loss(p, b)
		return objective.Loss{Sum: p.Keep(l.Sum), Count: l.Count}
	}
	n := tr.sets.Train.Len()
	short, long, both := loss(0), loss(n-1), loss(0, n-1)
	if got, want := both.Sum.Item(), short.Sum.Item()+long.Sum.Item(); math.Abs(got-want) > 1e-3 || both.Count != short.Count+long.Count || short.Count >= long.Count {
		t.Errorf("%v of %v tokens together, %v of %v and %v of %v apart", got, both.Count, short.Sum.Item(), short.Count, long.Sum.Item(), long.Count)
	}
	b, _ := tr.sets.Train.Batch([]int{0}, 0)
	p := nn.NewPass(nn.PassConfig{})
	defer p.Close()
	last := b.Y.Dim(1) - 1
	z := tr.model.Run(p, []*tensor.Tensor{p.Input(b.X), b.X.NotEqual(b.X.FullLike(-1)), b.Y.Slice(1, 0, last)})[0]
	if want := objective.CrossEntropy(z, b.Y.Slice(1, 1, last+1)); math.Abs(short.Sum.Item()-want.Sum.Item()) > 1e-3 || short.Count != want.Count {
		t.Errorf("%v of %v tokens, want %v of %v", short.Sum.Item(), short.Count, want.Sum.Item(), want.Count)
	}
}

// The tokens of a sentence are its bytes, and a translator that knows nothing yet writes text all the same.
func TestWritesLetters(t *testing.T) {
	tr := begun(t, small(t))
	ids, err := tr.tokens.Cut([]string{"fünf Bäume"}, 20)
	if err != nil {
		t.Fatal(err)
	}
	bytes, all := "", tr.tokens.Spelled()
	for _, id := range ids[0] {
		bytes += string(all[id])
	}
	if bytes != "fünf Bäume" {
		t.Errorf("%q", bytes)
	}
	said, err := tr.translate(t.Context(), []string{"forty two dogs", "鳥兒"})
	for _, s := range said {
		if strings.ContainsRune(s, utf8.RuneError) || err != nil {
			t.Errorf("%q, %v", s, err)
		}
	}
}

// Batches are of sentences about as long, within the budget, and the order of what is translated does not matter.
func TestBatchesAndOrder(t *testing.T) {
	tr := begun(t, small(t))
	batches := tr.sets.Batcher.Batches(seq(tr.sets.Train.Len()), rng.KeyOf(1))
	seen := 0
	for _, index := range batches {
		b, err := tr.sets.Train.Batch(index, 0)
		if err != nil || len(index)*b.X.Dim(1) > 128 || len(index)*(b.Y.Dim(1)-1) > 128 {
			t.Errorf("%d pairs of %v and %v tokens (%v)", len(index), b.X, b.Y, err)
		}
		seen += len(index)
	}
	if seen != tr.sets.Train.Len() || tr.sets.Batcher.(data.ByLength).Check() != nil {
		t.Errorf("%d of %d pairs are in batches", seen, tr.sets.Train.Len())
	}
	texts := []string{"forty two dogs", "one", "sixty six birds and trees", "cats"}
	forward, err := tr.translate(t.Context(), texts)
	if err != nil {
		t.Fatal(err)
	}
	slices.Reverse(texts)
	backward, err := tr.translate(t.Context(), texts)
	slices.Reverse(backward)
	if err != nil || !slices.Equal(forward, backward) {
		t.Errorf("%q, and in another order %q (%v)", forward, backward, err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := tr.translate(gone, texts); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func seq(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

func TestMistakesAreNamed(t *testing.T) {
	for _, c := range []struct{ set, want string }{
		{"data.vocabulary=100", "data.vocabulary: want 259 or more, not 100"},
		{"data.beams=0", "data.beams: want 1 or more, not 0"},
		{"data.tokens=20", "data.tokens: want 101 or more, not 20"},
		{"data.to=de", `data.to: the set has en and zh, not "de"`},
		{"data.test=0", "data.test: want more than 0"},
		{"data.dropout=1", "data.dropout: want a share of the merges from 0 to below 1"},
		{`data={"set": "multi30k", "to": "zh"}`, `data.to: the set has en, de and fr, not "zh"`},
	} {
		r, err := recipe.Builtin("translation")
		if err != nil {
			t.Fatal(err)
		}
		if err := r.Set(c.set); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.set, err, c.want)
		}
	}
	for _, c := range []struct{ set, want string }{
		{`data={"set": "multi30k"}`, "data.folder: the captions may not be given on with the program"},
		{`data={"set": "multi30k", "to": "en"}`, `data.to: both languages are "en"; want two`},
		{"data.to=en", `data.to: both languages are "en"; want two`},
		{`data={"set": "pairs"}`, "data.source: want two files"},
		{"objective=focal", "objective.name: a translator learns by cross_entropy"},
		{`metrics=["accuracy"]`, "metrics: a translator is measured by BLEU"},
		{"model=t5", "model.name: t5 does not translate; use transformer"},
	} {
		r := small(t, "train.epochs=1")
		err := r.Set(c.set)
		if err == nil {
			_, err = recipe.Run(t.Context(), r, recipe.Options{})
		}
		if err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.set, err, c.want)
		}
	}
}

// The languages are exchanged one after the other.
func TestExchangedLanguages(t *testing.T) {
	r := small(t, "data.from=zh", "data.to=en")
	w, err := r.Load(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if k := w.Kept().(kept); k.From != "zh" || k.To != "en" {
		t.Errorf("from %s to %s", k.From, k.To)
	}
}

// What a damaged run folder holds is an error.
func TestReopenDamaged(t *testing.T) {
	for _, text := range []string{"", "{}", `{"longest": 9, "beams": 2}`, `{"longest": 9, "beams": 2, "tokenizer": {"model": 3}}`, `{"longest": 0, "beams": 2, "tokenizer": {}}`} {
		if _, err := reopen(json.RawMessage(text)); err == nil || !strings.Contains(err.Error(), "damaged") {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// No sentence of either language is in two parts, whichever way is translated.
func TestTatoebaIsDividedBySentence(t *testing.T) {
	for _, way := range []languages{{From: "en", To: "zh"}, {From: "zh", To: "en"}} {
		all, err := tatoeba{way, split{0.1, 0.2}, ""}.read(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		part, total := map[string]int{}, 0
		for i, some := range [][]pair{all.training, all.validation, all.tests[0].pairs} {
			if len(some) < 400 {
				t.Errorf("part %d has %d pairs", i, len(some))
			}
			total += len(some)
			for _, p := range some {
				for _, text := range []string{p.from, p.to} {
					if k, there := part[bare(text)]; there && k != i {
						t.Fatalf("from %s: %q is in the parts %d and %d", way.From, text, k, i)
					}
					part[bare(text)] = i
				}
			}
		}
		if total != 6000 {
			t.Errorf("%d pairs of 6000", total)
		}
		texts, translations := grouped(all.tests[0].pairs)
		if len(texts) >= len(all.tests[0].pairs) || len(texts) != len(translations) {
			t.Errorf("%d different sentences of %d", len(texts), len(all.tests[0].pairs))
		}
	}
}

// Pairs are together if a sentence leads from one to the other, whatever its marks, in the order in which they came.
func TestConnected(t *testing.T) {
	all := []pair{{"a", "x"}, {"b", "y"}, {"c", "z"}, {"?", "!"}, {"B!", "w"}, {"d", "W."}, {"!", "?"}, {"y", "a"}, {"d", "X"}}
	got := connected(all)
	want := [][]pair{{{"a", "x"}, {"b", "y"}, {"B!", "w"}, {"d", "W."}, {"d", "X"}}, {{"c", "z"}}, {{"?", "!"}}, {{"!", "?"}}, {{"y", "a"}}}
	if !slices.EqualFunc(got, want, slices.Equal[[]pair]) {
		t.Errorf("%v", got)
	}
}

func TestUnequalFiles(t *testing.T) {
	source, target := counted(t)
	if err := os.WriteFile(target, []byte("eins\nzwei\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := (pairs{Source: source, Target: target}).read(t.Context()); err == nil || !strings.Contains(err.Error(), "150 lines and") {
		t.Error(err)
	}
	got, err := paired(sentences("a\r\n\r\nc\n"), sentences("x\ny\n z "), "left", "right")
	if err != nil || !slices.Equal(got, []pair{{"a", "x"}, {"c", "z"}}) {
		t.Error(got, err)
	}
}

// The published files are all there, line by line.
func TestMulti30k(t *testing.T) {
	dir := check.Published(t, "data/multi30k")
	all, err := multi30k{languages{From: "de", To: "fr"}, dir}.read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(all.training) != 29000 || len(all.validation) != 1014 || len(all.tests) != 3 || len(all.files) != 10 {
		t.Errorf("%d, %d, %d tests, %d files", len(all.training), len(all.validation), len(all.tests), len(all.files))
	}
	for i, n := range []int{1000, 1000, 461} {
		if len(all.tests[i].pairs) != n {
			t.Errorf("%s has %d pairs, want %d", all.tests[i].name, len(all.tests[i].pairs), n)
		}
	}
	if p := all.training[0]; p.from != "Zwei junge weiße Männer sind im Freien in der Nähe vieler Büsche." || !strings.HasPrefix(p.to, "Deux jeunes hommes blancs") {
		t.Error(p)
	}
	if _, err := (multi30k{languages{From: "de", To: "fr"}, t.TempDir()}).read(t.Context()); err == nil || !strings.Contains(err.Error(), "train.de.gz is missing; get it from https://") {
		t.Error(err)
	}
}

// With dropout of merges the same sentences are in other pieces each time, the same of one key, and what is tested stays as it is.
func TestDropout(t *testing.T) {
	tr := begun(t, small(t, "data.dropout=0.3"))
	n := tr.sets.Train.Len()
	read := func(key rng.Key) []int64 {
		b, err := tr.sets.Train.Batch([]int{n - 1, 0}, key)
		if err != nil {
			t.Fatal(err)
		}
		if b.X.Dim(1) > 20 || b.Y.Dim(1) > 21 {
			t.Errorf("%v and %v are longer than 20 tokens and a beginning", b.X, b.Y)
		}
		return append(b.X.Ints(), b.Y.Ints()...)
	}
	one, again, other := read(rng.KeyOf(1)), read(rng.KeyOf(1)), read(rng.KeyOf(2))
	if !slices.Equal(one, again) || slices.Equal(one, other) {
		t.Errorf("of one key %v and %v, of another %v", one, again, other)
	}
	usual := begun(t, small(t))
	got, err := tr.sets.Test.Batch([]int{0, 1}, rng.KeyOf(1))
	want, err2 := usual.sets.Test.Batch([]int{0, 1}, rng.KeyOf(2))
	if err != nil || err2 != nil || !slices.Equal(got.X.Ints(), want.X.Ints()) || !slices.Equal(got.Y.Ints(), want.Y.Ints()) {
		t.Errorf("of the test %v and %v (%v, %v)", got.X, want.X, err, err2)
	}
}
