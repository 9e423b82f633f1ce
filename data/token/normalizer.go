package token

import (
	"unicode"
	"unicode/utf8"
)

// A normalizer rewrites the text of a piece, and keeps account of where its letters come from.
type normalizer interface {
	normalize(w *work, p *piece) error
}

// normalizers are several, one after another.
type normalizers []normalizer

func (s normalizers) normalize(w *work, p *piece) error {
	for _, n := range s {
		if err := n.normalize(w, p); err != nil {
			return err
		}
	}
	return nil
}

// A rewrite is a normalizer that cannot fail.
type rewrite func(w *work, p *piece)

func (f rewrite) normalize(w *work, p *piece) error {
	f(w, p)
	return nil
}

// lowercase writes each letter in lower case, whatever stands around it.
func lowercase(w *work, p *piece) {
	changes := w.changes[:0]
	changed := false
	for i := 0; i < len(p.text); {
		r, n := utf8.DecodeRune(p.text[i:])
		i += n
		l := lower1(r)
		changed = changed || l != r
		changes = append(changes, change{l, 0})
		if r == 'İ' { // the only letter whose lower case is two
			changes = append(changes, change{'\u0307', 1})
		}
	}
	w.changes = changes
	if changed {
		p.transform(w, changes, 0)
	}
}

func lower1(r rune) rune {
	switch {
	case r >= 'A' && r <= 'Z':
		return r + 'a' - 'A'
	case r < utf8.RuneSelf:
		return r
	}
	return unicode.ToLower(r)
}

// stripAccents takes away all marks. It sees only those that stand for themselves, as after NFD.
func stripAccents(w *work, p *piece) {
	c := loadClasses()
	p.filter(w, func(r rune) bool { return c.of(r)&accent == 0 }, same)
}

// nmt is the cleaning of Google's neural machine translation: control signs go, and some signs become spaces.
func nmt(w *work, p *piece) {
	p.filter(w, func(r rune) bool {
		return !(r >= 1 && r <= 8 || r == 0x0b || r >= 0x0e && r <= 0x1f || r == 0x7f || r == 0x8f || r == 0x9f)
	}, func(r rune) rune {
		switch {
		case r == '\t', r == '\n', r == '\f', r == '\r', r == 0x1680, r >= 0x200b && r <= 0x200f,
			r == 0x2028, r == 0x2029, r == 0x2581, r == 0xfeff, r == 0xfffd:
			return ' '
		}
		return r
	})
}

// strip takes white space from the ends.
type strip struct{ left, right bool }

func (s strip) normalize(w *work, p *piece) error {
	from, to := 0, len(p.text)
	skip, letters, behind := 0, 0, 0
	for from < to && s.left {
		r, n := utf8.DecodeRune(p.text[from:])
		if !isSpace(r) {
			break
		}
		from += n
		skip++
	}
	for to > 0 && s.right {
		r, n := utf8.DecodeLastRune(p.text[:to])
		if !isSpace(r) {
			break
		}
		to -= n
		behind++
	}
	if skip == 0 && behind == 0 {
		return nil
	}
	if to < from {
		to = from
	}
	changes := w.changes[:0]
	for i := from; i < to; letters++ {
		r, n := utf8.DecodeRune(p.text[i:])
		changes = append(changes, change{r, 0})
		i += n
	}
	w.changes = changes
	p.transform(w, changes, skip)
	return nil
}

// replacer puts content in the place of what the pattern matches.
type replacer struct {
	pattern
	content string
}

func (s replacer) normalize(w *work, p *piece) error {
	found, err := s.find(w.matches[:0], p.text)
	w.matches = found
	if err != nil {
		return err
	}
	p.replace(w, found, s.content)
	return nil
}

// prepender puts a text before each that is not empty.
type prepender string

func (s prepender) normalize(w *work, p *piece) error {
	p.prepend(w, string(s))
	return nil
}

// bytesToLetters is ByteLevel as a normalizer.
func bytesToLetters(w *work, p *piece) {
	if len(p.text) > 0 {
		p.letters(w)
	}
}
