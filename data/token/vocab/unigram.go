package vocab

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/jimu-ml/jimu/internal/parallel"
)

type unigramModel struct {
	Type  string   `json:"type"`
	UnkID *int     `json:"unk_id"`
	Vocab [][2]any `json:"vocab"`
	Bytes bool     `json:"byte_fallback"`
}

// How a unigram model is learned.
const (
	shrinking      = 0.75 // what is kept of the pieces each time
	emSteps        = 2    // between two prunings
	rarely         = 0.5  // pieces expected less often go
	unknownPenalty = 10
)

// learnUnigram begins with many pieces and, by expectation maximization, keeps those without which the words would be much less likely.
//
// Kudo, Subword Regularization, 2018 (arXiv:1804.10959), section 3.2.
func learnUnigram(ctx context.Context, words []word, c Config) (any, error) {
	if c.Size == 0 {
		c.Size = 8000
	}
	if c.MaxTokenLength == 0 {
		c.MaxTokenLength = 16
	}
	required := letters(words, c.Alphabet)
	if len(required)+len(c.Special) > c.Size {
		return nil, fmt.Errorf("learning a unigram model: %d letters and %d special tokens are more than %d tokens", len(required), len(c.Special), c.Size)
	}
	c.say("finding pieces", 0, len(words))
	pieces := append([]piece{{"<UNK>", math.NaN()}}, seeds(words, c.MaxTokenLength)...)
	wanted := c.Size * 11 / 10
	for {
		for range emSteps {
			m := newLattice(pieces)
			expected, err := m.expect(words)
			if err != nil {
				return nil, err
			}
			pieces = maximize(pieces, expected)
			if err := ctx.Err(); err != nil {
				return nil, fmt.Errorf("learning a unigram model: %w", err)
			}
		}
		c.say("pruning pieces", len(pieces), wanted)
		if len(pieces) <= wanted {
			break
		}
		pieces = prune(newLattice(pieces), words, wanted)
	}
	return finish(pieces, required, c), nil
}

// letters returns the letters that must be tokens, in their order.
func letters(words []word, alphabet []rune) []string {
	seen := map[rune]bool{}
	for _, w := range words {
		for _, r := range w.text {
			seen[r] = true
		}
	}
	for _, r := range alphabet {
		seen[r] = true
	}
	list := make([]string, 0, len(seen))
	for r := range seen {
		list = append(list, string(r))
	}
	slices.Sort(list)
	return list
}

// expect returns how often each piece is expected in the words, by the model.
func (m *lattice) expect(words []word) ([]float64, error) {
	const grain = 1 << 11
	n := parallel.Blocks(len(words), grain)
	parts := make([][]float64, n)
	bad := make([]bool, n)
	parallel.For(n, 1, func(from, to int) {
		for i := from; i < to; i++ {
			parts[i] = make([]float64, len(m.pieces))
			var s sweep
			lo, hi := parallel.Block(len(words), grain, i)
			for _, w := range words[lo:hi] {
				bad[i] = bad[i] || math.IsNaN(m.marginals(&s, w, parts[i]))
			}
		}
	})
	expected := make([]float64, len(m.pieces))
	for i, p := range parts {
		if bad[i] {
			return nil, errors.New("learning a unigram model: a likelihood is no number")
		}
		for k, x := range p {
			expected[k] += x
		}
	}
	return expected, nil
}

// maximize returns the pieces with the likeliest scores for how often they are expected, with a prior that favors few pieces.
func maximize(pieces []piece, expected []float64) []piece {
	kept := []piece{pieces[0]}
	sum := 0.0
	for i, x := range expected {
		if i > 0 && x >= rarely {
			kept = append(kept, piece{pieces[i].text, x})
			sum += x
		}
	}
	total := digamma(sum)
	for i := range kept[1:] {
		kept[i+1].score = digamma(kept[i+1].score) - total
	}
	kept[0].score = math.NaN()
	return kept
}

// digamma is the derivative of log Γ(x).
func digamma(x float64) float64 {
	r := 0.0
	for ; x < 7; x++ {
		r -= 1 / x
	}
	x -= 0.5
	y := 1 / (x * x)
	return r + math.Log(x) + y/24 - 7.0/960*y*y + 31.0/8064*y*y*y - 127.0/30720*y*y*y*y
}

// prune keeps the pieces without which the words would lose most likelihood.
func prune(m *lattice, words []word, wanted int) []piece {
	keep, other := m.alternatives()
	freq := m.segment(words)
	total, sum := 0.0, 0.0
	for _, w := range words {
		total += float64(w.count)
	}
	for _, f := range freq {
		sum += f
	}
	kept := []piece{m.pieces[0]}
	type candidate struct {
		id   int
		loss float64
	}
	var candidates []candidate
	for id := 1; id < len(m.pieces); id++ {
		switch {
		case freq[id] == 0 && !keep[id]:
		case len(other[id]) == 0:
			kept = append(kept, m.pieces[id])
		case freq[id] > 0:
			before := math.Log(freq[id]) - math.Log(sum)
			// Both references take the number of all pieces here, where the pieces that stand in for this one are meant.
			rest := math.Log(sum + freq[id]*float64(len(other)-1))
			after := 0.0
			for _, k := range other[id] {
				after += math.Log(freq[k]+freq[id]) - rest
			}
			candidates = append(candidates, candidate{id, freq[id] / total * (before - after)})
		}
	}
	size := max(wanted, int(float64(len(m.pieces))*shrinking))
	slices.SortStableFunc(candidates, func(a, b candidate) int { return cmp.Compare(b.loss, a.loss) })
	for _, x := range candidates {
		if len(kept) == size {
			break
		}
		kept = append(kept, m.pieces[x.id])
	}
	return kept
}

// finish makes the model: special tokens, letters and the best pieces, as many as wanted.
func finish(pieces []piece, required []string, c Config) unigramModel {
	scores := map[string]float64{}
	lowest := math.Inf(1)
	for _, p := range pieces {
		scores[p.text] = p.score
		if p.score < lowest {
			lowest = p.score
		}
	}
	in := map[string]bool{"<UNK>": true}
	var list []piece
	penalty := 0.0
	for _, s := range required {
		in[s] = true
		score, ok := scores[s]
		if !ok {
			score = lowest + penalty
			penalty += 0.0001
		}
		list = append(list, piece{s, score})
	}
	special := c.Special
	unk := slices.Index(special, "<unk>")
	if unk < 0 {
		special, unk = append([]string{"<unk>"}, special...), 0
	}
	for _, p := range pieces {
		if len(list) >= c.Size-len(special) {
			break
		}
		if !in[p.text] {
			in[p.text] = true
			list = append(list, p)
		}
	}
	slices.SortStableFunc(list, func(a, b piece) int { return cmp.Compare(b.score, a.score) })
	m := unigramModel{Type: "Unigram", UnkID: &unk}
	for _, s := range special {
		m.Vocab = append(m.Vocab, [2]any{s, 0.0})
	}
	for _, p := range list {
		m.Vocab = append(m.Vocab, [2]any{p.text, p.score})
	}
	return m
}
