package questions

import (
	"slices"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/data/text"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A marked is an answer in tokens of a window, from ≤ i < to, with the share of people who marked it.
type marked struct {
	from, to int
	share    float32
}

// A window is a piece of a passage that a question is about.
type window struct {
	ids     [][channels]int32 // of the question, filled up, and the piece
	from    int               // its first token in the passage
	answers []marked          // that lie in it whole
}

// windows are questions with pieces of passages, as examples.
//
//	X [n q+t c] ids, Y [n 2 t] the shares of each token as the first and as the last of the answer
type windows struct {
	all      []window
	question int // tokens of the question
	reader   *reader
	forget   float64 // share of the words that are made unknown, anew in each epoch
}

// slicing says how passages become windows.
type slicing struct {
	question, context, stride int
}

// of returns the windows of a passage that a question is about.
func (c slicing) of(r *reader, s string, passage []token, asked string, answers []text.Span) []window {
	q := r.tokens(asked)
	q = q[:min(len(q), c.question)]
	head := make([][channels]int32, c.question)
	copy(head, r.question(asked, q, passage))
	body := r.passage(s, passage, q)
	var all []window
	for from := 0; ; from += c.stride {
		to := min(from+c.context, len(passage))
		w := window{ids: append(slices.Clone(head), body[from:to]...), from: from}
		for _, a := range answers {
			if i, j, ok := within(passage, a); ok && i >= from && j <= to {
				w.answers = append(w.answers, marked{i - from, j - from, 1})
			}
		}
		for i := range w.answers {
			w.answers[i].share = 1 / float32(len(w.answers))
		}
		if all = append(all, w); to == len(passage) {
			return all
		}
	}
}

// answered returns the windows of questions about passages that have an answer in them, or of each question the first alone, the
// shortest first.
func (c slicing) answered(r *reader, passages []text.Passage, alone bool) *windows {
	e := &windows{question: c.question, reader: r}
	for _, p := range passages {
		tokens := r.tokens(p.Text)
		for _, q := range p.Questions {
			for _, w := range c.of(r, p.Text, tokens, q.Question, q.Answers) {
				if len(w.answers) == 0 {
					continue
				}
				if e.all = append(e.all, w); alone {
					break
				}
			}
		}
	}
	slices.SortStableFunc(e.all, func(a, b window) int { return len(a.ids) - len(b.ids) })
	return e
}

// Len returns the number of windows.
func (e *windows) Len() int { return len(e.all) }

// Batch returns the windows at those positions.
func (e *windows) Batch(index []int, key rng.Key) (data.Batch, error) {
	some := make([][][channels]int32, len(index))
	for i, k := range index {
		some[i] = e.forgotten(e.all[k].ids, key.At(uint64(k)))
	}
	x := packed(some)
	t := x.Dim(1) - e.question
	y := make([]float32, len(index)*2*t)
	for i, k := range index {
		for _, a := range e.all[k].answers {
			y[2*i*t+a.from] += a.share
			y[(2*i+1)*t+a.to-1] += a.share
		}
	}
	return data.Batch{X: x, Y: tensor.Of(y, len(index), 2, t), Index: index}, nil
}

// forgotten returns the ids of a window with some words made unknown: their word and their ending. A word is forgotten wherever it
// stands, so that question and passage still agree.
func (e *windows) forgotten(ids [][channels]int32, key rng.Key) [][channels]int32 {
	if e.forget == 0 {
		return ids
	}
	some := slices.Clone(ids)
	for i, c := range some {
		if c[0] > int32(text.Unknown) && key.Float64At(uint64(c[0])) < e.forget {
			some[i][0], some[i][5] = int32(text.Unknown), e.reader.first(5)
		}
	}
	return some
}

// packed returns the ids of texts, filled up to the longest, [n t c].
func packed(some [][][channels]int32) *tensor.Tensor {
	t := 0
	for _, ids := range some {
		t = max(t, len(ids))
	}
	x := make([]int64, len(some)*t*channels)
	for i, ids := range some {
		for j, c := range ids {
			for k, id := range c {
				x[(i*t+j)*channels+k] = int64(id)
			}
		}
	}
	return tensor.Of(x, len(some), t, channels)
}

// lengths returns the numbers of tokens.
func (e *windows) lengths() []int {
	all := make([]int, len(e.all))
	for i, w := range e.all {
		all[i] = len(w.ids)
	}
	return all
}
