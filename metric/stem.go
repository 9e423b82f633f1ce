package metric

import "strings"

// stem returns the stem of an English word in lower case by Porter's algorithm with the changes of NLTK, which rouge_score
// uses.
//
// Porter, An algorithm for suffix stripping, 1980.
func stem(w string) string {
	if s := irregular[w]; s != "" {
		return s
	}
	if len(w) <= 2 {
		return w
	}
	w = stemParticiple(stemPlural(w))
	if n := len(w); n > 2 && w[n-1] == 'y' && isConsonant(w, n-2) {
		w = w[:n-1] + "i"
	}
	w = stemSecond(w)
	w = replaced(w, third, func(s string) bool { return measure(s) > 0 })
	w = stemFourth(w)
	if s, ok := strings.CutSuffix(w, "e"); ok && (measure(s) > 1 || measure(s) == 1 && !endsCVC(s)) {
		w = s
	}
	if strings.HasSuffix(w, "ll") && measure(w[:len(w)-1]) > 1 {
		w = w[:len(w)-1]
	}
	return w
}

var irregular = map[string]string{
	"sky": "sky", "skies": "sky", "dying": "die", "lying": "lie", "tying": "tie", "news": "news",
	"innings": "inning", "inning": "inning", "outings": "outing", "outing": "outing", "cannings": "canning", "canning": "canning",
	"howe": "howe", "proceed": "proceed", "exceed": "exceed", "succeed": "succeed",
}

// isConsonant reports whether the letter at i is no vowel; y is one after a consonant.
func isConsonant(w string, i int) bool {
	switch w[i] {
	case 'a', 'e', 'i', 'o', 'u':
		return false
	case 'y':
		return i == 0 || !isConsonant(w, i-1)
	}
	return true
}

// measure returns how often a vowel is followed by a consonant.
func measure(w string) (m int) {
	vowel := false
	for i := range len(w) {
		c := isConsonant(w, i)
		if c && vowel {
			m++
		}
		vowel = !c
	}
	return m
}

func hasVowel(w string) bool {
	for i := range len(w) {
		if !isConsonant(w, i) {
			return true
		}
	}
	return false
}

// endsCVC reports whether a word ends in consonant, vowel and consonant other than w, x and y, or is a vowel and a consonant.
func endsCVC(w string) bool {
	n := len(w)
	if n == 2 {
		return !isConsonant(w, 0) && isConsonant(w, 1)
	}
	return n > 2 && isConsonant(w, n-3) && !isConsonant(w, n-2) && isConsonant(w, n-1) && !strings.ContainsRune("wxy", rune(w[n-1]))
}

// A suffix is replaced.
type suffix struct{ from, to string }

// replaced replaces the first suffix that a word has, if its stem is good.
func replaced(w string, rules []suffix, good func(stem string) bool) string {
	for _, r := range rules {
		if s, ok := strings.CutSuffix(w, r.from); ok {
			if good(s) {
				return s + r.to
			}
			return w
		}
	}
	return w
}

func stemPlural(w string) string {
	if len(w) == 4 && strings.HasSuffix(w, "ies") {
		return w[:3]
	}
	return replaced(w, []suffix{{"sses", "ss"}, {"ies", "i"}, {"ss", "ss"}, {"s", ""}}, func(string) bool { return true })
}

func stemParticiple(w string) string {
	if strings.HasSuffix(w, "ied") {
		if len(w) == 4 {
			return w[:3]
		}
		return w[:len(w)-2]
	}
	if s, ok := strings.CutSuffix(w, "eed"); ok {
		if measure(s) > 0 {
			return s + "ee"
		}
		return w
	}
	s, ok := strings.CutSuffix(w, "ed")
	if !ok || !hasVowel(s) {
		if s, ok = strings.CutSuffix(w, "ing"); !ok || !hasVowel(s) {
			return w
		}
	}
	n := len(s)
	switch {
	case strings.HasSuffix(s, "at"), strings.HasSuffix(s, "bl"), strings.HasSuffix(s, "iz"):
		return s + "e"
	case n > 1 && s[n-1] == s[n-2] && isConsonant(s, n-1):
		if strings.ContainsRune("lsz", rune(s[n-1])) {
			return s
		}
		return s[:n-1]
	case measure(s) == 1 && endsCVC(s):
		return s + "e"
	}
	return s
}

var second = []suffix{
	{"ational", "ate"},
	{"tional", "tion"},
	{"enci", "ence"},
	{"anci", "ance"},
	{"izer", "ize"},
	{"bli", "ble"},
	{"alli", "al"},
	{"entli", "ent"},
	{"eli", "e"},
	{"ousli", "ous"},
	{"ization", "ize"},
	{"ation", "ate"},
	{"ator", "ate"},
	{"alism", "al"},
	{"iveness", "ive"},
	{"fulness", "ful"},
	{"ousness", "ous"},
	{"aliti", "al"},
	{"iviti", "ive"},
	{"biliti", "ble"},
	{"fulli", "ful"},
}

func stemSecond(w string) string {
	if s, ok := strings.CutSuffix(w, "alli"); ok && measure(s) > 0 {
		return stemSecond(s + "al")
	}
	for _, r := range second {
		if strings.HasSuffix(w, r.from) {
			return replaced(w, second, func(s string) bool { return measure(s) > 0 })
		}
	}
	if s, ok := strings.CutSuffix(w, "logi"); ok && measure(s+"l") > 0 {
		return s + "log"
	}
	return w
}

var third = []suffix{{"icate", "ic"}, {"ative", ""}, {"alize", "al"}, {"iciti", "ic"}, {"ical", "ic"}, {"ful", ""}, {"ness", ""}}

var fourth = strings.Fields("al ance ence er ic able ible ant ement ment ent ion ou ism ate iti ous ive ize")

func stemFourth(w string) string {
	for _, f := range fourth {
		if s, ok := strings.CutSuffix(w, f); ok {
			if measure(s) > 1 && (f != "ion" || strings.HasSuffix(s, "s") || strings.HasSuffix(s, "t")) {
				return s
			}
			return w
		}
	}
	return w
}
