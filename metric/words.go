package metric

import (
	"strings"
	"unicode"

	"github.com/jimu-ml/jimu/tensor"
)

// isSpace reports what Python takes for white space, so that texts split as in the programs whose numbers are compared.
func isSpace(r rune) bool { return unicode.IsSpace(r) || r >= 0x1c && r <= 0x1f }

// words splits a text at white space.
func words(s string) []string { return strings.FieldsFunc(s, isSpace) }

// strip removes white space from both ends.
func strip(s string) string { return strings.TrimFunc(s, isSpace) }

// needReferences panics if there is nothing to compare with.
func needReferences(op string, references []string) {
	if len(references) == 0 {
		panic(tensor.Errorf(op, "a candidate without a reference"))
	}
}

// An ngram is so many words in a row, each followed by a separator that is in none of them.
type ngram = string

// ngrams counts the rows of n words.
func ngrams(words []string, n int) map[ngram]int {
	counts := map[ngram]int{}
	for i := range len(words) - n + 1 {
		counts[strings.Join(words[i:i+n], "\x00")]++
	}
	return counts
}

// shared returns how many n-grams two texts have in common, each as often as both have it.
func shared(a, b map[ngram]int) (n int) {
	for g, k := range a {
		n += min(k, b[g])
	}
	return n
}

// many returns how many n-grams there are in all.
func many(a map[ngram]int) (n int) {
	for _, k := range a {
		n += k
	}
	return n
}
