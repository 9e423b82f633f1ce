package questions

import (
	"cmp"
	"slices"
	"strings"

	"github.com/jimu-ml/jimu/data/text"
)

// compare says of each token of a text how many tokens in a row, with it among them, stand in another text too: 0 if it does not,
// −1 if only a word with the same stem does.
func compare(all, other []token) []int {
	at := map[string][]int{}
	for j, t := range other {
		at[t.word] = append(at[t.word], j)
	}
	runs := make([]int, len(all))
	for i := range all {
		if !said(all[i].word) {
			continue
		}
		for _, j := range at[all[i].word] {
			n := 1
			for i+n < len(all) && j+n < len(other) && all[i+n].word == other[j+n].word {
				n++
			}
			for k := i; k < i+n; k++ {
				runs[k] = max(runs[k], n)
			}
		}
	}
	for i := range all {
		if runs[i] == 0 && slices.ContainsFunc(other, func(t token) bool { return related(t.word, all[i].word) }) {
			runs[i] = -1
		}
	}
	return runs
}

// related reports whether two words begin alike: with four bytes, and with all but three of each.
func related(a, b string) bool {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n >= 4 && n >= max(len(a), len(b))-3
}

const sentenceEnds = ".!?。！？；;"

// A sentence is tokens of a passage, and how much of the question it has.
type sentence struct {
	from, to int
	score    float64
}

// An overlap is what the sentences of a passage have of a question.
type overlap struct {
	sentences []sentence
	whole     float64 // the score of a sentence that has all of it
	matched   []float64
}

// overlap compares the sentences of a passage with a question: the sum of the weights of the words that they share, and of half
// those of the pairs of words.
func (r *reader) overlap(passage, q []token) *overlap {
	o := &overlap{matched: make([]float64, len(passage))}
	weights := map[string]float64{}
	for i, t := range q {
		weights[t.word] = r.weight(t)
		if i > 0 {
			weights[q[i-1].word+" "+t.word] = (r.weight(q[i-1]) + r.weight(t)) / 4
		}
	}
	for _, key := range slices.Sorted(keysOf(weights)) {
		o.whole += weights[key]
	}
	from := 0
	for i, t := range passage {
		o.matched[i] = weights[t.word]
		if ends(passage, i) || i == len(passage)-1 {
			o.sentences = append(o.sentences, sentence{from, i + 1, score(passage[from:i+1], weights)})
			from = i + 1
		}
	}
	return o
}

func keysOf(m map[string]float64) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// ends reports whether a sentence ends with a token: with a mark, behind which something else than a digit or a letter stands.
func ends(all []token, i int) bool {
	if !strings.Contains(sentenceEnds, all[i].word) {
		return false
	}
	return all[i].word != "." || i+1 == len(all) || all[i+1].Start > all[i].End
}

// score sums the weights of the words and pairs that a sentence shares, each once.
func score(tokens []token, weights map[string]float64) float64 {
	sum, seen := 0.0, map[string]bool{}
	add := func(key string) {
		if w := weights[key]; w > 0 && !seen[key] {
			seen[key] = true
			sum += w
		}
	}
	for i, t := range tokens {
		add(t.word)
		if i > 0 {
			add(tokens[i-1].word + " " + t.word)
		}
	}
	return sum
}

// order returns the numbers of the sentences, those that share most first.
func (o *overlap) order() []int {
	order := make([]int, len(o.sentences))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(o.sentences[j].score, o.sentences[i].score) })
	return order
}

// best returns the sentence that shares most with the question.
func (o *overlap) best() sentence { return o.sentences[o.order()[0]] }

// clause returns the piece of that sentence between two commas whose words weigh most.
func (o *overlap) clause(passage []token) (from, to int) {
	s := o.best()
	most := -1.0
	for i := s.from; i < s.to; {
		j, sum := i, 0.0
		for ; j < s.to && !strings.Contains(commas, passage[j].word); j++ {
			sum += o.matched[j]
		}
		if j > i && sum > most {
			most, from, to = sum, i, j
		}
		i = j + 1
	}
	if to == 0 {
		return s.from, s.to
	}
	return from, to
}

const commas = ",，:：、"

// rest returns what stands in that sentence behind the last word of the question that says something.
func (o *overlap) rest(passage []token) (from, to int) {
	s := o.best()
	from, to = s.from, s.to
	for to > from+1 && !said(passage[to-1].word) {
		to--
	}
	for i := s.to - 1; i >= s.from; i-- {
		if o.matched[i] >= near {
			if i+1 < to {
				return i + 1, to
			}
			break
		}
	}
	return from, to
}

// cut returns the piece of a passage that some tokens are.
func cut(s string, all []token, from, to int) string { return s[all[from].Start:all[to-1].End] }

// within returns the tokens that a span covers, from ≤ i < to; false if there are none.
func within(all []token, s text.Span) (from, to int, ok bool) {
	from = slices.IndexFunc(all, func(t token) bool { return t.End > s.Start })
	if from < 0 {
		return 0, 0, false
	}
	to = from
	for to < len(all) && all[to].Start < s.End {
		to++
	}
	return from, to, to > from
}
