package vocab

import (
	"cmp"
	"math"
	"slices"
)

// A piece is a token of a unigram model and the logarithm of its probability.
type piece struct {
	text  string
	score float64
}

// seedSize is how many pieces the learning begins with at most.
const seedSize = 1_000_000

// seeds returns what learning begins with: all letters, and the strings that come at least twice in the list of words and cannot be
// made longer without coming less often, those with most letters in all first.
//
// They are the inner nodes of the suffix tree of the words, each followed by a sign that stands in no word.
func seeds(words []word, longest int) []piece {
	var flat []rune
	counts := map[rune]int64{}
	for _, w := range words {
		for _, r := range w.text {
			flat = append(flat, r)
			counts[r] += w.count
		}
		flat = append(flat, 0)
	}
	var out []piece
	letters := make([]rune, 0, len(counts))
	for r := range counts {
		if r != 0 {
			letters = append(letters, r)
		}
	}
	slices.SortFunc(letters, func(a, b rune) int { return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(b, a)) })
	for _, r := range letters {
		out = append(out, piece{string(r), float64(counts[r])})
	}
	nodes := repeated(flat, longest)
	slices.SortFunc(nodes, func(a, b node) int {
		return cmp.Or(cmp.Compare(b.score(), a.score()), slices.Compare(b.text(flat), a.text(flat)))
	})
	for _, n := range nodes {
		if len(out) >= seedSize {
			break
		}
		out = append(out, piece{string(n.text(flat)), float64(n.score())})
	}
	sum := 0.0
	for _, p := range out {
		sum += p.score
	}
	for i := range out {
		out[i].score = math.Log(out[i].score) - math.Log(sum)
	}
	return out
}

// A node is a string that comes several times: letters at to at+length.
type node struct{ at, length, count int32 }

func (n node) score() int64            { return int64(n.count) * int64(n.length) }
func (n node) text(flat []rune) []rune { return flat[n.at : n.at+n.length] }

// repeated returns the strings of 2 to longest letters that are inner nodes of the suffix tree.
func repeated(flat []rune, longest int) []node {
	limit := longest + 1 // letters that are compared
	order := make([]int32, len(flat))
	for i := range order {
		order[i] = int32(i)
	}
	cut := func(i int32) []rune {
		s := flat[i:min(int(i)+limit, len(flat))]
		if k := slices.Index(s, 0); k >= 0 {
			return s[:k+1]
		}
		return s
	}
	slices.SortFunc(order, func(a, b int32) int { return cmp.Or(slices.Compare(cut(a), cut(b)), cmp.Compare(a, b)) })
	var out []node
	var open []node // nodes that the strings read last begin with, the shortest first; count: where in order they begin
	shut := func(depth int32, end int) int32 {
		begin := int32(end - 1)
		for len(open) > 0 && open[len(open)-1].length > depth {
			n := open[len(open)-1]
			open = open[:len(open)-1]
			begin = n.count
			n.count = int32(end) - n.count
			if n.length >= 2 && int(n.length) <= longest && !slices.Contains(n.text(flat), 0) {
				out = append(out, n)
			}
		}
		return begin
	}
	for i := 1; i <= len(order); i++ {
		depth := int32(0)
		if i < len(order) {
			depth = common(cut(order[i-1]), cut(order[i]))
		}
		begin := shut(depth, i)
		if depth > 0 && (len(open) == 0 || open[len(open)-1].length < depth) {
			open = append(open, node{order[i-1], depth, begin})
		}
	}
	return out
}

// common returns how many letters a and b begin with in common.
func common(a, b []rune) int32 {
	n := int32(0)
	for int(n) < len(a) && int(n) < len(b) && a[n] == b[n] {
		n++
	}
	return n
}
