package recipe

import (
	"strings"
	"unicode"
)

// split returns the words of a text in lower case: runs of letters, runs of digits, all of which become 0, and single
// marks. Chinese characters stand alone, and what English joins by an apostrophe is parted as in the Penn treebank: do n't,
// it 's, we 'll.
func split(text string) []string {
	var words []string
	last := ' '
	for _, r := range strings.ToLower(text) {
		if r == '’' {
			r = '\''
		}
		kind := ' '
		switch {
		case unicode.Is(unicode.Han, r):
			kind = '字'
		case unicode.IsLetter(r) || unicode.IsMark(r) || r == '\'':
			kind = 'a'
		case unicode.IsDigit(r):
			kind, r = '0', '0' // that there is a number, and how long it is, matters more than which
		case unicode.IsPunct(r) || unicode.IsSymbol(r):
			kind = '.'
		}
		switch {
		case kind == ' ':
		case kind == last && (kind == 'a' || kind == '0'):
			words[len(words)-1] += string(r)
		default:
			words = append(words, string(r))
		}
		last = kind
	}
	parted := make([]string, 0, len(words))
	for _, w := range words {
		parted = append(parted, part(w)...)
	}
	return parted
}

// joined is what English joins to a word by an apostrophe.
var joined = []string{"n't", "'s", "'ll", "'re", "'ve", "'d", "'m"}

// part takes a word apart at its apostrophe, and quotation marks off it.
func part(w string) []string {
	if !strings.Contains(w, "'") {
		return []string{w}
	}
	end := ""
	for _, j := range joined {
		if before, ok := strings.CutSuffix(w, j); ok {
			w, end = before, j
			break
		}
	}
	var parts []string
	for _, p := range []string{strings.Trim(w, "'"), end} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	return parts
}
