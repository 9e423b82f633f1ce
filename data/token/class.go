package token

import (
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// What split patterns and normalizers ask about a letter.
const (
	letter   uint16 = 1 << iota // \p{L}
	number                      // \p{N}
	space                       // \s: the property White_Space
	mark                        // \p{M}
	upper                       // \p{Lu} and \p{Lt}
	lower                       // \p{Ll}
	punct                       // \p{P}
	symbol                      // \p{S}
	wordy                       // \w
	accent                      // a mark to StripAccents
	nonspace                    // a nonspacing mark to BERT
	control                     // a control sign to BERT
	sign                        // punctuation to BERT
	formed                      // is taken apart by Unicode, and not by the reference
	classed                     // has a combining class in Unicode, and not in the reference
)

// classes holds the classes of all letters: a page for each 256 of them, and equal pages once.
type classes struct {
	ascii [utf8.RuneSelf]uint16
	page  [unicode.MaxRune>>8 + 1]uint16
	pages [][256]uint16
}

var loadClasses = sync.OnceValue(func() *classes {
	flat := make([]uint16, unicode.MaxRune+1)
	set := func(bits uint16, tables ...*unicode.RangeTable) {
		for _, t := range tables {
			each(t, func(r rune) { flat[r] |= bits })
		}
	}
	set(letter, unicode.L)
	set(number, unicode.N)
	set(space, unicode.White_Space)
	set(mark, unicode.M)
	set(upper, unicode.Lu, unicode.Lt)
	set(lower, unicode.Ll)
	set(punct, unicode.P)
	set(symbol, unicode.S)
	set(wordy, unicode.L, unicode.Nl, unicode.Other_Alphabetic, unicode.M, unicode.Nd, unicode.Pc, unicode.Join_Control)
	set(accent, unicode.M)
	set(nonspace, unicode.Mn)
	set(control, unicode.Cc, unicode.Cf, unicode.Co)
	set(sign, unicode.P)
	for r := rune('!'); r <= '~'; r++ {
		if flat[r]&(letter|number) == 0 {
			flat[r] |= sign
		}
	}
	for _, r := range "\t\n\r" {
		flat[r] &^= control
	}
	for bits, list := range map[uint16]string{
		accent: otherMarks, nonspace: otherNonspacing, control: otherControls, sign: otherSigns, formed: newForms, classed: newClasses,
	} {
		flip(flat, bits, list)
	}
	return fold(flat)
})

// flip turns around whether letters have a class.
func flip(flat []uint16, bits uint16, list string) {
	for _, f := range strings.Fields(list) {
		first, last, ok := strings.Cut(f, "-")
		if !ok {
			last = first
		}
		lo, _ := strconv.ParseUint(first, 16, 32)
		hi, _ := strconv.ParseUint(last, 16, 32)
		for r := lo; r <= hi; r++ {
			flat[r] ^= bits
		}
	}
}

// fold stores equal pages once.
func fold(flat []uint16) *classes {
	c := &classes{}
	seen := map[[256]uint16]uint16{}
	for i := range c.page {
		p := [256]uint16(flat[i<<8 : i<<8+256])
		n, ok := seen[p]
		if !ok {
			n = uint16(len(c.pages))
			seen[p] = n
			c.pages = append(c.pages, p)
		}
		c.page[i] = n
	}
	copy(c.ascii[:], flat)
	return c
}

// each calls f with each letter of a table.
func each(t *unicode.RangeTable, f func(rune)) {
	for _, r := range t.R16 {
		for c := rune(r.Lo); c <= rune(r.Hi); c += rune(r.Stride) {
			f(c)
		}
	}
	for _, r := range t.R32 {
		for c := rune(r.Lo); c <= rune(r.Hi); c += rune(r.Stride) {
			f(c)
		}
	}
}

// of returns the classes of r.
func (c *classes) of(r rune) uint16 { return c.pages[c.page[r>>8]][r&0xff] }

// at returns the classes of the letter that begins at byte i of s, and its length; 0 and 0 at the end.
func (c *classes) at(s []byte, i int) (uint16, int) {
	if i >= len(s) {
		return 0, 0
	}
	if b := s[i]; b < utf8.RuneSelf {
		return c.ascii[b], 1
	}
	r, n := utf8.DecodeRune(s[i:])
	return c.of(r), n
}

// run returns where the letters of s that have one of the classes end, from byte i on.
func (c *classes) run(s []byte, i int, bits uint16) int {
	for i < len(s) {
		k, n := c.at(s, i)
		if k&bits == 0 {
			break
		}
		i += n
	}
	return i
}

// runNot returns where the letters of s that have none of the classes end, from byte i on.
func (c *classes) runNot(s []byte, i int, bits uint16) int {
	for i < len(s) {
		k, n := c.at(s, i)
		if k&bits != 0 {
			break
		}
		i += n
	}
	return i
}

func isSpace(r rune) bool { return unicode.Is(unicode.White_Space, r) }
