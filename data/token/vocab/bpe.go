package vocab

import (
	"container/heap"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
)

// bpeModel and the others are models as tokenizer.json writes them.
type bpeModel struct {
	Type   string           `json:"type"`
	Suffix *string          `json:"end_of_word_suffix"`
	Vocab  map[string]int32 `json:"vocab"`
	Merges [][2]string      `json:"merges"`
}

type wordPieceModel struct {
	Type     string           `json:"type"`
	Unk      string           `json:"unk_token"`
	Prefix   string           `json:"continuing_subword_prefix"`
	MaxChars int              `json:"max_input_chars_per_word"`
	Vocab    map[string]int32 `json:"vocab"`
}

// A symbol is a token within a word, with its length in letters.
type symbol struct{ id, length int32 }

type pair struct{ left, right int32 }

// A bpeLearner is learning merges.
type bpeLearner struct {
	Config
	prefix string
	ids    map[string]int32
	tokens []string
	merges [][2]string

	words  [][]symbol
	counts []int64
	pairs  map[pair]int64   // how often each came
	fresh  map[pair][]int32 // pairs that have just come up, and the words they are in
	queue  pairQueue
}

// learnBPE merges the commonest pair of tokens again and again; of equally common ones the one whose ids come first.
func learnBPE(ctx context.Context, words []word, c Config) (any, error) {
	l, err := learnMerges(ctx, words, c, "")
	if err != nil {
		return nil, err
	}
	m := bpeModel{Type: "BPE", Vocab: l.ids, Merges: l.merges}
	if c.Suffix != "" {
		m.Suffix = &c.Suffix
	}
	return m, nil
}

// learnWordPiece learns merges with a prefix within words, and keeps the tokens alone, as the reference does.
func learnWordPiece(ctx context.Context, words []word, c Config) (any, error) {
	if !slices.Contains(c.Special, "[UNK]") {
		c.Special = append([]string{"[UNK]"}, c.Special...)
	}
	l, err := learnMerges(ctx, words, c, "##")
	if err != nil {
		return nil, err
	}
	return wordPieceModel{"WordPiece", "[UNK]", "##", 100, l.ids}, nil
}

func learnMerges(ctx context.Context, words []word, c Config, prefix string) (*bpeLearner, error) {
	if c.Size == 0 {
		c.Size = 30000
	}
	if c.MaxTokenLength == 0 {
		c.MaxTokenLength = math.MaxInt32
	}
	if len(words) > math.MaxInt32 {
		return nil, errors.New("learning merges: too many words")
	}
	l := &bpeLearner{Config: c, prefix: prefix, ids: map[string]int32{}, pairs: map[pair]int64{}, fresh: map[pair][]int32{}}
	for _, s := range c.Special {
		l.add(s)
	}
	l.alphabet(words)
	l.spell(words)
	for i, w := range l.words {
		for k := range len(w) - 1 {
			l.see(pair{w[k].id, w[k+1].id}, l.counts[i], int32(i))
		}
	}
	l.enqueue()
	return l, l.run(ctx)
}

// add returns the id of a token, a new one if there is none.
func (l *bpeLearner) add(s string) int32 {
	id, ok := l.ids[s]
	if !ok {
		id = int32(len(l.tokens))
		l.ids[s] = id
		l.tokens = append(l.tokens, s)
	}
	return id
}

// alphabet adds the letters of the words, in the order of their code points.
func (l *bpeLearner) alphabet(words []word) {
	counts := map[rune]int64{}
	for _, w := range words {
		for _, r := range w.text {
			counts[r] += w.count
		}
	}
	for _, r := range l.Alphabet {
		counts[r] = math.MaxInt64
	}
	letters := make([]rune, 0, len(counts))
	for r := range counts {
		letters = append(letters, r)
	}
	slices.SortFunc(letters, func(a, b rune) int {
		switch {
		case counts[a] != counts[b] && counts[a] > counts[b]:
			return -1
		case counts[a] != counts[b]:
			return 1
		}
		return int(a - b)
	})
	if l.MaxAlphabet > 0 && len(letters) > l.MaxAlphabet {
		letters = letters[:l.MaxAlphabet]
	}
	slices.Sort(letters)
	for _, r := range letters {
		l.add(string(r))
	}
}

// spell writes the words with the letters, and leaves out those that are none of the alphabet.
func (l *bpeLearner) spell(words []word) {
	l.words, l.counts = make([][]symbol, len(words)), make([]int64, len(words))
	for i, w := range words {
		l.counts[i] = w.count
		letters := []rune(w.text)
		for k, r := range letters {
			s := string(r)
			if _, ok := l.ids[s]; !ok {
				continue
			}
			if k > 0 {
				s = l.prefix + s
			}
			if k == len(letters)-1 {
				s += l.Suffix
			}
			l.words[i] = append(l.words[i], symbol{l.add(s), 1})
		}
	}
}

// see notes that a pair came up in a word.
func (l *bpeLearner) see(p pair, count int64, w int32) {
	l.pairs[p] += count
	if at := l.fresh[p]; len(at) == 0 || at[len(at)-1] != w {
		l.fresh[p] = append(at, w)
	}
}

// enqueue puts the fresh pairs into the queue.
func (l *bpeLearner) enqueue() {
	for p, at := range l.fresh {
		if n := l.pairs[p]; n > 0 {
			heap.Push(&l.queue, queued{p, n, at})
		}
		delete(l.fresh, p)
	}
}

func (l *bpeLearner) run(ctx context.Context) error {
	for len(l.tokens) < l.Size && len(l.queue) > 0 {
		top := heap.Pop(&l.queue).(queued)
		if n := l.pairs[top.pair]; top.count != n {
			top.count = n
			heap.Push(&l.queue, top)
			continue
		}
		if top.count < 1 || l.MinCount > top.count {
			break
		}
		left, right := l.tokens[top.left], l.tokens[top.right]
		id := l.add(left + strings.TrimPrefix(right, l.prefix))
		l.merges = append(l.merges, [2]string{left, right})
		for _, w := range top.words {
			l.words[w] = l.merge(l.words[w], top.pair, id, w)
		}
		l.enqueue()
		if len(l.merges)%256 == 0 {
			l.say("learning merges", len(l.tokens), l.Size)
			if err := ctx.Err(); err != nil {
				return fmt.Errorf("learning merges: %w", err)
			}
		}
	}
	l.say("learning merges", len(l.tokens), len(l.tokens))
	l.once()
	return nil
}

// once keeps the last of merges that were learned twice: a token that two pairs make can come up again.
func (l *bpeLearner) once() {
	last := make(map[[2]string]int, len(l.merges))
	for i, m := range l.merges {
		last[m] = i
	}
	n := 0
	for i, m := range l.merges {
		if last[m] == i {
			l.merges[n] = m
			n++
		}
	}
	l.merges = l.merges[:n]
}

// merge puts id in the place of a pair in a word, and counts what that changes.
func (l *bpeLearner) merge(w []symbol, p pair, id, at int32) []symbol {
	n := 0
	count := l.counts[at]
	for i := 0; i < len(w); i++ {
		if w[i].id != p.left || i+1 == len(w) || w[i+1].id != p.right {
			w[n] = w[i]
			n++
			continue
		}
		made := symbol{id, w[i].length + w[i+1].length}
		if n > 0 {
			before := w[n-1]
			l.pairs[pair{before.id, p.left}] -= count
			if before.length+made.length < int32(l.MaxTokenLength) {
				l.see(pair{before.id, id}, count, at)
			}
		}
		if i+2 < len(w) {
			after := w[i+2]
			l.pairs[pair{p.right, after.id}] -= count
			if after.length+made.length < int32(l.MaxTokenLength) {
				l.see(pair{id, after.id}, count, at)
			}
		}
		w[n] = made
		n++
		i++
	}
	return w[:n]
}

// queued is a pair that waits to be merged in some words.
type queued struct {
	pair
	count int64
	words []int32
}

// pairQueue is a heap: the commonest pair first, and of equally common ones the one whose ids come first.
type pairQueue []queued

func (q pairQueue) Len() int { return len(q) }
func (q pairQueue) Less(i, j int) bool {
	a, b := &q[i], &q[j]
	switch {
	case a.count != b.count:
		return a.count > b.count
	case a.left != b.left:
		return a.left < b.left
	}
	return a.right < b.right
}
func (q pairQueue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }

// Push is for package heap.
func (q *pairQueue) Push(x any) { *q = append(*q, x.(queued)) }

// Pop is for package heap.
func (q *pairQueue) Pop() any {
	old := *q
	x := old[len(old)-1]
	*q = old[:len(old)-1]
	return x
}
