package token

import (
	"encoding/binary"
	"errors"
	"unicode"
	"unicode/utf8"
)

// A charsmap is SentencePiece's table of what to write for what: a double array over bytes whose values point into a block of
// texts that end with a zero byte.
type charsmap struct {
	units []uint32
	texts []byte
}

var errCharsmap = errors.New("the table of the normalizer is damaged")

func newCharsmap(b []byte) (*charsmap, error) {
	if len(b) < 4 {
		return nil, errCharsmap
	}
	n := binary.LittleEndian.Uint32(b)
	b = b[4:]
	if uint64(n) > uint64(len(b)) || n%4 != 0 || n == 0 {
		return nil, errCharsmap
	}
	c := &charsmap{units: make([]uint32, n/4), texts: b[n:]}
	for i := range c.units {
		c.units[i] = binary.LittleEndian.Uint32(b[4*i:])
	}
	if !utf8.Valid(c.texts) {
		return nil, errCharsmap
	}
	return c, nil
}

// step goes from a node along byte b. It returns the next node and whether there is one.
func (c *charsmap) step(node uint32, b byte) (uint32, bool) {
	node ^= uint32(b)
	if b == 0 || int(node) >= len(c.units) {
		return 0, false
	}
	u := c.units[node]
	if u&(1<<31|0xff) != uint32(b) {
		return 0, false
	}
	return node ^ offset(u), true
}

func offset(unit uint32) uint32 { return unit >> 10 << ((unit & (1 << 9)) >> 6) }

func (c *charsmap) root() uint32 { return offset(c.units[0]) }

// leaf returns the text of the key that ends before a node, reached over a unit that has one.
func (c *charsmap) leaf(node uint32) ([]byte, bool) {
	if int(node) >= len(c.units) {
		return nil, false
	}
	at := int(c.units[node] &^ (1 << 31))
	if at > len(c.texts) {
		return nil, false
	}
	end := at
	for end < len(c.texts) && c.texts[end] != 0 {
		end++
	}
	return c.texts[at:end], true
}

// match returns what to write for a key that s begins with, and the length of the key: the longest key, or the shortest.
func (c *charsmap) match(s []byte, longest bool) (text []byte, length int) {
	node := c.root()
	for i, b := range s {
		at := node ^ uint32(b)
		next, ok := c.step(node, b)
		if !ok {
			break
		}
		node = next
		if c.units[at]>>8&1 == 1 {
			if t, ok := c.leaf(node); ok {
				text, length = t, i+1
				if !longest {
					break
				}
			}
		}
	}
	return text, length
}

// normalize is the reference's own reading of the table: it looks up short clusters of letters whole, by the shortest key they
// begin with, and single letters otherwise.
func (c *charsmap) normalize(w *work, p *piece) error {
	const short = 6 // bytes
	changes := w.changes[:0]
	changed := false
	put := func(old, text []byte) {
		changed = true
		from := len(changes)
		for _, r := range string(text) {
			changes = append(changes, change{r, 0})
		}
		more := len(changes) - from - utf8.RuneCount(old)
		for k := 1; k <= more; k++ {
			if i := len(changes) - k; i >= 0 {
				changes[i].n = 1
			}
		}
		if more < 0 && len(changes) > 0 {
			changes[len(changes)-1].n += int32(more)
		}
	}
	for i := 0; i < len(p.text); {
		end := cluster(p.text, i)
		if end-i < short {
			if text, n := c.match(p.text[i:end], false); n > 0 {
				put(p.text[i:end], text)
				i = end
				continue
			}
		}
		for i < end {
			r, n := utf8.DecodeRune(p.text[i:])
			if text, m := c.match(p.text[i:i+n], false); m > 0 {
				put(p.text[i:i+n], text)
			} else {
				changes = append(changes, change{r, 0})
			}
			i += n
		}
	}
	w.changes = changes
	if changed {
		p.transform(w, changes, 0)
	}
	return nil
}

// cluster returns where the letter at byte i ends with the marks that belong to it: a grapheme cluster of Unicode's annex 29, but
// for emoji joined to others and pairs of flags, which are longer than this package asks about.
func cluster(s []byte, i int) int {
	r, n := utf8.DecodeRune(s[i:])
	if i+n < len(s) && r < utf8.RuneSelf && s[i+n] < utf8.RuneSelf && r != '\r' {
		return i + n
	}
	i += n
	for i < len(s) {
		next, n := utf8.DecodeRune(s[i:])
		if !together(r, next) {
			break
		}
		r = next
		i += n
	}
	return i
}

func together(r, next rune) bool {
	switch {
	case r == '\r':
		return next == '\n'
	case isBreak(r) || isBreak(next):
		return false
	case extends(next), isPrepended(r):
		return true
	}
	return hangul(r)+1 >= hangul(next) && hangul(r) > 0 && hangul(next) > 0 && !(hangul(r) == 3 && hangul(next) != 3) ||
		hangul(r) == 1 && isSyllable(next) || isSyllable(r) && (hangul(next) == 3 || hangul(next) == 2 && (r-0xac00)%28 == 0)
}

func isBreak(r rune) bool {
	if r == 0x200c || r == 0x200d || isPrepended(r) {
		return false
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) && !unicode.Is(unicode.Other_Grapheme_Extend, r)
}

func extends(r rune) bool {
	if r < 0x300 {
		return false
	}
	return r == 0x200d || unicode.In(r, unicode.Mn, unicode.Me, unicode.Mc, unicode.Other_Grapheme_Extend) ||
		r == 0x0e33 || r == 0x0eb3 || r >= 0x1f3fb && r <= 0x1f3ff
}

func isPrepended(r rune) bool { return unicode.Is(unicode.Prepended_Concatenation_Mark, r) }

// hangul returns 1 for a leading, 2 for a middle and 3 for a trailing jamo; 0 for all else.
func hangul(r rune) int {
	switch {
	case r >= 0x1100 && r <= 0x115f, r >= 0xa960 && r <= 0xa97c:
		return 1
	case r >= 0x1160 && r <= 0x11a7, r >= 0xd7b0 && r <= 0xd7c6:
		return 2
	case r >= 0x11a8 && r <= 0x11ff, r >= 0xd7cb && r <= 0xd7fb:
		return 3
	}
	return 0
}

func isSyllable(r rune) bool { return r >= 0xac00 && r <= 0xd7a3 }
