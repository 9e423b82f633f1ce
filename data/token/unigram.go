package token

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"unicode/utf8"
)

// unigram takes, of all ways to write a text with its tokens, the likeliest, each token being drawn by itself.
//
// Kudo, Subword Regularization, 2018 (arXiv:1804.10959).
type unigram struct {
	*names
	scores       []float64
	tokens       []string
	unkID        int32 // −1: none
	byteFallback bool

	lowest   float64
	trie     *trie
	fallback [256]int32
	cache    *cache
}

func (m *unigram) words() *names { return m.names }

// unknownPenalty is how much less likely than the least likely token an unknown letter is.
const unknownPenalty = 10

func newUnigram(tokens []string, scores []float64, unkID int32, byteFallback bool) (*unigram, error) {
	ids := make(map[string]int32, len(tokens))
	for i, s := range tokens {
		ids[s] = int32(i)
	}
	if unkID >= int32(len(tokens)) {
		return nil, fmt.Errorf("the unknown token has the id %d of %d", unkID, len(tokens))
	}
	for i, s := range tokens {
		if math.IsNaN(scores[i]) || math.IsInf(scores[i], 0) || len(s) > maxTokenLength {
			return nil, fmt.Errorf("the token %q has %d bytes and a score of %g", clip(s), len(s), scores[i])
		}
	}
	m := &unigram{names: &names{ids: ids, list: tokens}, scores: scores, tokens: tokens, unkID: unkID, byteFallback: byteFallback}
	m.trie, m.cache, m.lowest = newTrie(), &cache{}, math.Inf(1)
	for i, s := range tokens {
		m.trie.add(s, int32(i))
		m.lowest = min(m.lowest, scores[i])
	}
	for b := range 256 {
		m.fallback[b] = -1
		if id, ok := ids[fmt.Sprintf("<0x%02X>", b)]; ok {
			m.fallback[b] = id
		}
	}
	return m, nil
}

// A pathNode is the best way to write the text up to a byte.
type pathNode struct {
	score float64
	start int32 // where the last token of the way begins; −1: there is no way yet
	id    int32
}

func (m *unigram) tokenize(w *work, p *piece, toks []tok) ([]tok, error) {
	if p.raw {
		p.letters(w)
	}
	known, ok, slot := m.cache.find(p.text)
	if ok {
		return append(toks, known...), nil
	}
	first := len(toks)
	if err := m.search(w, p.text); err != nil {
		return toks, err
	}
	for end := int32(len(p.text)); end > 0; {
		n := w.lattice[end]
		if k := len(toks) - 1; n.id == m.unkID && k >= first && toks[k].id == m.unkID {
			toks[k].start = n.start // unknown letters side by side are one
		} else {
			toks = append(toks, tok{id: n.id, start: n.start, end: end})
		}
		end = n.start
	}
	slices.Reverse(toks[first:])
	toks, err := m.name(p.text, toks, first)
	if err != nil {
		return toks, err
	}
	keep(slot, p.text, toks[first:])
	return toks, nil
}

// search finds the best way to each byte where a letter ends.
func (m *unigram) search(w *work, s []byte) error {
	lattice := slices.Grow(w.lattice[:0], len(s)+1)[:len(s)+1]
	w.lattice = lattice
	for i := range lattice {
		lattice[i] = pathNode{start: -1}
	}
	unknown := m.lowest - unknownPenalty
	for i := 0; i < len(s); {
		so := lattice[i].score
		_, size := utf8.DecodeRune(s[i:])
		single := false
		node := int32(0)
		for j := i; j < len(s); j++ {
			if node = m.trie.step(node, s[j]); node == 0 {
				break
			}
			if id := m.trie.value[node]; id >= 0 {
				if n := &lattice[j+1]; n.start < 0 || so+m.scores[id] > n.score {
					*n = pathNode{so + m.scores[id], int32(i), id}
				}
				single = single || j+1-i == size
			}
		}
		if !single {
			if n := &lattice[i+size]; n.start < 0 || so+unknown > n.score {
				if m.unkID < 0 {
					return errors.New("a letter is in no token, and there is no unknown token")
				}
				*n = pathNode{so + unknown, int32(i), m.unkID}
			}
		}
		i += size
	}
	return nil
}

// name gives the tokens of a text their names. Those of unknown letters are the letters, or tokens for their bytes.
func (m *unigram) name(s []byte, toks []tok, first int) ([]tok, error) {
	for i := first; i < len(toks); i++ {
		t := &toks[i]
		if t.id != m.unkID {
			t.text = m.tokens[t.id]
			continue
		}
		t.text = string(s[t.start:t.end])
		if id, ok := m.ids[t.text]; ok {
			t.id = id
			continue
		}
		if !m.byteFallback {
			continue
		}
		bytes := make([]tok, 0, len(t.text))
		for _, b := range []byte(t.text) {
			if m.fallback[b] < 0 {
				break
			}
			bytes = append(bytes, tok{m.fallback[b], t.start, t.end, m.tokens[m.fallback[b]]})
		}
		if len(bytes) == len(t.text) {
			toks = slices.Replace(toks, i, i+1, bytes...)
			i += len(bytes) - 1
		}
	}
	return toks, nil
}
