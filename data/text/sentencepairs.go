package text

import (
	"slices"

	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// SentencePairs makes pairs of sentences of which half are neighbours, for the objective of the next sentence.
//
// A pair is a function of the key and its number. The second sentence of a pair that does not follow comes from another
// document, as in BERT; with Swap it is the neighbour in the wrong order, as in ALBERT.
//
// Devlin, Chang, Lee and Toutanova, BERT, 2018 (arXiv:1810.04805), section 3.1; Lan and others, ALBERT, 2019
// (arXiv:1909.11942), section 3.1.
type SentencePairs struct {
	Documents [][][]int64 // sentences as tokens; documents of fewer than two sentences begin no pair
	Swap      bool
}

// Len returns the number of pairs: one for each sentence that has a next one.
func (s SentencePairs) Len() int {
	n := 0
	for _, d := range s.Documents {
		n += max(len(d)-1, 0)
	}
	return n
}

// Pair returns pair i, and what an objective takes for its class: 0 if the second sentence follows the first, 1 if not. Half of
// the pairs follow, by chance; all do if there is no other document to take a sentence from. It panics with a [tensor.Error] if
// there is no pair i.
func (s SentencePairs) Pair(i int, key rng.Key) (first, second []int64, class int64) {
	if i < 0 || i >= s.Len() {
		panic(tensor.Errorf("SentencePairs", "pair %d of %d", i, s.Len()))
	}
	own := 0
	for i >= max(len(s.Documents[own])-1, 0) {
		i -= max(len(s.Documents[own])-1, 0)
		own++
	}
	first, second = s.Documents[own][i], s.Documents[own][i+1]
	if key.Float64At(0) < 0.5 {
		return first, second, 0
	}
	if s.Swap {
		return second, first, 1
	}
	others := 0
	for d, sentences := range s.Documents {
		if d != own {
			others += len(sentences)
		}
	}
	if others == 0 {
		return first, second, 0
	}
	k := key.IntnAt(1, others)
	for d, sentences := range s.Documents {
		switch {
		case d == own:
		case k < len(sentences):
			return first, sentences[k], 1
		default:
			k -= len(sentences)
		}
	}
	return first, second, 0
}

// Joined returns a pair as one text: the opening, the first sentence, the separator, the second and the separator, with the
// segment of each token, 0 or 1. Both sentences are cut at their ends, the longer first, until all fits in length tokens; a
// length of 0 cuts nothing.
func Joined(first, second []int64, open, separator int64, length int) (tokens, segments []int64) {
	for length > 0 && len(first)+len(second)+3 > length && len(first)+len(second) > 0 {
		if len(first) > len(second) {
			first = first[:len(first)-1]
		} else {
			second = second[:len(second)-1]
		}
	}
	tokens = slices.Concat([]int64{open}, first, []int64{separator}, second, []int64{separator})
	segments = make([]int64, len(tokens))
	for i := len(first) + 2; i < len(tokens); i++ {
		segments[i] = 1
	}
	return tokens, segments
}
