package vocab

import (
	"math"
	"slices"
	"unicode/utf8"

	"github.com/jimu-ml/jimu/internal/parallel"
)

// A lattice knows the ways to write a word with pieces. Piece 0 stands for a letter that is none.
type lattice struct {
	pieces  []piece
	ids     map[string]int32
	longest int // bytes
	unknown float64
}

func newLattice(pieces []piece) *lattice {
	m := &lattice{pieces: pieces, ids: make(map[string]int32, len(pieces))}
	lowest := math.Inf(1)
	for i, p := range pieces {
		m.ids[p.text] = int32(i)
		m.longest = max(m.longest, len(p.text))
		if p.score < lowest {
			lowest = p.score
		}
	}
	m.unknown = lowest - unknownPenalty
	return m
}

// An edge is a piece in a word: from byte start to byte end.
type edge struct {
	start, end, id int32
	score          float64
}

// edges appends the pieces of a word, by where they begin and then how long they are.
func (m *lattice) edges(to []edge, s string) []edge {
	for i := 0; i < len(s); {
		_, size := utf8.DecodeRuneInString(s[i:])
		single := false
		for j := i + size; ; {
			if id, ok := m.ids[s[i:j]]; ok {
				to = append(to, edge{int32(i), int32(j), id, m.pieces[id].score})
				single = single || j == i+size
			}
			if j >= len(s) || j-i > m.longest {
				break
			}
			_, n := utf8.DecodeRuneInString(s[j:])
			j += n
		}
		if !single {
			to = append(to, edge{int32(i), int32(i + size), 0, m.unknown})
		}
		i += size
	}
	return to
}

// A sweep is the memory for one word.
type sweep struct {
	edges       []edge
	alpha, beta []float64
	via         []int32
}

func (s *sweep) reset(m *lattice, text string) {
	s.edges = m.edges(s.edges[:0], text)
	n := len(text) + 1
	s.alpha, s.beta = slices.Grow(s.alpha[:0], n)[:n], slices.Grow(s.beta[:0], n)[:n]
	for i := range n {
		s.alpha[i], s.beta[i] = math.Inf(-1), math.Inf(-1)
	}
	s.alpha[0], s.beta[n-1] = 0, 0
}

// marginals adds to expected how often each piece is expected in a word, and returns the word's log likelihood.
func (m *lattice) marginals(s *sweep, w word, expected []float64) float64 {
	s.reset(m, w.text)
	for _, e := range s.edges {
		s.alpha[e.end] = logAdd(s.alpha[e.end], s.alpha[e.start]+e.score)
	}
	for i := len(s.edges) - 1; i >= 0; i-- {
		e := s.edges[i]
		s.beta[e.start] = logAdd(s.beta[e.start], s.beta[e.end]+e.score)
	}
	z := s.alpha[len(w.text)]
	for _, e := range s.edges {
		expected[e.id] += float64(w.count) * math.Exp(s.alpha[e.start]+e.score+s.beta[e.end]-z)
	}
	return z
}

// logAdd returns log(exp x + exp y).
func logAdd(x, y float64) float64 {
	if x < y {
		x, y = y, x
	}
	if x > y+50 {
		return x
	}
	return x + math.Log1p(math.Exp(y-x))
}

// viterbi returns the edges of the likeliest way to write a text, the last first.
func (m *lattice) viterbi(s *sweep, text string) []edge {
	s.reset(m, text)
	n := len(text) + 1
	s.via = slices.Grow(s.via[:0], n)[:n]
	for i := range s.via {
		s.via[i] = -1
	}
	for i, e := range s.edges {
		if x := s.alpha[e.start] + e.score; s.via[e.end] < 0 || x > s.alpha[e.end] {
			s.alpha[e.end], s.via[e.end] = x, int32(i)
		}
	}
	var path []edge
	for at := int32(n - 1); at > 0; {
		e := s.edges[s.via[at]]
		path = append(path, e)
		at = e.start
	}
	return path
}

// segment returns how often each piece comes when the words are written in the likeliest way.
func (m *lattice) segment(words []word) []float64 {
	const grain = 1 << 11
	n := parallel.Blocks(len(words), grain)
	parts := make([][]float64, n)
	parallel.For(n, 1, func(from, to int) {
		for i := from; i < to; i++ {
			f := make([]float64, len(m.pieces))
			var s sweep
			lo, hi := parallel.Block(len(words), grain, i)
			for _, w := range words[lo:hi] {
				for _, e := range m.viterbi(&s, w.text) {
					f[e.id] += float64(w.count)
				}
			}
			parts[i] = f
		}
	})
	freq := make([]float64, len(m.pieces))
	for _, p := range parts {
		for k, x := range p {
			freq[k] += x
		}
	}
	return freq
}

// alternatives returns, for each piece, whether it stays even if no word needs it, and the pieces that write it otherwise.
func (m *lattice) alternatives() (keep []bool, other [][]int32) {
	keep, other = make([]bool, len(m.pieces)), make([][]int32, len(m.pieces))
	parallel.For(len(m.pieces), 256, func(from, to int) {
		var s sweep
		for id := max(from, 1); id < to; id++ {
			text := m.pieces[id].text
			first := m.viterbi(&s, text)
			if len(first) > 1 {
				continue
			}
			keep[id] = true
			s.edges = slices.DeleteFunc(s.edges, func(e edge) bool { return int(e.end-e.start) == len(text) })
			for _, e := range m.without(&s, text) {
				other[id] = append(other[id], e.id)
			}
		}
	})
	return keep, other
}

// without returns the likeliest way among the edges that are left, in the order of the text; none if there is no way.
func (m *lattice) without(s *sweep, text string) []edge {
	n := len(text) + 1
	for i := range n {
		s.alpha[i], s.via[i] = math.Inf(-1), -1
	}
	s.alpha[0] = 0
	for i, e := range s.edges {
		if math.IsInf(s.alpha[e.start], -1) {
			continue
		}
		if x := s.alpha[e.start] + e.score; s.via[e.end] < 0 || x > s.alpha[e.end] {
			s.alpha[e.end], s.via[e.end] = x, int32(i)
		}
	}
	var path []edge
	for at := int32(n - 1); at > 0; {
		if s.via[at] < 0 {
			return nil
		}
		e := s.edges[s.via[at]]
		path = append(path, e)
		at = e.start
	}
	slices.Reverse(path)
	return path
}
