package token

import (
	"bytes"
	"unicode/utf8"
)

// pieceNormalizer is the normalizer of SentencePiece: the longest key of its table at each place, white space as ▁ with one before the
// text, and none twice.
type pieceNormalizer struct {
	charsmap *charsmap // nil: none
	user     *trie     // pieces that stay as they are; nil: none
	space    string    // what is written for a space
	prefix   bool      // put a space before the text
	suffix   bool      // put it behind instead
	squeeze  bool      // drop spaces at the ends and behind others
}

// next returns what to write for what s begins with, and how long that is.
func (n *pieceNormalizer) next(s []byte) (text []byte, length int) {
	if n.user != nil {
		if _, k := n.user.longest(s); k > 0 {
			return s[:k], k
		}
	}
	if n.charsmap != nil {
		if text, k := n.charsmap.match(s, true); k > 0 {
			return text, k
		}
	}
	_, k := utf8.DecodeRune(s)
	return s[:k], k
}

// A pieceText is being written: its bytes, and for each where in the old text the next letter stood when it was written.
type pieceText struct {
	text []byte
	from []int32
}

func (t *pieceText) add(s []byte, at int) {
	t.text = append(t.text, s...)
	for range s {
		t.from = append(t.from, int32(at))
	}
}

func (n *pieceNormalizer) normalize(w *work, p *piece) error {
	s, at := p.text, 0
	if n.squeeze {
		for at < len(s) {
			text, k := n.next(s[at:])
			if string(text) != " " {
				break
			}
			at += k
		}
	}
	if at == len(s) {
		p.text, p.align = nil, nil
		return nil
	}
	t := pieceText{make([]byte, 0, len(s)+len(s)/2+8), make([]int32, 0, len(s)+len(s)/2+8)}
	space := []byte(n.space)
	if n.prefix && !n.suffix {
		t.add(space, at)
	}
	blank := n.squeeze
	for at < len(s) {
		text, k := n.next(s[at:])
		if blank {
			text = bytes.TrimLeft(text, " ")
		}
		for i := range text {
			if text[i] == ' ' {
				t.add(space, at)
			} else {
				t.add(text[i:i+1], at)
			}
		}
		if len(text) > 0 {
			blank = n.squeeze && text[len(text)-1] == ' '
		}
		at += k
	}
	for n.squeeze && bytes.HasSuffix(t.text, space) {
		cut := len(t.text) - len(space)
		at = int(t.from[cut])
		t.text, t.from = t.text[:cut], t.from[:cut]
	}
	if n.prefix && n.suffix {
		t.add(space, at)
	}
	n.align(w, p, t, at)
	return nil
}

// align makes t the text of p. A token ends where in the old text the next one begins.
func (n *pieceNormalizer) align(w *work, p *piece, t pieceText, end int) {
	place := func(at int32) int32 {
		if int(at) >= len(p.text) {
			if len(p.text) == 0 {
				return p.at
			}
			return p.spanAt(len(p.text) - 1).end
		}
		return p.spanAt(int(at)).start
	}
	_, align := w.room(len(t.text))
	for i := range t.from {
		next := int32(end)
		if i+1 < len(t.from) {
			next = t.from[i+1]
		}
		align = append(align, span{place(t.from[i]), place(next)})
	}
	p.text, p.align = t.text, align
}
