package token

import (
	"fmt"
	"unicode/utf8"
)

// A splitter divides pieces further.
type splitter interface {
	// cut appends the parts of one piece, which is of letters and no added token, and may be changed.
	cut(w *work, p *piece, to []piece) ([]piece, error)
}

// split divides pieces by a splitter. What is an added token already stays whole.
func split(s splitter, w *work, pieces, to []piece) ([]piece, error) {
	for i := range pieces {
		p := &pieces[i]
		if p.added >= 0 {
			to = append(to, *p)
			continue
		}
		if p.raw {
			p.letters(w)
		}
		var err error
		if to, err = s.cut(w, p, to); err != nil {
			return to, err
		}
	}
	return to, nil
}

// A behavior says what becomes of the matches of a split.
type behavior string

const (
	removed    behavior = "Removed"
	isolated   behavior = "Isolated"
	withPrev   behavior = "MergedWithPrevious"
	withNext   behavior = "MergedWithNext"
	contiguous behavior = "Contiguous"
)

func (b behavior) valid() error {
	switch b {
	case removed, isolated, withPrev, withNext, contiguous:
		return nil
	}
	return fmt.Errorf("no split behavior %q", clip(string(b)))
}

// by splits at the matches of a pattern.
type by struct {
	pattern
	behavior
	invert bool
}

func (s by) cut(w *work, p *piece, to []piece) ([]piece, error) {
	found, err := s.find(w.matches[:0], p.text)
	w.matches = found
	if err != nil {
		return to, err
	}
	if s.invert {
		for i := range found {
			found[i].hit = !found[i].hit
		}
	}
	for _, m := range s.join(found) {
		if m.end > m.start && !(m.hit && s.behavior == removed) {
			to = append(to, p.slice(m.start, m.end))
		}
	}
	return to, nil
}

// join puts together what the behavior wants together. It uses the memory of m.
func (b behavior) join(m []match) []match {
	switch b {
	case contiguous:
		return joinIf(m, func(prev, is bool) bool { return prev == is })
	case withPrev:
		return joinIf(m, func(prev, is bool) bool { return is && !prev })
	case withNext:
		n := len(m)
		before := false
		for i := len(m) - 1; i >= 0; i-- {
			hit := m[i].hit
			if hit && !before && n < len(m) {
				m[n].start = m[i].start
			} else {
				n--
				m[n] = m[i]
			}
			before = hit
		}
		return m[n:]
	}
	return m
}

// joinIf puts a match to the one before it if with says so.
func joinIf(m []match, with func(prev, is bool) bool) []match {
	n, before := 0, false
	for _, x := range m {
		if n > 0 && with(before, x.hit) {
			m[n-1].end = x.end
		} else {
			m[n] = x
			n++
		}
		before = x.hit
	}
	return m[:n]
}

// fixedLength makes pieces of so many letters.
type fixedLength int

func (n fixedLength) cut(w *work, p *piece, to []piece) ([]piece, error) {
	for i := 0; i < len(p.text); {
		end := p.advance(i, int(n))
		to = append(to, p.slice(i, end))
		i = end
	}
	return to, nil
}

// metaspaces writes ▁ for spaces, one before the text too, and splits before each.
type metaspaces struct {
	letter string
	scheme string // "first", "always" or "never"
	words  bool
}

func (s metaspaces) cut(w *work, p *piece, to []piece) ([]piece, error) {
	r, _ := utf8.DecodeRuneInString(s.letter)
	first := p.at
	found, _ := literal(" ").find(w.matches[:0], p.text)
	w.matches = found
	p.replace(w, found, s.letter)
	begins := len(p.text) >= len(s.letter) && string(p.text[:len(s.letter)]) == s.letter
	if !begins && (s.scheme == "always" || s.scheme == "first" && first == 0) {
		p.prepend(w, s.letter)
	}
	if !s.words {
		if len(p.text) > 0 {
			to = append(to, *p)
		}
		return to, nil
	}
	return by{runes(func(x rune) bool { return x == r }), withNext, false}.cut(w, p, to)
}
