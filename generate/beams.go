package generate

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/jimu-ml/jimu/nn"
)

// A BeamConfig says how to search. The zero value goes on with four beams, for 256 tokens.
type BeamConfig struct {
	Beams   int     // texts that are gone on with; 0 means 4
	Most    int     // tokens to make; 0 means 256
	Stop    []int64 // tokens that end a text
	Penalty float64 // a text's sum of log-probabilities is divided by its length to that power: 0 prefers short ones, 1 is usual

	// Early ends the search as soon as there are as many finished texts as beams. Otherwise it goes on until no text that is not
	// finished would beat them at its present length; with Thorough, at any length.
	Early, Thorough bool

	Processors []Processor // of the log-probabilities
}

// A Beam is a text that a search has found.
type Beam struct {
	Tokens []int64 // behind the prompt; the last may be one that ends it
	Score  float64 // the sum of log-probabilities, in nats, over the length to the power of the penalty
}

// Beams searches for the likeliest texts behind a prompt, and returns as many as there are beams, the best first. In each step
// it goes on with the best continuations of all texts; one that ends is put aside and counts by its score. It is the search
// of Hugging Face's transformers, whose three ways to end it has.
//
// Graves, Sequence Transduction with Recurrent Neural Networks, 2012 (arXiv:1211.3711), section 2.5; Wu and others, Google's
// Neural Machine Translation System, 2016 (arXiv:1609.08144), section 7, for the penalty, here without their constant.
func Beams(ctx context.Context, m nn.Layer, prompt []int64, c BeamConfig) ([]Beam, error) {
	c.Beams, c.Most = cmp.Or(c.Beams, 4), cmp.Or(c.Most, 256)
	if limit := limited(0, m); limit > 0 {
		if len(prompt) >= limit {
			return nil, fmt.Errorf("generate: a prompt of %d tokens leaves no room in a context of %d", len(prompt), limit)
		}
		c.Most = min(c.Most, limit-len(prompt))
	}
	if c.Beams < 1 || c.Most < 1 || len(prompt) == 0 {
		return nil, fmt.Errorf("generate: no %d beams of %d tokens behind a prompt of %d", c.Beams, c.Most, len(prompt))
	}
	b := search{BeamConfig: c, session: newSession(m, [][]int64{prompt}, c.Most), prompt: len(prompt), scores: []float64{0}}
	for made := 0; ; made++ {
		all, err := b.candidates(ctx)
		if err != nil {
			return nil, err
		}
		if b.step(all, made+1) {
			return b.done, nil
		}
	}
}

// A search is one call of [Beams].
type search struct {
	BeamConfig
	session *session
	prompt  int       // its tokens
	scores  []float64 // sums of log-probabilities of the session's texts
	done    []Beam    // the best first
}

// A candidate is a text of the session with one token more.
type candidate struct {
	row, id int64
	score   float64
	ends    bool
}

// candidates returns the best continuations of the texts, enough of them that there are as many as beams that do not end.
func (b *search) candidates(ctx context.Context) ([]candidate, error) {
	logits, err := b.session.logits(ctx)
	if err != nil {
		return nil, err
	}
	keep := max(2, 1+len(b.Stop)) * b.Beams
	var all []candidate
	for row, x := range logits {
		sum := logSumExp(x)
		for i := range x {
			x[i] = float32(float64(x[i]) - sum)
		}
		for _, p := range b.Processors {
			p.Process(b.session.text[row], x)
		}
		least := minusInf
		if keep < len(x) {
			least = kth(x, keep)
		}
		for id, v := range x {
			if v >= least && !math.IsInf(float64(v), -1) {
				all = append(all, candidate{int64(row), int64(id), b.scores[row] + float64(v), slices.Contains(b.Stop, int64(id))})
			}
		}
	}
	if len(all) == 0 || math.IsNaN(all[0].score) {
		return nil, fmt.Errorf("generate: behind %d tokens no beam can go on", len(b.session.text[0]))
	}
	slices.SortStableFunc(all, func(x, y candidate) int { return cmp.Compare(y.score, x.score) })
	return all[:min(keep, len(all))], nil
}

// step puts texts of that many tokens aside that end, goes on with the others, and reports whether the search is over.
func (b *search) step(all []candidate, made int) bool {
	last := made == b.Most
	for _, c := range all[:min(b.Beams, len(all))] {
		if c.ends || last {
			text := append(slices.Clone(b.session.text[c.row][b.prompt:]), c.id)
			b.done = append(b.done, Beam{text, c.score / math.Pow(float64(made), b.Penalty)})
		}
	}
	slices.SortStableFunc(b.done, func(x, y Beam) int { return cmp.Compare(y.Score, x.Score) })
	b.done = b.done[:min(len(b.done), b.Beams)]
	on := slices.DeleteFunc(slices.Clone(all), func(c candidate) bool { return c.ends })
	if last || len(on) == 0 {
		return true
	}
	on = on[:min(len(on), b.Beams)]
	var rows, ids []int64
	b.scores = b.scores[:0]
	for _, c := range on {
		rows, ids, b.scores = append(rows, c.row), append(ids, c.id), append(b.scores, c.score)
	}
	b.session.reorder(rows)
	b.session.add(ids...)
	return b.over(made)
}

// over reports whether no text that is gone on with can beat those that are finished.
func (b *search) over(made int) bool {
	if len(b.done) < b.Beams {
		return false
	}
	if b.Early {
		return true
	}
	length := made
	if b.Thorough && b.Penalty > 0 {
		length = b.Most
	}
	return b.scores[0]/math.Pow(float64(length), b.Penalty) <= b.done[len(b.done)-1].Score
}
