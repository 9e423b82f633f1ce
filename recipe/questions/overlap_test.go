package questions

import (
	"slices"
	"testing"

	"github.com/jimu-ml/jimu/data/text"
)

// The sentence with the rarest words of the question is the best; a clause of it, and what is behind the question's words, are pieces.
func TestOverlap(t *testing.T) {
	r := readerOf(gold)
	s := gold[0].Text
	all := r.tokens(s)
	for question, want := range map[string][3]string{
		"When was the tower finished?": {"The tower was finished in 1890.", "The tower was finished in 1890.", "in 1890"},
		"How many people has Ulm?":     {"Ulm has 126,000 people.", "Ulm has 126", "Ulm has 126,000 people"},
		"At noon who sleeps?":          {"Bells ring at noon;", "Bells ring at noon;", "Bells ring at noon"},
		"Who sleeps?":                  {"nobody sleeps.", "nobody sleeps.", "nobody sleeps"},
	} {
		o := r.overlap(all, r.tokens(question))
		from, to := o.clause(all)
		behind, end := o.rest(all)
		got := [3]string{cut(s, all, o.best().from, o.best().to), cut(s, all, from, to), cut(s, all, behind, end)}
		if got != want {
			t.Errorf("%s: %q, want %q", question, got, want)
		}
	}
}

// Runs of tokens count all that they have in common, signs in them too, and stems a little.
func TestCompare(t *testing.T) {
	r := readerOf(nil)
	got := compare(r.tokens("They finished the old tower, the finishing touch!"), r.tokens("Who finished the tower, finally!"))
	if want := []int{0, 2, 2, 0, 2, 2, 1, -1, 0, 0}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if !related("finishing", "finished") || related("sea", "seal") || related("tower", "towards it") {
		t.Error("stems")
	}
}

// Tokens stand where they say, whatever the text is.
func FuzzTokens(f *testing.F) {
	f.Add("Ulm's 161 m, ＡＢＣ! 他说：“好”。\xff İ")
	r := readerOf(gold)
	f.Fuzz(func(t *testing.T, s string) {
		all := r.tokens(s)
		for i, w := range text.Words(s) {
			if got := s[all[i].Start:all[i].End]; got != w {
				t.Errorf("token %d is %q, want %q", i, got, w)
			}
		}
		if len(all) == 0 {
			return
		}
		q := all[:min(len(all), 5)]
		for i, c := range r.passage(s, all, q) {
			for k, id := range c {
				if lo, hi := r.first(k), r.first(k+1); k > 0 && (id < lo || id >= hi) {
					t.Errorf("channel %d of token %d is %d, not from %d to %d", k, i, id, lo, hi)
				}
			}
		}
		r.question(s, q, all)
	})
}
