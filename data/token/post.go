package token

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// A post is what happens to the encodings of one or two texts before they are joined.
type post interface {
	process(e []Encoding, special bool) []Encoding
	count(pair bool) int // how many tokens it adds
}

// posts are several, one after another.
type posts []post

func (s posts) process(e []Encoding, special bool) []Encoding {
	for _, p := range s {
		e = p.process(e, special)
	}
	return e
}

func (s posts) count(pair bool) int {
	n := 0
	for _, p := range s {
		n += p.count(pair)
	}
	return n
}

// A templatePiece is a text, or special tokens.
type templatePiece struct {
	text   int // 0 or 1; −1: special tokens
	kind   int64
	ids    []int64
	tokens []string
}

// template puts special tokens around texts.
type template struct {
	single, pair []templatePiece
}

func (t template) count(pair bool) int {
	n := 0
	for _, p := range t.of(pair) {
		n += len(p.ids)
	}
	return n
}

func (t template) of(pair bool) []templatePiece {
	if pair {
		return t.pair
	}
	return t.single
}

func (t template) process(e []Encoding, special bool) []Encoding {
	var out []Encoding
	for _, p := range t.of(len(e) > 1) {
		switch {
		case p.text >= 0 && p.text < len(e):
			x := e[p.text]
			if used(t.of(len(e) > 1), p.text) > 1 {
				x = x.clone()
			}
			x.setType(p.kind)
			out = append(out, x)
		case p.text < 0 && special:
			var x Encoding
			for i := range p.ids {
				x.add(p.ids[i], p.kind, p.tokens[i], Span{}, -1, true, true)
			}
			out = append(out, x)
		}
	}
	return out
}

// used returns how often a text stands in a template.
func used(pieces []templatePiece, text int) int {
	n := 0
	for _, p := range pieces {
		if p.text == text {
			n++
		}
	}
	return n
}

// enclose is the template of BERT and of RoBERTa: a sign before the first text, another behind each.
type enclose struct {
	cls, sep     string
	clsID, sepID int64
	roberta      bool // the second text has a sign before it too, and all types are 0
}

func (p enclose) count(pair bool) int {
	switch {
	case pair && p.roberta:
		return 4
	case pair:
		return 3
	}
	return 2
}

func (p enclose) process(e []Encoding, special bool) []Encoding {
	for i := range e {
		if p.roberta {
			e[i].setType(0)
		}
		if !special {
			continue
		}
		over := e[i].Overflow
		e[i].Overflow = nil
		e[i] = p.around(&e[i], i)
		for k := range over {
			if p.roberta {
				over[k].setType(0)
			}
			e[i].Overflow = append(e[i].Overflow, p.around(&over[k], i))
		}
	}
	return e
}

func (p enclose) around(e *Encoding, i int) Encoding {
	var x Encoding
	kind := int64(i)
	if p.roberta {
		kind = 0
	}
	x.grow(e.Len() + 2)
	if i == 0 {
		x.add(p.clsID, kind, p.cls, Span{}, -1, true, true)
	} else if p.roberta {
		x.add(p.sepID, kind, p.sep, Span{}, -1, true, true)
	}
	plain := *e
	plain.SpecialMask, plain.AttentionMask = make([]bool, e.Len()), make([]bool, e.Len())
	for k := range plain.AttentionMask {
		plain.AttentionMask[k] = true
	}
	x.join(&plain)
	x.add(p.sepID, kind, p.sep, Span{}, -1, true, true)
	return x
}

// trim takes the white space of tokens out of their offsets.
type trim struct{ prefixSpace bool }

func (p trim) count(bool) int { return 0 }

func (p trim) process(e []Encoding, _ bool) []Encoding {
	for i := range e {
		p.trim(&e[i])
		for k := range e[i].Overflow {
			p.trim(&e[i].Overflow[k])
		}
	}
	return e
}

func (p trim) trim(e *Encoding) {
	blank := func(r rune) bool { return r == 'Ġ' || isSpace(r) }
	for i, name := range e.Tokens {
		before := name[:len(name)-len(strings.TrimLeftFunc(name, blank))]
		after := name[len(strings.TrimRightFunc(name, blank)):]
		if before == "" && after == "" {
			continue
		}
		o := &e.Offsets[i]
		if n := utf8.RuneCountInString(before); n > 0 && !((i == 0 || o.Start == 0) && p.prefixSpace && n == 1) {
			for at := o.Start; n > 0 && at < o.End; n-- {
				at += letterSize(e.text[at:])
				o.Start = min(at, o.End)
			}
		}
		for n := utf8.RuneCountInString(after); n > 0 && o.End > o.Start; n-- {
			o.End = max(lastLetter(e.text, o.Start, o.End), o.Start)
		}
	}
}

// lastLetter returns where the last letter of bytes start to end begins.
func lastLetter(s string, start, end int) int {
	at := start
	for at < end {
		n := letterSize(s[at:])
		if at+n >= end {
			break
		}
		at += n
	}
	return at
}

// parseTemplate reads the pieces of a template from a file.
func parseTemplate(pieces []jsonPiece, tokens map[string]jsonSpecial, pair bool) ([]templatePiece, error) {
	var out []templatePiece
	for _, p := range pieces {
		switch {
		case p.Sequence != nil && (p.Sequence.ID == "A" || p.Sequence.ID == "B" && pair):
			text := 0
			if p.Sequence.ID == "B" {
				text = 1
			}
			out = append(out, templatePiece{text: text, kind: p.Sequence.Type})
		case p.Special != nil:
			s, ok := tokens[p.Special.ID]
			if !ok || len(s.IDs) != len(s.Tokens) {
				return nil, fmt.Errorf("the template's token %q is not described", clip(p.Special.ID))
			}
			out = append(out, templatePiece{text: -1, kind: p.Special.Type, ids: s.IDs, tokens: s.Tokens})
		default:
			return nil, fmt.Errorf("a piece of the template is neither one of its texts nor a special token")
		}
	}
	return out, nil
}
