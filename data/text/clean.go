package text

import (
	"html"
	"regexp"
	"strings"
	"unicode"
)

// Clean takes out of texts from the web what tells nothing about what they say. The zero value leaves everything as it is but
// white space, which becomes single blanks.
type Clean struct {
	HTML     bool   // tags become blanks, and entities such as &amp; what they stand for
	URLs     string // addresses of pages become this word; "" leaves them
	Mails    string // addresses of people become this word; "" leaves them
	Mentions string // @names become this word; "" leaves them
	Numbers  string // runs of digits, with points and commas between, become this word; "" leaves them
	Repeats  int    // a letter or mark more often than so in a row stands that often; 0 leaves them
	Controls bool   // control characters, and marks of direction and width, are taken out
}

var (
	tags     = regexp.MustCompile(`(?s)</?[a-zA-Z][^<>]*>`)
	urls     = regexp.MustCompile(`(?i)\b(?:https?://|www\.)[^\s<>"]*[^\s<>".,;:!?)\]}']`)
	mails    = regexp.MustCompile(`\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b`)
	mentions = regexp.MustCompile(`(^|[^\w@])@\w+`)
	numbers  = regexp.MustCompile(`\p{Nd}+(?:[.,]\p{Nd}+)*`)
)

// Text returns the text cleaned.
func (c Clean) Text(s string) string {
	if c.HTML {
		s = html.UnescapeString(tags.ReplaceAllString(unscript(s), " "))
	}
	for _, r := range []struct {
		what *regexp.Regexp
		word string
		keep string
	}{{urls, c.URLs, ""}, {mails, c.Mails, ""}, {mentions, c.Mentions, "${1}"}, {numbers, c.Numbers, ""}} {
		if r.word != "" {
			s = r.what.ReplaceAllString(s, r.keep+strings.ReplaceAll(r.word, "$", "$$"))
		}
	}
	if c.Controls {
		s = strings.Map(func(r rune) rune {
			if unicode.Is(unicode.Cf, r) || unicode.IsControl(r) && !unicode.IsSpace(r) {
				return -1
			}
			return r
		}, s)
	}
	if c.Repeats > 0 {
		s = shorten(s, c.Repeats)
	}
	return strings.Join(strings.Fields(s), " ")
}

var (
	hidden      = regexp.MustCompile(`(?i)<(?:script\b|style\b|!--)`)
	endOfScript = regexp.MustCompile(`(?i)</script\s*>`)
	endOfStyle  = regexp.MustCompile(`(?i)</style\s*>`)
)

// unscript makes blanks of scripts, styles and comments that have an end. One expression for all of it would look for the end of
// each that has none up to the end of the text, again and again.
func unscript(s string) string {
	var b strings.Builder
	done := 0 // what is before it is written or left out
	endless := map[byte]bool{}
	for at := 0; ; {
		open := hidden.FindStringIndex(s[at:])
		if open == nil {
			return b.String() + s[done:]
		}
		from := at + open[0]
		at += open[1]
		kind := s[at-1] | 0x20 // t of script, e of style, - of a comment
		if endless[kind] {
			continue
		}
		n := hiddenLen(s[at:], kind)
		if n < 0 {
			endless[kind] = true
			continue
		}
		b.WriteString(s[done:from])
		b.WriteByte(' ')
		at += n
		done = at
	}
}

// hiddenLen returns how far the end of a script, style or comment is from where it opens, −1 if there is none.
func hiddenLen(s string, kind byte) int {
	if kind == '-' {
		if i := strings.Index(s, "-->"); i >= 0 {
			return i + len("-->")
		}
		return -1
	}
	end := endOfScript
	if kind == 'e' {
		end = endOfStyle
	}
	tag := strings.IndexByte(s, '>') + 1
	if tag == 0 {
		return -1
	}
	if i := end.FindStringIndex(s[tag:]); i != nil {
		return tag + i[1]
	}
	return -1
}

// shorten lets a letter or mark stand at most so often in a row; digits stay.
func shorten(s string, most int) string {
	var b strings.Builder
	last, run := rune(-1), 0
	for _, r := range s {
		if run++; r != last {
			last, run = r, 1
		}
		if run <= most || unicode.IsDigit(r) {
			b.WriteRune(r)
		}
	}
	return b.String()
}
