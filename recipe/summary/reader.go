package summary

import (
	"math"
	"slices"
	"strings"

	"github.com/jimu-ml/jimu/data/sample"
	"github.com/jimu-ml/jimu/data/text"
)

// A reader makes tokens of the sentences of a text: those of their words, and before them five that say where a sentence stands
// and how it is.
type reader struct {
	words *text.Vocabulary
	width int // tokens of a sentence
}

// The tokens of places and properties are numbered behind the words, in groups.
const (
	places  = 16 // the first sentence, the second, …; the last, the one before, …; how many there are
	lengths = 12 // by five words
	shares  = 10 // of what a sentence says, weighed by rareness, that other sentences say too
	marks   = 3*places + lengths + shares
	marked  = 5 // tokens of a sentence that are no words
)

// newReader returns a reader that knows the commonest words of abstracts.
func newReader(all []sample.Abstract, words, length int) *reader {
	var sentences []string
	for _, a := range all {
		sentences = append(sentences, a.Source...)
	}
	return &reader{words: text.NewVocabulary(sentences, text.Options{Size: words}), width: length + marked}
}

// written returns the words, one a line.
func (r *reader) written() string {
	var b strings.Builder
	if err := r.words.Write(&b); err != nil {
		return "" // a builder takes everything
	}
	return b.String()
}

// tokens returns how many different ones there are.
func (r *reader) tokens() int { return r.words.Len() + marks }

// read returns the tokens of the sentences of a text, r.width each, filled up with padding.
func (r *reader) read(sentences []string) []int64 {
	words, marks := r.look(sentences, r.words.Len())
	ids := make([]int64, len(sentences)*r.width)
	for i := range sentences {
		row := ids[i*r.width : (i+1)*r.width]
		copy(row, marks[i][:])
		for k, w := range words[i][:min(len(words[i]), r.width-marked)] {
			row[marked+k] = r.words.ID(w)
		}
	}
	return ids
}

// look returns the words of each sentence of a text, and the tokens that say how it is, numbered from first.
func (r *reader) look(sentences []string, first int) (words [][]string, marks [][marked]int64) {
	words, marks = make([][]string, len(sentences)), make([][marked]int64, len(sentences))
	in := map[string]int{} // sentences that have a word
	for i, s := range sentences {
		words[i] = text.Words(text.Normalize(s))
		for _, w := range different(words[i]) {
			in[w]++
		}
	}
	for i, w := range words {
		marks[i] = mark(first, i, len(words), len(w), r.share(w, in))
	}
	return words, marks
}

// mark returns the tokens that say where a sentence stands, how long it is and what share of it others say too.
func mark(first, at, of, words int, share float64) (row [marked]int64) {
	for k, m := range []struct{ value, size int }{
		{at, places}, {of - 1 - at, places}, {of, places}, {words / 5, lengths}, {int(share * shares), shares},
	} {
		row[k] = int64(first + min(m.value, m.size-1))
		first += m.size
	}
	return row
}

// share returns how much of what a sentence says other sentences say too. A word weighs by its rank among the commonest, as by
// Zipf's law its rareness does; unknown words weigh most.
func (r *reader) share(words []string, in map[string]int) float64 {
	shared, all := 0.0, 0.0
	for _, w := range different(words) {
		weight := math.Log(float64(r.words.Len()))
		if id := r.words.ID(w); id != text.Unknown {
			weight = math.Log(float64(id))
		}
		all += weight
		if in[w] > 1 {
			shared += weight
		}
	}
	return shared / math.Max(all, 1)
}

// different returns the words that are there, each once, in order: sums over them are then the same every time.
func different(words []string) []string {
	all := slices.Clone(words)
	slices.Sort(all)
	return slices.Compact(all)
}
