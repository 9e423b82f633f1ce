package text

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestNormalize(t *testing.T) {
	for s, want := range map[string]string{
		"  Hello,\tWorld \n":   "hello, world",
		"ＡＢＣ１２３！　你好":           "abc123! 你好",
		"ÉCOLE Straße ΣΊΣΥΦΟΣ": "école straße σίσυφοσ",
		"a\xffb":               "a\ufffdb",
		"e\u0301":              "e\u0301",
		" \n":                  "",
		"":                     "",
	} {
		if got := Normalize(s); got != want {
			t.Errorf("%q becomes %q, want %q", s, got, want)
		}
	}
}

func TestWords(t *testing.T) {
	for s, want := range map[string]string{
		"hello, world":        "hello|,|world",
		"don't 'quote' it's’": "don't|'|quote|'|it's|’",
		"rock’n’roll":         "rock’n’roll",
		"call 08452810075!!":  "call|08452810075|!|!",
		"£1000 u2":            "£|1000|u2",
		"我爱Go语言。":             "我|爱|Go|语|言|。",
		"人's":                 "人|'|s",
		"go'人":                "go|'|人",
		"e\u0301cole":         "e\u0301cole",
		"한국어 текст":           "한국어|текст",
		"😀😀":                  "😀|😀",
		"𠮷野家":                 "𠮷|野|家",
		"a\xffb":              "a|\xff|b",
		" ":                   "",
	} {
		if got := strings.Join(Words(s), "|"); got != want {
			t.Errorf("%q is split into %s, want %s", s, got, want)
		}
	}
}

func FuzzWords(f *testing.F) {
	for _, s := range []string{"Hello, World's", "我爱Ｇｏ ", "a\xff'b", "İ", "\u2028x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n := Normalize(s)
		if !utf8.ValidString(n) || Normalize(n) != n {
			t.Errorf("%q becomes %q, then %q", s, n, Normalize(n))
		}
		for _, s := range []string{s, n} {
			words := Words(s)
			if slices.Contains(words, "") {
				t.Errorf("an empty word in %q", words)
			}
			if strings.Join(words, "") != strings.Join(strings.Fields(s), "") {
				t.Errorf("%q is split into %q", s, words)
			}
		}
	})
}
