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
	scripts  = regexp.MustCompile(`(?is)<script\b[^>]*>.*?</script\s*>|<style\b[^>]*>.*?</style\s*>|<!--.*?-->`)
	tags     = regexp.MustCompile(`(?s)</?[a-zA-Z][^<>]*>`)
	urls     = regexp.MustCompile(`(?i)\b(?:https?://|www\.)[^\s<>"]*[^\s<>".,;:!?)\]}']`)
	mails    = regexp.MustCompile(`\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b`)
	mentions = regexp.MustCompile(`(^|[^\w@])@\w+`)
	numbers  = regexp.MustCompile(`\p{Nd}+(?:[.,]\p{Nd}+)*`)
)

// Text returns the text cleaned.
func (c Clean) Text(s string) string {
	if c.HTML {
		s = html.UnescapeString(tags.ReplaceAllString(scripts.ReplaceAllString(s, " "), " "))
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
