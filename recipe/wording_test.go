package recipe

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/data/sample"
	"github.com/jimu-ml/jimu/rng"
)

// What is written for a reader and what a treebank has taken apart become the same words.
func TestSplit(t *testing.T) {
	for text, want := range map[string]string{
		"I don't, she can’t; it's":   "i do n't , she ca n't ; it 's",
		"i do n't , she ca n't":      "i do n't , she ca n't",
		"'quoted' rock'n'roll n't '": "quoted rock'n'roll n't",
		"房间很大，wifi 2M":               "房 间 很 大 ， wifi 0 m",
		"caf\xe9 \x00 \u200b":        "caf �",
		"":                           "",
	} {
		if got := strings.Join(split(text), " "); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}

func TestWords(t *testing.T) {
	c := Wording{Words: 100, Length: 4, Grams: 2, Letters: 3}
	known := c.Learn([]string{"not good", "so not good", "fair"})
	if got := fmt.Sprintf("%q", known.Words); got != `[" <go" " <no" " goo" " not" " od>" " ood" " ot>" "good" "not" "not good" "fair" "so"]` {
		t.Errorf("the tokens are %s", got)
	}
	ids := known.IDs()
	x, words := known.Encode("not good, not bad at all", ids)
	if words != 7 || !slices.Equal(x[:4], []int64{ids["not"], ids["good"], unknownWord, ids["not"]}) || !slices.Contains(x, ids["not good"]) ||
		!slices.Contains(x, ids[" ood"]) {
		t.Errorf("%d words, tokens %v", words, x)
	}
	for _, bad := range []Wording{{Length: 1}, {Words: 1}, {Words: 1, Length: 1, Grams: 9}, {Words: 1, Length: 1, Letters: 2}, {Words: 1, Length: 1, Drop: 1}, {Words: 1, Length: 1 << 20}} {
		if bad.Check() == nil {
			t.Errorf("%+v is taken", bad)
		}
	}
}

// An answer says of what part of a text it is.
func TestWhatIsNotSeenIsSaid(t *testing.T) {
	known := Wording{Words: 10, Length: 3}.Learn([]string{"a b c d"})
	for text, want := range map[string]string{
		"a b":                    "a b",
		"a b c d a":              "a b c d a (the first 3 of 5 words)",
		" ":                      " (no word of it is known)",
		"\x00\xff?!":             "�?! (no word of it is known)",
		strings.Repeat("x", 100): strings.Repeat("x", 79) + "… (no word of it is known)",
	} {
		set, labels, err := known.Read(nil, Question{Text: text})
		if err != nil || set.Len() != 1 || labels[0] != want {
			t.Errorf("%q is called %q, %v; want %q", text, labels, err, want)
		}
	}
}

// No text is in two parts, though some stand several times.
func TestTextsAreDividedOnce(t *testing.T) {
	c := &sample.Corpus{Test: sample.Labelled{Texts: []string{"t0", "x"}, Labels: []int64{0, 1}}}
	for i := range 40 {
		c.Train.Texts, c.Train.Labels = append(c.Train.Texts, strings.Repeat("x", i%20+1)), append(c.Train.Labels, 0)
	}
	train, validation, test := Batches{Batch: 1, Validation: 0.2}.Parts(c, Held{Test: 0.5})
	if train.Len() != 15 || validation.Len() != 4 || test.Len() != 2 {
		t.Errorf("parts of %d, %d and %d", train.Len(), validation.Len(), test.Len())
	}
	seen := map[string]bool{}
	for _, text := range slices.Concat(train.Texts, validation.Texts, test.Texts) {
		if seen[text] {
			t.Errorf("%q is there twice", text)
		}
		seen[text] = true
	}
}

// A corpus with a test set of its own has no folds.
func TestPublishedTestsAreNotDivided(t *testing.T) {
	some := sample.Labelled{Texts: []string{"a", "b"}, Labels: []int64{0, 1}}
	c := Wording{Words: 10, Length: 3}
	_, err := c.Classify(&sample.Corpus{Train: some, Test: some}, Usual, Held{Folds: 2})
	if err == nil || !strings.HasPrefix(err.Error(), "data.folds: the set comes with a test set") {
		t.Error(err)
	}
}

// Tokens that are left out differ by epoch and not by batch, and the rest keeps its order.
func TestDropping(t *testing.T) {
	known := Wording{Words: 100, Length: 50}.Learn([]string{strings.Join(strings.Split("abcdefghijklmnopqrstuvwxyz", ""), " ")})
	rows := known.Rows(sample.Labelled{Texts: []string{"a", "b c d e f g h i j k l m n o p q"}, Labels: []int64{0, 1}})
	s := Wording{Drop: 0.5}.Dropping(rows)
	batch := func(key uint64, index ...int) data.Batch {
		b, err := s.Batch(index, rng.KeyOf(key))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	one, two := batch(1, 0, 1).X.Slice(0, 1, 2).Ints(), batch(1, 1).X.Ints()
	if !slices.Equal(one, two) || slices.Equal(one, batch(2, 1).X.Ints()) {
		t.Errorf("%v, %v and %v", one, two, batch(2, 1).X.Ints())
	}
	left := one[:slices.Index(one, 0)]
	if len(left) < 2 || len(left) > 14 || !slices.IsSorted(left) {
		t.Errorf("%v is left", left)
	}
	if x := batch(1, 0).X.Ints(); x[0] == 0 {
		t.Error("a text of one word has lost it")
	}
	if whole := (Wording{}).Dropping(rows); whole != data.Set(rows) {
		t.Error("nothing to leave out makes another set")
	}
}
