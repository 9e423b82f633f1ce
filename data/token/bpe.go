package token

import (
	"cmp"
	"fmt"
	"strings"
	"unicode/utf8"
)

// bpe is byte-pair encoding: the letters of a word are merged, the earliest learned merge first.
//
// Sennrich, Haddow and Birch, Neural Machine Translation of Rare Words with Subword Units, 2016 (arXiv:1508.07909).
type bpe struct {
	*names
	merges       *pairTable
	made         []merged // in the order of their ranks, for writing
	unk          string
	unkID        int32 // −1: none
	prefix       string
	suffix       string
	fuse         bool
	byteFallback bool
	whole        bool // a word that is a token needs no merges
	dropout      float64

	fallback [256]int32       // the ids of <0x00> to <0xFF>; −1: none
	byteID   [256]int32       // the ids of the letters that ByteLevel writes for the bytes; −1: none
	rawIDs   map[string]int32 // tokens by the bytes they stand for, when whole
	byByte   bool             // whether a piece of raw bytes can be tokenized as it is
	cut      string           // a letter that stands in no token but at its beginning, so that words end before it; "" for none
	cache    *cache
}

type merged struct{ left, right string }

// prepare makes the tables that follow from the vocabulary and the merges.
func (m *bpe) prepare(merges []merged) error {
	m.made = merges
	m.merges = newPairTable(len(merges))
	m.unkID = -1
	if m.unk != "" {
		if id, ok := m.ids[m.unk]; ok {
			m.unkID = id
		}
	}
	for rank, g := range merges {
		left, ok := m.ids[g.left]
		right, ok2 := m.ids[g.right]
		if !ok || !ok2 || len(g.right) < len(m.prefix) {
			return fmt.Errorf("merge %d, of %q and %q, needs a token that is not in the vocabulary", rank, clip(g.left), clip(g.right))
		}
		id, ok := m.ids[g.left+g.right[len(m.prefix):]]
		if !ok {
			return fmt.Errorf("merge %d, of %q and %q, makes what is not in the vocabulary", rank, clip(g.left), clip(g.right))
		}
		m.merges.put(left, right, int32(rank), id)
	}
	m.prepareBytes()
	m.prepareCut()
	m.cache = &cache{}
	return nil
}

// prepareBytes looks up what stands for each byte.
func (m *bpe) prepareBytes() {
	m.byByte = m.prefix == "" && m.suffix == ""
	for b := range 256 {
		m.fallback[b] = m.lookup(fmt.Sprintf("<0x%02X>", b))
		m.byteID[b] = m.lookup(string(byteLetters[b]))
		m.byByte = m.byByte && m.byteID[b] >= 0
	}
	if m.byByte && m.whole {
		m.rawIDs = make(map[string]int32, len(m.ids))
		for s, id := range m.ids {
			if raw, ok := bytesOfLetters(nil, s); ok {
				m.rawIDs[string(raw)] = id
			}
		}
	}
}

func (m *bpe) lookup(s string) int32 {
	if id, ok := m.ids[s]; ok {
		return id
	}
	return -1
}

// metaspace is the letter that SentencePiece writes for a space.
const metaspace = "▁"

// prepareCut sees whether no token has a metaspace behind another letter. Then merges never cross the place before one.
func (m *bpe) prepareCut() {
	if m.lookup(metaspace) < 0 || m.prefix != "" || m.suffix != "" || m.whole {
		return
	}
	for _, g := range m.made {
		if strings.Contains(strings.TrimLeft(g.left+g.right, metaspace), metaspace) {
			return
		}
	}
	m.cut = metaspace
}

func (m *bpe) words() *names { return m.names }

func (m *bpe) tokenize(w *work, p *piece, toks []tok) ([]tok, error) {
	if len(p.text) == 0 {
		return toks, nil
	}
	if p.raw && !m.byByte {
		p.letters(w)
	}
	if m.cut == "" || p.raw || w.dropout(m) > 0 {
		return m.word(w, p, 0, len(p.text), toks)
	}
	var err error
	for start := 0; start < len(p.text); {
		end := cutAt(p.text, start)
		if toks, err = m.word(w, p, start, end, toks); err != nil {
			return toks, err
		}
		start = end
	}
	return toks, nil
}

// cutAt returns where the word that begins at start ends: before the first metaspace behind another letter.
func cutAt(s []byte, start int) int {
	i := start
	for i+2 < len(s) && s[i] == metaspace[0] && s[i+1] == metaspace[1] && s[i+2] == metaspace[2] {
		i += len(metaspace)
	}
	for ; i+2 < len(s); i++ {
		if s[i] == metaspace[0] && s[i+1] == metaspace[1] && s[i+2] == metaspace[2] {
			return i
		}
	}
	return len(s)
}

// word appends the tokens of bytes start to end.
func (m *bpe) word(w *work, p *piece, start, end int, toks []tok) ([]tok, error) {
	word := p.text[start:end]
	if m.whole {
		id, ok := m.ids[string(word)]
		if p.raw {
			id, ok = m.rawIDs[string(word)]
		}
		if ok {
			name, _ := m.token(id)
			return append(toks, tok{id, int32(start), int32(end), name}), nil
		}
	}
	known, ok, slot := m.cache.find(word)
	first := len(toks)
	if ok && w.dropout(m) == 0 {
		toks = append(toks, known...)
	} else {
		if err := m.split(w, word, p.raw); err != nil {
			return toks, err
		}
		w.merge.run(m.merges, w.skip(m))
		at := int32(0)
		for _, s := range w.merge.parts {
			name, _ := m.token(s.id)
			toks = append(toks, tok{s.id, at, s.end, name})
			at = s.end
		}
		if w.dropout(m) == 0 {
			keep(slot, word, toks[first:])
		}
	}
	if start > 0 {
		for i := first; i < len(toks); i++ {
			toks[i].start += int32(start)
			toks[i].end += int32(start)
		}
	}
	return toks, nil
}

// split makes the parts that a word is merged from.
func (m *bpe) split(w *work, word []byte, raw bool) error {
	parts := w.merge.parts[:0]
	if raw {
		for i, b := range word {
			parts = append(parts, part{id: m.byteID[b], end: int32(i) + 1})
		}
		w.merge.parts = parts
		return nil
	}
	at, unk := int32(0), int32(0) // unk: the length of an unknown part that is not yet there
	flush := func() {
		if unk > 0 {
			at += unk
			parts = append(parts, part{id: m.unkID, end: at})
			unk = 0
		}
	}
	for i := 0; i < len(word); {
		_, n := utf8.DecodeRune(word[i:])
		s := m.full(word[i:i+n], i == 0, i+n == len(word))
		i += n
		id, ok := m.ids[string(s)]
		switch {
		case ok:
			flush()
			at += int32(n)
			parts = append(parts, part{id: id, end: at})
		case m.byteFallback && m.hasBytes(s):
			// The reference leaves an unknown part waiting here, and so it comes behind the bytes.
			for _, b := range s {
				at++
				parts = append(parts, part{id: m.fallback[b], end: at})
			}
		case m.unk != "":
			if m.unkID < 0 {
				return fmt.Errorf("the unknown token %q is not in the vocabulary", m.unk)
			}
			if !m.fuse {
				flush()
			}
			unk += int32(n)
		}
	}
	flush()
	w.merge.parts = parts
	return nil
}

// full returns a letter with what stands before it within a word, and behind it at the end.
func (m *bpe) full(s []byte, first, last bool) []byte {
	if !first && m.prefix != "" {
		s = append([]byte(m.prefix), s...)
	}
	if last && m.suffix != "" {
		s = append(s[:len(s):len(s)], m.suffix...)
	}
	return s
}

// hasBytes reports whether each byte of a letter has a token.
func (m *bpe) hasBytes(s []byte) bool {
	for _, b := range s {
		if m.fallback[b] < 0 {
			return false
		}
	}
	return true
}

// dropout returns the share of the merges that are left out.
func (w *work) dropout(m *bpe) float64 {
	if w.sampling == nil {
		return 0
	}
	return cmp.Or(w.sampling.share, m.dropout)
}

// skip returns what decides which merges are left out; nil: none are.
func (w *work) skip(m *bpe) func() bool {
	share := w.dropout(m)
	if share == 0 {
		return nil
	}
	k := w.sampling.random.Next()
	i := uint64(0)
	return func() bool {
		i++
		return k.Float64At(i) < share
	}
}
