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

// A Reorderer is a model that keeps something of its own for each row that it decodes, such as the text that it translates.
type Reorderer interface {
	// Reorder goes on with the rows of those numbers, one of which may come twice.
	Reorder(rows []int64)
}

// Beams searches for the likeliest texts behind a prompt, and returns as many as there are beams, the best first. In each step
// it goes on with the best continuations of all texts; one that ends is put aside and counts by its score. It is the search
// of Hugging Face's transformers, whose three ways to end it has.
//
// Graves, Sequence Transduction with Recurrent Neural Networks, 2012 (arXiv:1211.3711), section 2.5; Wu and others, Google's
// Neural Machine Translation System, 2016 (arXiv:1609.08144), section 7, for the penalty, here without their constant.
func Beams(ctx context.Context, m nn.Layer, prompt []int64, c BeamConfig) ([]Beam, error) {
	all, err := BeamsEach(ctx, m, [][]int64{prompt}, c)
	if err != nil {
		return nil, err
	}
	return all[0], nil
}

// BeamsEach is [Beams] for several prompts of one length, in one batch. A model with something of its own for each prompt, such as
// the texts that it translates, is a [Reorderer], and its row i is first that of prompt i.
func BeamsEach(ctx context.Context, m nn.Layer, prompts [][]int64, c BeamConfig) ([][]Beam, error) {
	c.Beams, c.Most = cmp.Or(c.Beams, 4), cmp.Or(c.Most, 256)
	if len(prompts) == 0 {
		return nil, nil
	}
	n := len(prompts[0])
	if limit := limited(0, m); limit > 0 {
		if n >= limit {
			return nil, fmt.Errorf("generate: a prompt of %d tokens leaves no room in a context of %d", n, limit)
		}
		c.Most = min(c.Most, limit-n)
	}
	if c.Beams < 1 || c.Most < 1 || n == 0 {
		return nil, fmt.Errorf("generate: no %d beams of %d tokens behind a prompt of %d", c.Beams, c.Most, n)
	}
	all := make([]*search, len(prompts))
	for i, p := range prompts {
		if len(p) != n {
			return nil, fmt.Errorf("generate: prompts of %d and %d tokens; a batch has those of one length", n, len(p))
		}
		all[i] = &search{BeamConfig: c, prompt: n, scores: []float64{0}}
	}
	if err := searchAll(ctx, newSession(m, prompts, c.Most), slices.Clone(all)); err != nil {
		return nil, err
	}
	found := make([][]Beam, len(all))
	for i, b := range all {
		found[i] = b.done
	}
	return found, nil
}

// searchAll goes on with searches until all are over. The rows of the session are those of one search after another.
func searchAll(ctx context.Context, s *session, live []*search) error {
	for made := 1; ; made++ {
		logits, err := s.logits(ctx)
		if err != nil {
			return err
		}
		var rows, ids []int64
		at := 0
		live = slices.DeleteFunc(live, func(b *search) bool {
			n := len(b.scores)
			b.text = s.text[at : at+n]
			all, e := b.candidates(logits[at : at+n])
			if e != nil {
				err = e
				return true
			}
			on, over := b.step(all, made)
			for _, c := range on {
				rows, ids = append(rows, int64(at)+c.row), append(ids, c.id)
			}
			at += n
			return over
		})
		if err != nil || len(live) == 0 {
			return err
		}
		s.reorder(rows)
		s.add(ids...)
	}
}

// A search is that behind one prompt.
type search struct {
	BeamConfig
	prompt int       // its tokens
	text   [][]int64 // that are gone on with, prompt included
	scores []float64 // their sums of log-probabilities
	done   []Beam    // the best first
}

// A candidate is a text of the session with one token more.
type candidate struct {
	row, id int64
	score   float64
	ends    bool
}

// candidates returns the best continuations of the texts, enough of them that there are as many as beams that do not end.
func (b *search) candidates(logits [][]float32) ([]candidate, error) {
	keep := max(2, 1+len(b.Stop)) * b.Beams
	var all []candidate
	for row, x := range logits {
		sum := logSumExp(x)
		for i := range x {
			x[i] = float32(float64(x[i]) - sum)
		}
		for _, p := range b.Processors {
			p.Process(b.text[row], x)
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
		return nil, fmt.Errorf("generate: behind %d tokens no beam can go on", len(b.text[0]))
	}
	slices.SortStableFunc(all, func(x, y candidate) int { return cmp.Compare(y.score, x.score) })
	return all[:min(keep, len(all))], nil
}

// step puts texts of that many tokens aside that end, and returns the others to go on with, or that the search is over.
func (b *search) step(all []candidate, made int) (on []candidate, over bool) {
	last := made == b.Most
	for _, c := range all[:min(b.Beams, len(all))] {
		if c.ends || last {
			text := append(slices.Clone(b.text[c.row][b.prompt:]), c.id)
			b.done = append(b.done, Beam{text, c.score / math.Pow(float64(made), b.Penalty)})
		}
	}
	slices.SortStableFunc(b.done, func(x, y Beam) int { return cmp.Compare(y.Score, x.Score) })
	b.done = b.done[:min(len(b.done), b.Beams)]
	on = slices.DeleteFunc(slices.Clone(all), func(c candidate) bool { return c.ends })
	if last || len(on) == 0 {
		return nil, true
	}
	on = on[:min(len(on), b.Beams)]
	b.scores = b.scores[:0]
	for _, c := range on {
		b.scores = append(b.scores, c.score)
	}
	if b.over(made) {
		return nil, true
	}
	return on, false
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
