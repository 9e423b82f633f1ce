package token

import (
	"fmt"
	"unicode/utf8"
)

// wordPiece takes the longest token that a word begins with, then the longest of what is left, until nothing is.
//
// Wu et al., Google's Neural Machine Translation System, 2016 (arXiv:1609.08144), and BERT's code.
type wordPiece struct {
	*names
	unk      string
	unkID    int32 // −1: none
	prefix   string
	maxChars int

	first, next *trie // tokens that begin a word, and what stands behind the prefix in those that go on
	cache       *cache
}

func (m *wordPiece) words() *names { return m.names }

func (m *wordPiece) prepare() {
	m.unkID = -1
	if id, ok := m.ids[m.unk]; ok {
		m.unkID = id
	}
	m.first, m.next, m.cache = newTrie(), newTrie(), &cache{}
	for s, id := range m.ids {
		m.first.add(s, id)
		if len(s) >= len(m.prefix) && s[:len(m.prefix)] == m.prefix {
			m.next.add(s[len(m.prefix):], id)
		}
	}
}

func (m *wordPiece) tokenize(w *work, p *piece, toks []tok) ([]tok, error) {
	if p.raw {
		p.letters(w)
	}
	known, ok, slot := m.cache.find(p.text)
	if ok {
		return append(toks, known...), nil
	}
	first := len(toks)
	bad := utf8.RuneCount(p.text) > m.maxChars
	for at := 0; at < len(p.text) && !bad; {
		t := m.next
		if at == 0 {
			t = m.first
		}
		id, n := t.longest(p.text[at:])
		if n == 0 {
			bad = true
			break
		}
		name, _ := m.token(id)
		toks = append(toks, tok{id, int32(at), int32(at + n), name})
		at += n
	}
	if bad {
		if m.unkID < 0 {
			return toks, fmt.Errorf("the unknown token %q is not in the vocabulary", m.unk)
		}
		toks = append(toks[:first], tok{m.unkID, 0, int32(len(p.text)), m.unk})
	}
	keep(slot, p.text, toks[first:])
	return toks, nil
}

// wordLevel has a token for each word it knows.
type wordLevel struct {
	*names
	unk string
}

func (m *wordLevel) words() *names { return m.names }

func (m *wordLevel) tokenize(w *work, p *piece, toks []tok) ([]tok, error) {
	if p.raw {
		p.letters(w)
	}
	id, ok := m.ids[string(p.text)]
	if !ok {
		if id, ok = m.ids[m.unk]; !ok {
			return toks, fmt.Errorf("the unknown token %q is not in the vocabulary", m.unk)
		}
		return append(toks, tok{id, 0, int32(len(p.text)), m.unk}), nil
	}
	name, _ := m.token(id)
	return append(toks, tok{id, 0, int32(len(p.text)), name}), nil
}
