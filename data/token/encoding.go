package token

import (
	"slices"
	"unicode/utf8"
)

// A Span is a range of bytes of a text, or of its letters.
type Span struct{ Start, End int }

// An Encoding is a text as tokens. All slices but Overflow are as long as there are tokens.
type Encoding struct {
	IDs           []int64
	Types         []int64    // 0 for the first text, 1 for the second, or as the template says
	Tokens        []string   // their names
	Offsets       []Span     // the bytes of the text that they stand for; empty for what the text does not have
	Words         []int      // the word they are part of, counted from 0; −1 for what the text does not have
	SpecialMask   []bool     // what was put in by the template or as padding
	AttentionMask []bool     // what is not padding
	Overflow      []Encoding // what truncation cut off, in parts of the same length

	text string // what was encoded, until texts are joined
}

// Len returns the number of tokens.
func (e *Encoding) Len() int { return len(e.IDs) }

// LetterOffsets returns the offsets in letters (code points) of text, the text that was encoded, as the reference counts in Python.
// Each invalid byte sequence counts as one letter, as [Valid] writes it. For a pair the offsets of each half are those of its own text.
func (e *Encoding) LetterOffsets(text string) []Span {
	count := make([]int32, len(text)+1)
	n := int32(0)
	for i := 0; i < len(text); {
		size := letterSize(text[i:])
		for k := range size {
			count[i+k] = n
		}
		n++
		i += size
	}
	count[len(text)] = n
	spans := make([]Span, len(e.Offsets))
	for i, o := range e.Offsets {
		if o.Start <= o.End && o.End <= len(text) {
			spans[i] = Span{int(count[o.Start]), int(count[o.End])}
		}
	}
	return spans
}

// letterSize returns the length of the letter that s begins with: of a valid one, or of an invalid sequence that counts as one.
func letterSize(s string) int {
	if s[0] < utf8.RuneSelf {
		return 1
	}
	if r, n := utf8.DecodeRuneInString(s); r != utf8.RuneError || n > 1 {
		return n
	}
	return broken(s)
}

// broken returns the length of the invalid sequence that s begins with: the longest beginning of a letter, or one byte.
func broken(s string) int {
	lo, hi, more := byte(0x80), byte(0xbf), 0
	switch b := s[0]; {
	case b >= 0xc2 && b <= 0xdf:
		more = 1
	case b >= 0xe0 && b <= 0xef:
		more = 2
		if b == 0xe0 {
			lo = 0xa0
		} else if b == 0xed {
			hi = 0x9f
		}
	case b >= 0xf0 && b <= 0xf4:
		more = 3
		if b == 0xf0 {
			lo = 0x90
		} else if b == 0xf4 {
			hi = 0x8f
		}
	}
	n := 1
	for ; n <= more && n < len(s) && s[n] >= lo && s[n] <= hi; n++ {
		lo, hi = 0x80, 0xbf
	}
	return n
}

// Valid returns s with U+FFFD in place of each invalid sequence, as Python decodes with errors="replace": a sequence is the longest
// beginning of a letter, or else one byte.
func Valid(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	b := make([]byte, 0, len(s)+16)
	for i := 0; i < len(s); {
		n := letterSize(s[i:])
		if utf8.ValidString(s[i : i+n]) {
			b = append(b, s[i:i+n]...)
		} else {
			b = append(b, "\ufffd"...)
		}
		i += n
	}
	return string(b)
}

// grow makes room for n more tokens.
func (e *Encoding) grow(n int) {
	e.IDs = slices.Grow(e.IDs, n)
	e.Types = slices.Grow(e.Types, n)
	e.Tokens = slices.Grow(e.Tokens, n)
	e.Offsets = slices.Grow(e.Offsets, n)
	e.Words = slices.Grow(e.Words, n)
	e.SpecialMask = slices.Grow(e.SpecialMask, n)
	e.AttentionMask = slices.Grow(e.AttentionMask, n)
}

// add appends one token.
func (e *Encoding) add(id int64, kind int64, name string, at Span, word int, special, attend bool) {
	e.IDs = append(e.IDs, id)
	e.Types = append(e.Types, kind)
	e.Tokens = append(e.Tokens, name)
	e.Offsets = append(e.Offsets, at)
	e.Words = append(e.Words, word)
	e.SpecialMask = append(e.SpecialMask, special)
	e.AttentionMask = append(e.AttentionMask, attend)
}

// part returns a copy of tokens i to j.
func (e *Encoding) part(i, j int) Encoding {
	return Encoding{
		IDs: slices.Clone(e.IDs[i:j]), Types: slices.Clone(e.Types[i:j]), Tokens: slices.Clone(e.Tokens[i:j]),
		Offsets: slices.Clone(e.Offsets[i:j]), Words: slices.Clone(e.Words[i:j]),
		SpecialMask: slices.Clone(e.SpecialMask[i:j]), AttentionMask: slices.Clone(e.AttentionMask[i:j]),
		text: e.text,
	}
}

// clone returns a copy with its overflow.
func (e *Encoding) clone() Encoding {
	c := e.part(0, e.Len())
	for i := range e.Overflow {
		c.Overflow = append(c.Overflow, e.Overflow[i].clone())
	}
	return c
}

// join appends the tokens of o, and makes of both overflows one: each part of one with each of the other.
func (e *Encoding) join(o *Encoding) {
	var over []Encoding
	for i := range e.Overflow {
		over = append(over, joined(&e.Overflow[i], o))
		for k := range o.Overflow {
			over = append(over, joined(&e.Overflow[i], &o.Overflow[k]))
		}
	}
	for k := range o.Overflow {
		over = append(over, joined(e, &o.Overflow[k]))
	}
	e.IDs = append(e.IDs, o.IDs...)
	e.Types = append(e.Types, o.Types...)
	e.Tokens = append(e.Tokens, o.Tokens...)
	e.Offsets = append(e.Offsets, o.Offsets...)
	e.Words = append(e.Words, o.Words...)
	e.SpecialMask = append(e.SpecialMask, o.SpecialMask...)
	e.AttentionMask = append(e.AttentionMask, o.AttentionMask...)
	e.Overflow = over
}

func joined(a, b *Encoding) Encoding {
	c := a.clone()
	o := b.clone()
	c.join(&o)
	return c
}

// setType makes all tokens of one type.
func (e *Encoding) setType(kind int64) {
	for i := range e.Types {
		e.Types[i] = kind
	}
}

// truncate keeps length tokens. The others become the overflow, in parts that share stride tokens with the part before.
func (e *Encoding) truncate(length, stride int, left bool) {
	n := e.Len()
	if length >= n {
		return
	}
	if length == 0 {
		whole := *e
		*e = Encoding{Overflow: []Encoding{whole}}
		return
	}
	var parts []Encoding
	if left {
		for stop := n; stop > 0; stop -= length - stride {
			parts = append(parts, e.part(max(0, stop-length), stop))
			if stop <= length {
				break
			}
		}
	} else {
		for start := 0; start < n; start += length - stride {
			parts = append(parts, e.part(start, min(start+length, n)))
			if start+length >= n {
				break
			}
		}
	}
	*e = parts[0]
	e.Overflow = parts[1:]
}

// pad brings e and its overflow to a length.
func (e *Encoding) pad(length int, p *Padding) {
	for i := range e.Overflow {
		e.Overflow[i].pad(length, p)
	}
	more := length - e.Len()
	if more <= 0 {
		return
	}
	var fill Encoding
	for range more {
		fill.add(int64(p.ID), int64(p.Type), p.Token, Span{}, -1, true, false)
	}
	over := e.Overflow
	e.Overflow = nil
	if p.Left {
		fill.join(e)
		*e = fill
	} else {
		e.join(&fill)
	}
	e.Overflow = over
}
