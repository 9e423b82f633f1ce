package token

import (
	"unicode/utf8"
)

// bertNormalizer is the cleaning of BERT: control signs go, white space becomes spaces, Chinese characters get spaces around them, and
// then accents and capitals go, if asked.
type bertNormalizer struct {
	clean, chinese, accents, lower bool
}

func (b bertNormalizer) normalize(w *work, p *piece) error {
	if b.quick(w, p) {
		return nil
	}
	c := loadClasses()
	if b.clean {
		p.filter(w, func(r rune) bool { return r != 0 && r != 0xfffd && c.of(r)&control == 0 }, func(r rune) rune {
			if c.of(r)&space != 0 {
				return ' '
			}
			return r
		})
	}
	if b.chinese {
		b.space(w, p)
	}
	if b.accents {
		decompose(w, p, canonical)
		p.filter(w, func(r rune) bool { return c.of(r)&nonspace == 0 }, same)
	}
	if b.lower {
		lowercase(w, p)
	}
	return nil
}

// space puts spaces around Chinese characters.
func (b bertNormalizer) space(w *work, p *piece) {
	changes := w.changes[:0]
	found := false
	for i := 0; i < len(p.text); {
		r, n := utf8.DecodeRune(p.text[i:])
		i += n
		if isChinese(r) {
			found = true
			changes = append(changes, change{' ', 0}, change{r, 1}, change{' ', 1})
		} else {
			changes = append(changes, change{r, 0})
		}
	}
	w.changes = changes
	if found {
		p.transform(w, changes, 0)
	}
}

// quick does all in one go if each letter is ASCII or a Chinese character that stays what it is, and reports whether that was so.
func (b bertNormalizer) quick(w *work, p *piece) bool {
	size, han := 0, false
	for i := 0; i < len(p.text); {
		x := p.text[i]
		if x < utf8.RuneSelf {
			if b.clean && (x < ' ' && x != '\t' && x != '\n' && x != '\r' || x == 0x7f) {
				return false
			}
			i++
			size++
			continue
		}
		r, n := utf8.DecodeRune(p.text[i:])
		if !(r >= 0x4e00 && r <= 0x9fff || r >= 0x3400 && r <= 0x4dbf || r >= 0x3001 && r <= 0x3011 ||
			r >= 0xff01 && r <= 0xff0f || r >= 0xff10 && r <= 0xff20 || r == '“' || r == '”') {
			return false
		}
		if b.chinese && isChinese(r) {
			han = true
			size += 2
		}
		i += n
		size += n
	}
	if !han {
		b.plain(w, p, size)
	} else {
		b.wide(w, p, size)
	}
	return true
}

// plain is quick for a text whose letters stay where they are.
func (b bertNormalizer) plain(w *work, p *piece, size int) {
	text, _ := w.room(size)
	for _, x := range p.text {
		text = append(text, b.ascii(x))
	}
	p.text = text
}

func (b bertNormalizer) ascii(x byte) byte {
	switch {
	case b.lower && x >= 'A' && x <= 'Z':
		return x + 'a' - 'A'
	case b.clean && (x == '\t' || x == '\n' || x == '\r'):
		return ' '
	}
	return x
}

// wide is quick for a text with Chinese characters.
func (b bertNormalizer) wide(w *work, p *piece, size int) {
	text, align := w.room(size)
	for i := 0; i < len(p.text); {
		s := p.spanAt(i)
		if p.text[i] < utf8.RuneSelf {
			text, align = append(text, b.ascii(p.text[i])), append(align, s)
			i++
			continue
		}
		r, n := utf8.DecodeRune(p.text[i:])
		if isChinese(r) {
			text = append(append(append(text, ' '), p.text[i:i+n]...), ' ')
			align = append(align, s, s)
		} else {
			text = append(text, p.text[i:i+n]...)
		}
		for range n {
			align = append(align, s)
		}
		i += n
	}
	p.text, p.align = text, align
}

func isChinese(r rune) bool {
	return r >= 0x4e00 && r <= 0x9fff || r >= 0x3400 && r <= 0x4dbf || r >= 0x20000 && r <= 0x2a6df || r >= 0x2a700 && r <= 0x2b73f ||
		r >= 0x2b740 && r <= 0x2b81f || r >= 0x2b920 && r <= 0x2ceaf || r >= 0xf900 && r <= 0xfaff || r >= 0x2f800 && r <= 0x2fa1f
}

// bertWords splits at white space, and then around each punctuation sign.
func bertWords() splitter {
	c := loadClasses()
	return words{func(r rune) kind {
		switch k := c.of(r); {
		case k&space != 0:
			return gone
		case c.of(r)&sign != 0:
			return alone
		}
		return inside
	}}
}

// A kind says what a letter does to the words around it.
type kind byte

const (
	inside kind = iota // is part of a word
	alone              // is a word of its own
	gone               // belongs to no word
)

// words splits by the kinds of letters.
type words struct{ kind func(rune) kind }

func (s words) cut(w *work, p *piece, to []piece) ([]piece, error) {
	start := 0
	for i := 0; i < len(p.text); {
		r, n := utf8.DecodeRune(p.text[i:])
		k := s.kind(r)
		if k != inside {
			if start < i {
				to = append(to, p.slice(start, i))
			}
			if k == alone {
				to = append(to, p.slice(i, i+n))
			}
			start = i + n
		}
		i += n
	}
	if start < len(p.text) {
		to = append(to, p.slice(start, len(p.text)))
	}
	return to, nil
}
