package metric

import (
	"slices"
	"strings"
	"unicode"
)

// SquadExactMatch is how many answers equal one of theirs, in percent: the number of SQuAD's script.
//
// Answers are compared in lower case, without ASCII punctuation, the words a, an and the, and superfluous spaces.
//
// Rajpurkar, Zhang, Lopyrev and Liang, SQuAD: 100,000+ Questions for Machine Comprehension of Text, 2016 (arXiv:1606.05250).
type SquadExactMatch struct{ mean }

// Name returns "squad_exact_match".
func (s *SquadExactMatch) Name() string { return "squad_exact_match" }

// AddText counts an answer.
func (s *SquadExactMatch) AddText(candidate string, references ...string) {
	needReferences("SquadExactMatch", references)
	a, v := answerWords(candidate), 0.
	for _, r := range references {
		if slices.Equal(a, answerWords(r)) {
			v = 100
		}
	}
	s.one(v)
}

// Merge adds what another SquadExactMatch has counted.
func (s *SquadExactMatch) Merge(m TextMetric) {
	s.merge(same[*SquadExactMatch]("SquadExactMatch.Merge", m).mean)
}

// SquadF1 is the mean F1 of the words of answers against the best of theirs, in percent: the number of SQuAD's script. Words
// are those that [SquadExactMatch] compares. Where either has none, it is 100 if both do, else 0.
type SquadF1 struct{ mean }

// Name returns "squad_f1".
func (s *SquadF1) Name() string { return "squad_f1" }

// AddText counts an answer.
func (s *SquadF1) AddText(candidate string, references ...string) {
	needReferences("SquadF1", references)
	a, best := answerWords(candidate), 0.
	for _, r := range references {
		b := answerWords(r)
		v := 0.
		if len(a) == 0 || len(b) == 0 {
			if len(a) == len(b) {
				v = 1
			}
		} else {
			v = matched(shared(ngrams(a, 1), ngrams(b, 1)), len(a), len(b)).f
		}
		best = max(best, v)
	}
	s.one(100 * best)
}

// Merge adds what another SquadF1 has counted.
func (s *SquadF1) Merge(m TextMetric) { s.merge(same[*SquadF1]("SquadF1.Merge", m).mean) }

// answerWords returns the words of an answer, as SQuAD's script normalizes it.
func answerWords(s string) []string {
	s = strings.Map(func(r rune) rune {
		if r < 128 && strings.ContainsRune(punctuation, r) {
			return -1
		}
		return r
	}, strings.ToLower(s))
	var b, run strings.Builder // an article may stand between marks that are not ASCII, such as other quotes
	end := func() {
		switch w := run.String(); w {
		case "a", "an", "the":
			b.WriteByte(' ')
		default:
			b.WriteString(w)
		}
		run.Reset()
	}
	for _, r := range s {
		if unicode.IsLetter(r) || unicode.IsNumber(r) || r == '_' {
			run.WriteRune(r)
			continue
		}
		end()
		b.WriteRune(r)
	}
	end()
	return words(b.String())
}
