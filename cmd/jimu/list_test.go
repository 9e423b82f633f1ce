package main

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// A text is cut off behind a word, and one without words, such as the classes of an exported graph, behind a letter.
func TestShort(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"as it is", "as it is"},
		{"a word or two more than fit", "a word or …"},
		{strings.Repeat("衣", 30), strings.Repeat("衣", 12) + " …"},
		{" " + strings.Repeat("x", 30), " " + strings.Repeat("x", 11) + " …"},
	} {
		if got := short(c.text, 12); got != c.want || !utf8.ValidString(got) {
			t.Errorf("%q is cut to %q, want %q", c.text, got, c.want)
		}
	}
}
