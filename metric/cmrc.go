package metric

import (
	"strings"
	"unicode"
)

// CmrcExactMatch is how many answers equal one of theirs, in percent: the number of CMRC 2018's script.
//
// Answers are compared in lower case, without the signs that [CmrcF1] leaves out.
//
// Cui and others, A Span-Extraction Dataset for Chinese Machine Reading Comprehension, EMNLP 2019 (arXiv:1810.07366).
type CmrcExactMatch struct{ mean }

// Name returns "cmrc_exact_match".
func (c *CmrcExactMatch) Name() string { return "cmrc_exact_match" }

// AddText counts an answer.
func (c *CmrcExactMatch) AddText(candidate string, references ...string) {
	needReferences("CmrcExactMatch", references)
	a, v := bareAnswer(candidate), 0.
	for _, r := range references {
		if a == bareAnswer(r) {
			v = 100
		}
	}
	c.one(v)
}

// Merge adds what another CmrcExactMatch has counted.
func (c *CmrcExactMatch) Merge(m TextMetric) {
	c.merge(same[*CmrcExactMatch]("CmrcExactMatch.Merge", m).mean)
}

// CmrcF1 is the mean F1 of the longest piece that answers have in common with one of theirs, the best of them, in percent: the
// number of CMRC 2018's script. Pieces are counted in Chinese characters and, between them, in words.
//
// Marks of Chinese and -:_*^/\~`+= are left out. Words are split at white space, around the marks of ASCII that are left, but not
// inside numbers and words (3.5), and before what is contracted (do n't). The script has NLTK's tokenizer there, which knows some
// words besides (can not) and leaves dots at abbreviations.
type CmrcF1 struct{ mean }

// Name returns "cmrc_f1".
func (c *CmrcF1) Name() string { return "cmrc_f1" }

// AddText counts an answer.
func (c *CmrcF1) AddText(candidate string, references ...string) {
	needReferences("CmrcF1", references)
	a, best := answerPieces(candidate), 0.
	for _, r := range references {
		b := answerPieces(r)
		if n := longestRun(a, b); n > 0 {
			best = max(best, matched(n, len(a), len(b)).f)
		}
	}
	c.one(100 * best)
}

// Merge adds what another CmrcF1 has counted.
func (c *CmrcF1) Merge(m TextMetric) { c.merge(same[*CmrcF1]("CmrcF1.Merge", m).mean) }

// leftOut are the signs that the script removes; it also names ……, which no single character is.
const leftOut = "-:_*^/\\~`+=，。：？！“”；’《》·、「」（）－～『』"

// bareAnswer returns an answer without those signs.
func bareAnswer(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(leftOut, r) {
			return -1
		}
		return r
	}, strip(strings.ToLower(s)))
}

// answerPieces returns the characters and words of an answer.
func answerPieces(s string) (all []string) {
	var between strings.Builder
	end := func() {
		for _, w := range words(between.String()) {
			all = append(all, signsApart(w)...)
		}
		between.Reset()
	}
	for _, r := range bareAnswer(s) {
		if r < '\u4e00' || r > '\u9fa5' {
			between.WriteRune(r)
			continue
		}
		end()
		all = append(all, string(r))
	}
	end()
	return all
}

// contracted are the ends that are words of their own.
var contracted = []string{"n't", "'s", "'re", "'ve", "'ll", "'d", "'m"}

// signsApart splits the marks of ASCII from a word, those inside it left where they are.
func signsApart(w string) (all []string) {
	for _, end := range contracted {
		if start, ok := strings.CutSuffix(w, end); ok && start != "" {
			return append(signsApart(start), end)
		}
	}
	r := []rune(w)
	from := 0
	for i, c := range r {
		inside := i > 0 && i+1 < len(r) && wordRune(r[i-1]) && wordRune(r[i+1]) && strings.ContainsRune(".,'", c)
		if c >= 128 || wordRune(c) || inside {
			continue
		}
		if from < i {
			all = append(all, string(r[from:i]))
		}
		all, from = append(all, string(c)), i+1
	}
	if from < len(r) {
		all = append(all, string(r[from:]))
	}
	return all
}

func wordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// longestRun returns the length of the longest run that two lists have in common.
func longestRun(a, b []string) (longest int) {
	before, row := make([]int, len(b)+1), make([]int, len(b)+1)
	for _, x := range a {
		for j, y := range b {
			row[j+1] = 0
			if x == y {
				row[j+1] = before[j] + 1
				longest = max(longest, row[j+1])
			}
		}
		before, row = row, before
	}
	return longest
}
