package text

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/rng"
)

var fable = strings.Repeat("the quick brown fox jumps over the lazy dog ", 10)

func TestTransforms(t *testing.T) {
	for name, a := range map[string]Transform{
		"WordDropout": WordDropout{}, "WordSwap": WordSwap{}, "WordSwap/near": WordSwap{Near: true}, "Typos": Typos{},
		"Compose": Compose{WordDropout{}, Typos{}},
	} {
		y, again, other := a.Apply(fable, 3), a.Apply(fable, 3), a.Apply(fable, 4)
		if y != again || y == other || y == fable {
			t.Errorf("%s does not follow from the key, or does nothing", name)
		}
		for _, s := range []string{"", " ", "one"} {
			for key := range rng.Key(50) {
				if got := a.Apply(s, key); strings.TrimSpace(s) == "" && strings.TrimSpace(got) != "" {
					t.Errorf("%s makes %q of %q", name, got, s)
				}
			}
		}
		check.Note{Package: "text", Entry: name, Reference: "by hand"}.Write(t)
	}
}

func TestWordDropoutRate(t *testing.T) {
	left := 0
	for key := range rng.Key(200) {
		left += len(strings.Fields(WordDropout{Rate: 0.3}.Apply(fable, key)))
	}
	if share := float64(left) / (200 * 90); math.Abs(share-0.7) > 0.02 {
		t.Errorf("%v of the words are left, want 0.7", share)
	}
	if got := (WordDropout{Rate: 1}).Apply("a b c", 1); len(got) != 1 {
		t.Errorf("%q, want one word", got)
	}
}

// TestWordSwapKeepsWords: only their order changes; of near ones, by one place.
func TestWordSwapKeepsWords(t *testing.T) {
	words := strings.Fields("a b c d e f g h")
	for key := range rng.Key(100) {
		far, near := strings.Fields(WordSwap{Rate: 0.25}.Apply("a b c d e f g h", key)), strings.Fields(WordSwap{Near: true}.Apply("a b c d e f g h", key))
		moved := 0
		for i, w := range near {
			if at := slices.Index(words, w); at != i {
				moved++
				if at-i != 1 && i-at != 1 {
					t.Fatalf("key %d: %v", key, near)
				}
			}
		}
		if moved != 2 {
			t.Fatalf("key %d: %d words moved in %v", key, moved, near)
		}
		if slices.Sort(far); !slices.Equal(far, words) {
			t.Fatalf("key %d: other words %v", key, far)
		}
	}
}

func TestTyposRate(t *testing.T) {
	changed, letters := 0, 0
	for key := range rng.Key(100) {
		s := strings.Repeat("x", 200)
		// Of one letter only those that are left out or doubled show, half of all.
		got := Typos{Rate: 0.2}.Apply(s, key)
		changed += 200 - strings.Count(got, "x")
		letters += 200
	}
	if mean := float64(changed) / float64(letters); math.Abs(mean) > 0.02 {
		t.Errorf("texts become shorter by %v, want as many letters doubled as left out", mean)
	}
	same := 0
	for key := range rng.Key(400) {
		if (Typos{Rate: 0.2}).Apply("abcdefgh", key) == "abcdefgh" {
			same++
		}
	}
	// Each of 8 letters stays with 0.8, or is replaced by itself or swapped with nothing: a little more than 0.8⁸ = 0.168.
	if share := float64(same) / 400; share < 0.12 || share > 0.27 {
		t.Errorf("%v of the texts are as they were", share)
	}
	if got := (Typos{Rate: 1}).Apply("a b\tc", 5); strings.Count(got, " ") != 1 || strings.Count(got, "\t") != 1 {
		t.Errorf("%q lost its blanks", got)
	}
}
