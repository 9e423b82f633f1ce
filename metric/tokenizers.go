package metric

import (
	"regexp"
	"strings"
)

// tokenizers put spaces between tokens, exactly as those of sacreBLEU that have the same names.
var tokenizers = map[string]func(string) string{
	"": tokenize13a, "13a": tokenize13a, "intl": tokenizeIntl, "zh": tokenizeZh, "char": tokenizeChar,
	"none": func(s string) string { return s },
}

// A spacing replaces what matches.
type spacing struct {
	re *regexp.Regexp
	by string
}

var western = []spacing{
	{regexp.MustCompile("([{-~\\[-` -&(-+:-@/])"), " $1 "},
	{regexp.MustCompile(`([^0-9])([.,])`), "$1 $2 "}, // a point that no digit precedes
	{regexp.MustCompile(`([.,])([^0-9])`), " $1 $2"},
	{regexp.MustCompile(`([0-9])(-)`), "$1 $2 "},
}

var international = []spacing{
	{regexp.MustCompile(`(\P{N})(\p{P})`), "$1 $2 "},
	{regexp.MustCompile(`(\p{P})(\P{N})`), " $1 $2"},
	{regexp.MustCompile(`(\p{S})`), " $1 "},
}

func spaced(s string, rules []spacing) string {
	for _, r := range rules {
		s = r.re.ReplaceAllString(s, r.by)
	}
	return s
}

// tokenize13a is that of mteval-v13a.pl, which the WMT uses.
func tokenize13a(s string) string {
	for _, r := range [][2]string{ // one after another: &amp;lt; becomes <
		{"<skipped>", ""}, {"-\n", ""}, {"\n", " "}, {"&quot;", `"`}, {"&amp;", "&"}, {"&lt;", "<"}, {"&gt;", ">"},
	} {
		s = strings.ReplaceAll(s, r[0], r[1])
	}
	return spaced(" "+s+" ", western)
}

// tokenizeIntl is that of mteval-v14.pl.
func tokenizeIntl(s string) string { return spaced(s, international) }

// tokenizeChar makes each character a token.
func tokenizeChar(s string) string {
	var b strings.Builder
	for _, r := range s {
		b.WriteRune(r)
		b.WriteByte(' ')
	}
	return b.String()
}

// chinese are the ranges of characters that stand alone. Those from 2001 and 2f81 are not Unicode's extensions, which sacreBLEU
// means, but what its comparison of strings makes of them: most punctuation and symbols among others.
var chinese = [][2]rune{
	{0x3400, 0x4db5},
	{0x4e00, 0x9fa5},
	{0x9fa6, 0x9fbb},
	{0xf900, 0xfa2d},
	{0xfa30, 0xfa6a},
	{0xfa70, 0xfad9},
	{0x2001, 0x2a6d},
	{0x2f81, 0x2fa1},
	{0xff00, 0xffef},
	{0x2e80, 0x2eff},
	{0x3000, 0x303f},
	{0x31c0, 0x31ef},
	{0x2f00, 0x2fdf},
	{0x2ff0, 0x2fff},
	{0x3100, 0x312f},
	{0x31a0, 0x31bf},
	{0xfe10, 0xfe1f},
	{0xfe30, 0xfe4f},
	{0x2600, 0x26ff},
	{0x2700, 0x27bf},
	{0x3200, 0x32ff},
	{0x3300, 0x33ff},
}

// tokenizeZh makes each Chinese character a token, and treats the rest as tokenize13a does.
func tokenizeZh(s string) string {
	var b strings.Builder
	for _, r := range strip(s) {
		alone := false
		for _, c := range chinese {
			alone = alone || r >= c[0] && r <= c[1]
		}
		if alone {
			b.WriteString(" " + string(r) + " ")
		} else {
			b.WriteRune(r)
		}
	}
	return spaced(b.String(), western)
}
