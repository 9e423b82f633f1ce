package summary

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// ends are the signs behind which a sentence may end, closing are those that may stand between.
const (
	ends    = ".!?。！？…"
	closing = `"')]}’”»）」`
)

// split returns the sentences of a text: it cuts where a sign that ends one is followed by white space and then something that is
// no small letter, or where Chinese ends one, but not behind abbreviations of one letter or those that are common.
func split(text string) (sentences []string) {
	from := 0
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		i += n
		if !strings.ContainsRune(ends, r) {
			continue
		}
		end := i + len(text[i:]) - len(strings.TrimLeft(text[i:], ends+closing))
		rest := strings.TrimLeftFunc(text[end:], unicode.IsSpace)
		next, _ := utf8.DecodeRuneInString(rest)
		spaced := len(rest) < len(text[end:]) || rest == ""
		if r < utf8.RuneSelf && (!spaced || unicode.IsLower(next) || r == '.' && abbreviated(text[from:i-1])) {
			continue
		}
		sentences = add(sentences, text[from:end])
		from, i = end, end
	}
	return add(sentences, text[from:])
}

// add appends a sentence, with one space between its words, if there is something in it.
func add(sentences []string, s string) []string {
	if s = strings.Join(strings.Fields(s), " "); s != "" {
		sentences = append(sentences, s)
	}
	return sentences
}

// abbreviated reports whether a text ends with a word behind which a point ends no sentence.
func abbreviated(text string) bool {
	word := text[strings.LastIndexFunc(text, func(r rune) bool { return unicode.IsSpace(r) || r == '(' })+1:]
	if utf8.RuneCountInString(word) == 1 && unicode.IsLetter([]rune(word)[0]) {
		return true
	}
	switch strings.ToLower(word) {
	case "e.g", "i.e", "cf", "vs", "fig", "figs", "eq", "eqs", "sec", "no", "dr", "mr", "mrs", "prof", "st", "al", "etc":
		return true
	}
	return false
}
