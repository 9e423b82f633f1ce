// Package text makes numbers of texts: words and characters, vocabularies of them, batches of ids, windows for language models.
//
//	v := text.NewVocabulary(texts, text.Options{Size: 5000})
//	ids, mask := v.Batch(texts, 100) // [n 100], 0 where a text is shorter
//
// A [Vocabulary] knows words, an [Alphabet] characters. Everything is a function of the texts, and of keys where
// something is drawn: the same texts give the same ids on every machine.
package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Normalize returns s in lower case, with full-width letters, digits and signs (ＡＢＣ１２３！) as their narrow twins, each run of
// white space as one space, none at the ends, and each invalid byte as U+FFFD.
//
// It does not compose accents: e followed by a combining acute stays two code points, and differs from é.
func Normalize(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	space := false
	for _, r := range s {
		if unicode.IsSpace(r) {
			space = true
			continue
		}
		if space && b.Len() > 0 {
			b.WriteByte(' ')
		}
		space = false
		b.WriteRune(unicode.ToLower(narrow(r)))
	}
	return b.String()
}

// narrow returns the ASCII twin of a full-width form.
func narrow(r rune) rune {
	const first, last, ascii = '！', '～', '!'
	if r >= first && r <= last {
		return r - first + ascii
	}
	return r
}

// Words splits s: a run of letters, digits and the marks that belong to them is a word, with apostrophes between letters
// (don't); each Chinese character is a word; each other sign that is no space is one too.
//
// Scripts written without spaces other than Chinese are not split further.
func Words(s string) []string {
	var words []string
	start := -1 // of the word under way
	end := func(at int) {
		if start >= 0 {
			words = append(words, s[start:at])
		}
		start = -1
	}
	for i, r := range s {
		_, n := utf8.DecodeRuneInString(s[i:]) // an invalid byte is 1 long, though its rune is not
		switch {
		case unicode.Is(unicode.Han, r):
			end(i)
			words = append(words, s[i:i+n])
		case inWord(r) || isApostrophe(r) && start >= 0 && letterFollows(s[i+n:]):
			if start < 0 {
				start = i
			}
		default:
			end(i)
			if !unicode.IsSpace(r) {
				words = append(words, s[i:i+n])
			}
		}
	}
	end(len(s))
	return words
}

func inWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) }

func isApostrophe(r rune) bool { return r == '\'' || r == '’' }

func letterFollows(s string) bool {
	for _, r := range s {
		return unicode.IsLetter(r) && !unicode.Is(unicode.Han, r)
	}
	return false
}
