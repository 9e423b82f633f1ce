package token

import (
	"unicode/utf8"

	"github.com/jimu-ml/jimu/rng"
)

// A span is a range of bytes of the source.
type span struct{ start, end int32 }

// A piece is a part of a text on its way to tokens.
type piece struct {
	text   []byte // as it is now
	align  []span // for each byte of text, where the letter that it comes from stands in the source; nil: text is the source at at
	at     int32  // where it begins in the source
	added  int32  // the id of the added token that it is; −1: text to be tokenized
	tokens int    // how many tokens there are up to its end
	raw    bool   // its bytes stand for the letters that ByteLevel would write for them
}

// work is the memory of one call: pieces, texts and alignments live in it until the call ends.
type work struct {
	pieces, next []piece
	bytes        []byte
	spans        []span
	changes      []change
	matches      []match
	toks         []tok
	merge        merger
	lattice      []pathNode
	sampling     *sampling // nil: no merge is left out
}

// sampling says which merges are left out: a share of them at random, where 0 stands for the model's own.
type sampling struct {
	random *rng.Rand
	share  float64
}

// reset forgets what the last call left, and gives memory back that only an unusual text needed.
func (w *work) reset() {
	const usual = 1 << 20
	if cap(w.bytes)+cap(w.spans)+cap(w.toks) > 8*usual {
		*w = work{sampling: w.sampling}
	}
	w.pieces, w.next = w.pieces[:0], w.next[:0]
	w.bytes, w.spans, w.toks = w.bytes[:0], w.spans[:0], w.toks[:0]
}

// A change makes one letter of a text from another, in the terms of the reference: n is 0 if r takes the place of a letter, 1 if it is
// new, −k if it takes the place of a letter and the k after it go.
type change struct {
	r rune
	n int32
}

// spanAt returns where the letter of byte i of the text stands in the source.
func (p *piece) spanAt(i int) span {
	if p.align != nil {
		return p.align[i]
	}
	start := i
	for start > 0 && !utf8.RuneStart(p.text[start]) {
		start--
	}
	end := i + 1
	for end < len(p.text) && !utf8.RuneStart(p.text[end]) {
		end++
	}
	return span{p.at + int32(start), p.at + int32(end)}
}

// source returns where bytes i to j of the text come from.
func (p *piece) source(i, j int) Span {
	if i >= j {
		if p.align != nil && i < len(p.align) {
			return Span{int(p.align[i].start), int(p.align[i].start)}
		}
		return Span{int(p.at) + i, int(p.at) + i}
	}
	if j > len(p.text) {
		return Span{i, j} // only a suffix that no byte of the text stands for reaches this far
	}
	if p.align == nil {
		for i > 0 && !utf8.RuneStart(p.text[i]) {
			i--
		}
		for j < len(p.text) && !utf8.RuneStart(p.text[j]) {
			j++
		}
		return Span{int(p.at) + i, int(p.at) + j}
	}
	return Span{int(p.align[i].start), int(p.align[j-1].end)}
}

// slice returns the part of p from byte i to byte j.
func (p *piece) slice(i, j int) piece {
	q := piece{text: p.text[i:j:j], at: p.at + int32(i), added: -1, raw: p.raw}
	if p.align != nil && i < j {
		q.align = p.align[i:j:j]
		q.at = q.align[0].start
	}
	return q
}

// transform makes the text of p anew from changes. The first skip letters of the old one go.
func (p *piece) transform(w *work, changes []change, skip int) {
	size := 0
	for _, c := range changes {
		size += utf8.RuneLen(c.r)
	}
	text, align := w.room(size)
	at := p.advance(0, skip)
	for _, c := range changes {
		s := span{p.at, p.at}
		switch {
		case c.n <= 0 && at < len(p.text):
			s = p.spanAt(at)
			at = p.advance(at, 1-int(c.n))
		case at > 0:
			s = p.spanAt(min(at, len(p.text)) - 1)
		}
		from := len(text)
		text = utf8.AppendRune(text, c.r)
		for range len(text) - from {
			align = append(align, s)
		}
	}
	p.text, p.align = text, align
}

// advance returns where the text is after n letters from byte i on.
func (p *piece) advance(i, n int) int {
	for ; n > 0 && i < len(p.text); n-- {
		_, size := utf8.DecodeRune(p.text[i:])
		i += size
	}
	return i
}

// room returns memory for a text of n bytes and its alignment.
func (w *work) room(n int) ([]byte, []span) {
	const chunk = 1 << 12
	if cap(w.bytes)-len(w.bytes) < n {
		w.bytes = make([]byte, 0, max(n, chunk, 2*cap(w.bytes)))
	}
	if cap(w.spans)-len(w.spans) < n {
		w.spans = make([]span, 0, max(n, chunk, 2*cap(w.spans)))
	}
	b, s := len(w.bytes), len(w.spans)
	w.bytes, w.spans = w.bytes[:b+n], w.spans[:s+n]
	return w.bytes[b : b : b+n], w.spans[s : s : s+n]
}

// explicit writes down the alignment of p.
func (p *piece) explicit(w *work) {
	if p.align != nil {
		return
	}
	_, align := w.room(len(p.text))
	for i := 0; i < len(p.text); {
		_, n := utf8.DecodeRune(p.text[i:])
		for range n {
			align = append(align, span{p.at + int32(i), p.at + int32(i+n)})
		}
		i += n
	}
	p.align = align
}

// filter keeps the letters that keep says yes to, each as to says.
func (p *piece) filter(w *work, keep func(rune) bool, to func(rune) rune) {
	changes := w.changes[:0]
	skip, gone, changed := 0, int32(0), false
	for i := 0; i < len(p.text); {
		r, n := utf8.DecodeRune(p.text[i:])
		i += n
		switch {
		case !keep(r):
			gone++
			changed = true
		default:
			if len(changes) > 0 {
				changes[len(changes)-1].n = -gone
			} else {
				skip = int(gone)
			}
			gone = 0
			s := to(r)
			changed = changed || s != r
			changes = append(changes, change{s, 0})
		}
	}
	if len(changes) > 0 {
		changes[len(changes)-1].n = -gone
	}
	w.changes = changes
	if changed {
		p.transform(w, changes, skip)
	}
}

func same(r rune) rune { return r }

// prepend puts s before the text, if there is one. What is new belongs to the first letter.
func (p *piece) prepend(w *work, s string) {
	if len(p.text) == 0 || s == "" {
		return
	}
	first := p.spanAt(0)
	p.explicit(w)
	text, align := w.room(len(s) + len(p.text))
	for range len(s) {
		align = append(align, first)
	}
	p.text, p.align = append(append(text, s...), p.text...), append(align, p.align...)
}

// replace puts content in the place of each match. What is new belongs to the last letter of what it replaces.
func (p *piece) replace(w *work, matches []match, content string) {
	size := len(p.text)
	hits := 0
	for _, m := range matches {
		if m.hit {
			hits++
			size += len(content) - (m.end - m.start)
		}
	}
	if hits == 0 {
		return
	}
	p.explicit(w)
	text, align := w.room(size)
	for _, m := range matches {
		if !m.hit {
			text, align = append(text, p.text[m.start:m.end]...), append(align, p.align[m.start:m.end]...)
			continue
		}
		s := span{p.at, p.at}
		if m.end > 0 {
			s = p.align[m.end-1]
		}
		text = append(text, content...)
		for range len(content) {
			align = append(align, s)
		}
	}
	p.text, p.align = text, align
}
