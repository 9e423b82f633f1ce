package metric

import (
	"strings"

	"github.com/jimu-ml/jimu/tensor"
)

// ROUGE is the overlap of summaries with references, from 0 to 1, the mean over the candidates: the numbers of Google's
// rouge_score.
//
//	"1", "2", …: of n-grams of so many words       P = matches / candidate's, R = matches / reference's
//	"L":    of the longest common subsequence of words, taking the text as one sentence
//	"Lsum": of the union of those of each sentence with all of the candidate's, sentences being lines
//	F1 = 2PR / (P + R)
//
// Words are what is left of letters a to z and digits, in lower case. Of several references that with the best F1 counts.
//
// Lin, ROUGE: A Package for Automatic Evaluation of Summaries, 2004.
type ROUGE struct {
	Of   string // "1", the default, "2" and so on to "9", "L" or "Lsum"
	Stem bool   // compare stems of words of four letters and more, by Porter's algorithm

	precision, recall, f mean
}

// Name returns "rouge1", "rougeL" and so on.
func (r *ROUGE) Name() string { return "rouge" + r.of() }

func (r *ROUGE) of() string {
	if r.Of == "" {
		return "1"
	}
	return r.Of
}

// AddText counts a candidate.
func (r *ROUGE) AddText(candidate string, references ...string) {
	needReferences("ROUGE", references)
	best := matches{f: -1}
	for _, ref := range references {
		if m := r.compare(candidate, ref); m.f > best.f {
			best = m
		}
	}
	r.precision.one(best.precision)
	r.recall.one(best.recall)
	r.f.one(best.f)
}

type matches struct{ precision, recall, f float64 }

// matched returns the shares of hits among the words or n-grams of both sides.
func matched(hits, candidate, reference int) (m matches) {
	m.precision, m.recall = float64(hits)/float64(max(candidate, 1)), float64(hits)/float64(max(reference, 1))
	m.f = share(2*m.precision*m.recall, m.precision+m.recall)
	return m
}

func (r *ROUGE) compare(candidate, reference string) matches {
	switch of := r.of(); {
	case of == "L":
		c, w := r.words(candidate), r.words(reference)
		return matched(len(common(w, c)), len(c), len(w))
	case of == "Lsum":
		return r.summary(r.sentences(candidate), r.sentences(reference))
	case len(of) == 1 && of[0] >= '1' && of[0] <= '9':
		n := int(of[0] - '0')
		c, w := ngrams(r.words(candidate), n), ngrams(r.words(reference), n)
		return matched(shared(c, w), many(c), many(w))
	default:
		panic(tensor.Errorf("ROUGE", "Of is %q; want 1 to 9, L or Lsum", of))
	}
}

func (r *ROUGE) sentences(s string) (all [][]string) {
	for line := range strings.SplitSeq(s, "\n") {
		if line != "" {
			all = append(all, r.words(line))
		}
	}
	return all
}

// summary compares by the union of the longest common subsequences; no word counts more often than both sides have it.
func (r *ROUGE) summary(candidate, reference [][]string) matches {
	left, right, n, m := map[string]int{}, map[string]int{}, 0, 0
	for _, s := range candidate {
		n += len(s)
		for _, w := range s {
			left[w]++
		}
	}
	for _, s := range reference {
		m += len(s)
		for _, w := range s {
			right[w]++
		}
	}
	hits := 0
	for _, s := range reference {
		in := make([]bool, len(s))
		for _, c := range candidate {
			for _, i := range common(s, c) {
				in[i] = true
			}
		}
		for i, w := range s {
			if in[i] && left[w] > 0 && right[w] > 0 {
				hits++
				left[w]--
				right[w]--
			}
		}
	}
	return matched(hits, n, m)
}

// common returns the places in a of a longest common subsequence of a and b, backwards. Of several it is that of rouge_score.
func common(a, b []string) (places []int) {
	w := len(b) + 1
	t := make([]int, (len(a)+1)*w)
	for i := range a {
		for j := range b {
			if a[i] == b[j] {
				t[(i+1)*w+j+1] = t[i*w+j] + 1
			} else {
				t[(i+1)*w+j+1] = max(t[i*w+j+1], t[(i+1)*w+j])
			}
		}
	}
	for i, j := len(a), len(b); i > 0 && j > 0; {
		switch {
		case a[i-1] == b[j-1]:
			i, j = i-1, j-1
			places = append(places, i)
		case t[i*w+j-1] > t[(i-1)*w+j]:
			j--
		default:
			i--
		}
	}
	return places
}

func notWord(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') }

func (r *ROUGE) words(s string) []string {
	all := strings.FieldsFunc(strings.ToLower(s), notWord)
	for i, w := range all {
		if r.Stem && len(w) > 3 {
			all[i] = stem(w)
		}
	}
	return all
}

// Value returns the mean F1.
func (r *ROUGE) Value() float64 { return r.f.Value() }

// Precision returns the mean precision.
func (r *ROUGE) Precision() float64 { return r.precision.Value() }

// Recall returns the mean recall.
func (r *ROUGE) Recall() float64 { return r.recall.Value() }

// Merge adds what another ROUGE has counted.
func (r *ROUGE) Merge(m TextMetric) {
	b := same[*ROUGE]("ROUGE.Merge", m)
	r.precision.merge(b.precision)
	r.recall.merge(b.recall)
	r.f.merge(b.f)
}

// Reset forgets what was added.
func (r *ROUGE) Reset() { r.precision, r.recall, r.f = mean{}, mean{}, mean{} }
