package token

import (
	"bytes"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/dlclark/regexp2/v2"
)

// A match is a range of a text that a pattern matches, or that lies between two such.
type match struct {
	start, end int
	hit        bool
}

// A pattern finds its matches in a text, and appends them and what lies between.
type pattern interface {
	find(to []match, s []byte) ([]match, error)
}

// gaps appends the match from start to end, after what lies before it.
func gaps(to []match, done *int, start, end int) []match {
	if start > *done {
		to = append(to, match{*done, start, false})
	}
	*done = end
	return append(to, match{start, end, true})
}

// rest appends what lies behind the last match.
func rest(to []match, done, end int) []match {
	if done < end {
		to = append(to, match{done, end, false})
	}
	return to
}

// literal is a text that matches itself.
type literal string

func (l literal) find(to []match, s []byte) ([]match, error) {
	done := 0
	for l != "" {
		i := index(s[done:], string(l))
		if i < 0 {
			break
		}
		to = gaps(to, &done, done+i, done+i+len(l))
	}
	return rest(to, done, len(s)), nil
}

func index(s []byte, word string) int { return bytes.Index(s, []byte(word)) }

// a rune function matches each letter that it says yes to.
type runes func(rune) bool

func (f runes) find(to []match, s []byte) ([]match, error) {
	done := 0
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRune(s[i:])
		if f(r) {
			to = gaps(to, &done, i, i+n)
		}
		i += n
	}
	return rest(to, done, len(s)), nil
}

func (f scanner) find(to []match, s []byte) ([]match, error) {
	c := loadClasses()
	for i := 0; i < len(s); {
		j := f(c, s, i)
		to = append(to, match{i, j, true})
		i = j
	}
	return to, nil
}

// expression is a regular expression that backtracks, with a limit on its time.
type expression struct{ *regexp2.Regexp }

// patience is how long one match of a regular expression from a file may take.
const patience = 2 * time.Second

// compile makes a pattern of a regular expression in the syntax of Oniguruma, as far as it is also that of regexp2. The ones that most
// published tokenizers use are scanned by hand.
func compile(source string) (pattern, error) {
	if f, ok := scanners[source]; ok {
		return f, nil
	}
	if f, ok := finders[source]; ok {
		return f, nil
	}
	if l := strings.TrimPrefix(source, `\`); l != "" && !strings.ContainsAny(l, `\.+*?()|[]{}^$`) && (l == source || !alphanumeric(l[0])) {
		return literal(l), nil
	}
	if len(source) > maxTokenLength {
		return nil, fmt.Errorf("a pattern of %d bytes", len(source))
	}
	re, err := regexp2.Compile(wideWords(source))
	if err != nil {
		return nil, fmt.Errorf("the pattern %q: %w", clip(source), err)
	}
	re.MatchTimeout = patience
	return expression{re}, nil
}

// wideWords writes \w as Oniguruma reads it: with all marks, and numbers that are letters.
func wideWords(source string) string {
	const word = `\p{L}\p{M}\p{Nd}\p{Nl}\p{Pc}\u24B6-\u24E9`
	var b strings.Builder
	inside := false
	for i := 0; i < len(source); i++ {
		switch c := source[i]; {
		case c == '\\' && i+1 < len(source):
			i++
			switch {
			case source[i] == 'w' && inside:
				b.WriteString(word)
			case source[i] == 'w':
				b.WriteString("[" + word + "]")
			case source[i] == 'W' && !inside:
				b.WriteString("[^" + word + "]")
			default:
				b.WriteString(source[i-1 : i+1])
			}
			continue
		case c == '[':
			inside = true
		case c == ']':
			inside = false
		}
		b.WriteByte(source[i])
	}
	return b.String()
}

func alphanumeric(b byte) bool {
	return b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z'
}

func (e expression) find(to []match, s []byte) ([]match, error) {
	done := 0
	m, err := e.FindStringMatch(string(s))
	for ; m != nil && err == nil; m, err = e.FindNextMatch(m) {
		start, n := m.ByteRange()
		to = gaps(to, &done, start, start+n)
	}
	if err != nil {
		return to, fmt.Errorf("a split pattern: %w", err)
	}
	return rest(to, done, len(s)), nil
}
