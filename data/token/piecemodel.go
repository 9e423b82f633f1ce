package token

import (
	"fmt"
	"math"
	"slices"
	"unicode/utf8"
)

// pieceModel makes tokens as SentencePiece does: with float32 scores, over the whole text.
//
// Kudo and Richardson, SentencePiece, 2018 (arXiv:1808.06226).
type pieceModel struct {
	*names
	*pieces
	user *trie
	unk  int32 // −1: none

	fallback [256]int32
	trie     *trie // unigram: what may stand in a text
	lowest   float32
	merges   *pairTable       // BPE
	letters  map[string]int32 // BPE: numbers behind the ids for letters that are no pieces, but begin or end one
	cut      bool             // BPE: whether words end before each ▁ that is behind another letter
	cache    *cache
}

func (m *pieceModel) words() *names { return m.names }

func (m *pieceModel) prepare() error {
	m.cache = &cache{}
	for b := range 256 {
		m.fallback[b] = -1
		if id, ok := m.ids[fmt.Sprintf("<0x%02X>", b)]; ok {
			m.fallback[b] = id
		}
		if m.fallback[b] < 0 && m.byteFallback {
			return fmt.Errorf("there is no piece for byte %#x", b)
		}
	}
	if m.bpe {
		return m.prepareMerges()
	}
	m.trie, m.lowest = newTrie(), math.MaxFloat32
	for i, name := range m.pieces.names {
		if k := m.types[i]; k == pieceNormal || k == pieceUser || k == pieceUnused {
			m.trie.add(name, int32(i))
		}
		if m.types[i] == pieceNormal {
			m.lowest = min(m.lowest, m.scores[i])
		}
	}
	return nil
}

// prepareMerges makes merges of the pieces: each two ways to write a piece are one, and its score says how early.
func (m *pieceModel) prepareMerges() error {
	ranks := m.ranks()
	m.letters = map[string]int32{}
	m.cut = m.normalizer.space == metaspace
	var all [][4]int32
	for i, name := range m.pieces.names {
		switch m.types[i] {
		case pieceUnused:
			return fmt.Errorf("the piece %q is unused, which BPE models are not expected to have", clip(name))
		case pieceControl, pieceUnknown, pieceByte:
			continue
		}
		behind := false // a ▁ behind another letter
		other := false
		for at, r := range name {
			if r != '▁' {
				other = true
			} else if other {
				behind = true
			}
			if at == 0 {
				continue
			}
			left, right := m.part(name[:at]), m.part(name[at:])
			if left >= 0 && right >= 0 {
				all = append(all, [4]int32{left, right, ranks[i], int32(i)})
			}
		}
		if behind && m.types[i] != pieceUser {
			m.cut = false
		}
	}
	m.merges = newPairTable(len(all))
	for _, g := range all {
		m.merges.put(g[0], g[1], g[2], g[3])
	}
	return nil
}

// ranks numbers the scores, the highest first; equal scores have one number.
func (m *pieceModel) ranks() []int32 {
	order := make([]int32, len(m.scores))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortStableFunc(order, func(a, b int32) int {
		switch {
		case m.scores[a] > m.scores[b]:
			return -1
		case m.scores[a] < m.scores[b]:
			return 1
		}
		return 0
	})
	ranks := make([]int32, len(order))
	n := int32(-1)
	for k, i := range order {
		if k == 0 || m.scores[i] != m.scores[order[k-1]] {
			n++
		}
		ranks[i] = n
	}
	return ranks
}

// part returns the number of what can be a part of a merge: a piece, or a letter; −1 for anything else.
func (m *pieceModel) part(s string) int32 {
	if id, ok := m.ids[s]; ok && m.mergeable(id) {
		return id
	}
	if utf8.RuneCountInString(s) > 1 {
		return -1
	}
	n, ok := m.letters[s]
	if !ok {
		n = int32(len(m.pieces.names) + len(m.letters))
		m.letters[s] = n
	}
	return n
}

func (m *pieceModel) mergeable(id int32) bool {
	k := m.types[id]
	return k == pieceNormal || k == pieceUser || k == pieceUnused
}

func (m *pieceModel) tokenize(w *work, p *piece, toks []tok) ([]tok, error) {
	if m.bpe {
		return m.merge(w, p, toks)
	}
	first := len(toks)
	m.search(w, p.text)
	for end := int32(len(p.text)); end > 0; {
		n := w.lattice[end]
		toks = append(toks, tok{id: n.id, start: n.start, end: end})
		end = n.start
	}
	slices.Reverse(toks[first:])
	return m.finish(p.text, toks, first), nil
}

// search is the search of the unigram model in float32, with the reference's way to keep scores of long texts small.
func (m *pieceModel) search(w *work, s []byte) {
	const limit = 100_000
	lattice := slices.Grow(w.lattice[:0], len(s)+1)[:len(s)+1]
	w.lattice = lattice
	for i := range lattice {
		lattice[i] = pathNode{start: -1}
	}
	reached := 0
	put := func(from, to int, id int32, score float32) {
		if n := &lattice[to]; n.start < 0 || score > float32(n.score) {
			*n = pathNode{float64(score), int32(from), id}
		}
		reached = max(reached, to)
	}
	for i := 0; i < len(s); {
		so := float32(lattice[i].score)
		if so < -limit || so > limit {
			for k := i; k <= reached; k++ {
				if k == i || lattice[k].start >= 0 {
					lattice[k].score = float64(float32(lattice[k].score) - so)
				}
			}
			so = 0
		}
		_, size := utf8.DecodeRune(s[i:])
		single := false
		node := int32(0)
		for j := i; j < len(s); j++ {
			if node = m.trie.step(node, s[j]); node == 0 {
				break
			}
			id := m.trie.value[node]
			if id < 0 || m.types[id] == pieceUnused {
				continue
			}
			score := m.scores[id]
			if m.types[id] == pieceUser {
				score = float32(0.1 * float64(j-i))
			}
			put(i, j+1, id, score+so)
			single = single || j+1-i == size
		}
		if !single {
			put(i, i+size, m.unk, m.lowest-unknownPenalty+so)
		}
		i += size
	}
}

// merge is BPE. Pieces that the user defined stay whole, and nothing is merged across them.
func (m *pieceModel) merge(w *work, p *piece, toks []tok) ([]tok, error) {
	start, first := 0, len(toks)
	for i := 0; i < len(p.text); {
		id, n := int32(-1), 0
		if m.user.first[p.text[i]] != 0 {
			id, n = m.user.longest(p.text[i:])
		}
		if n > 0 {
			toks = m.stretch(w, p.text, start, i, toks)
			toks = append(toks, tok{id, int32(i), int32(i + n), m.pieces.names[id]})
			i += n
			start = i
			continue
		}
		_, n = utf8.DecodeRune(p.text[i:])
		i += n
	}
	toks = m.stretch(w, p.text, start, len(p.text), toks)
	return joinUnknown(toks, first, m), nil
}

// stretch appends the tokens of bytes start to end, which have no piece of the user's.
func (m *pieceModel) stretch(w *work, s []byte, start, end int, toks []tok) []tok {
	for start < end {
		stop := end
		if m.cut {
			stop = start + cutAt(s[start:end], 0)
		}
		word := s[start:stop]
		known, ok, slot := m.cache.find(word)
		first := len(toks)
		if ok {
			toks = append(toks, known...)
		} else {
			toks = m.word(w, word, toks)
			keep(slot, word, toks[first:])
		}
		for i := first; i < len(toks); i++ {
			toks[i].start += int32(start)
			toks[i].end += int32(start)
		}
		start = stop
	}
	return toks
}

func (m *pieceModel) word(w *work, word []byte, toks []tok) []tok {
	parts := w.merge.parts[:0]
	for i := 0; i < len(word); {
		_, n := utf8.DecodeRune(word[i:])
		id, ok := m.ids[string(word[i:i+n])]
		if !ok || !m.mergeable(id) {
			if id, ok = m.letters[string(word[i:i+n])]; !ok {
				id = int32(len(m.pieces.names) + len(m.letters)) // in no merge
			}
		}
		i += n
		parts = append(parts, part{id: id, end: int32(i)})
	}
	w.merge.parts = parts
	w.merge.run(m.merges, nil)
	first, at := len(toks), int32(0)
	for _, x := range w.merge.parts {
		id := x.id
		if int(id) >= len(m.pieces.names) {
			id = m.unk
		}
		toks = append(toks, tok{id: id, start: at, end: x.end})
		at = x.end
	}
	return m.finish(word, toks, first)
}

// finish names the tokens, and writes bytes for what is unknown.
func (m *pieceModel) finish(s []byte, toks []tok, first int) []tok {
	for i := first; i < len(toks); i++ {
		t := &toks[i]
		if t.id >= 0 && t.id != m.unk {
			t.text = m.pieces.names[t.id]
			continue
		}
		t.text = string(s[t.start:t.end])
		if !m.byteFallback {
			continue
		}
		bytes := make([]tok, len(t.text))
		for k := range bytes {
			id := m.fallback[t.text[k]]
			bytes[k] = tok{id, t.start, t.start, m.pieces.names[id]}
		}
		bytes[len(bytes)-1].end = t.end
		toks = slices.Replace(toks, i, i+1, bytes...)
		i += len(bytes) - 1
	}
	if m.bpe {
		return toks
	}
	return joinUnknown(toks, first, m)
}

// joinUnknown makes one token of unknown ones side by side, from the given one on.
func joinUnknown(toks []tok, first int, m *pieceModel) []tok {
	if m.byteFallback {
		return toks
	}
	n := first
	for i, t := range toks {
		if i < first {
			continue
		}
		if n > first && t.id == m.unk && toks[n-1].id == m.unk && toks[n-1].end == t.start {
			toks[n-1].end = t.end
			toks[n-1].text += t.text
			continue
		}
		toks[n] = toks[i]
		n++
	}
	return toks[:n]
}
