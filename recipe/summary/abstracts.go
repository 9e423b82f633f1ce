package summary

import (
	"slices"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/data/sample"
	"github.com/jimu-ml/jimu/recipe"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// abstracts are texts and summaries in pieces: X [n 2 s] the pieces that are read and the sentence that each is in, from 1, and
// Y [n 1+t] a sentence that says what a summary says and behind it what is to be written, with its beginning and end.
type abstracts struct {
	texts []source
	pairs []sample.Abstract
	most  int // pieces of what is written

	written   [][]int64   // the first summary of each
	sentences [][][]int64 // of each

	extracts float64     // share of what is to be written that is a sentence of the text
	shares   [][]float32 // by which sentences are drawn; nil: none is, and what is written is the summary
}

// A source is the pieces of a text, with marks before each sentence, and which sentence each is in.
type source struct{ pieces, sentences []int64 }

// source returns a text as a model reads it.
func (w *writingWork) source(sentences []string) (source, error) {
	cut, err := w.cut(sentences)
	if err != nil {
		return source{}, err
	}
	_, marks := w.reader.look(sentences, w.pieces.Size())
	var s source
	for i, ids := range cut {
		s.pieces = append(append(s.pieces, marks[i][:]...), ids[:len(ids)-1]...) // without its end
		for len(s.sentences) < len(s.pieces) {
			s.sentences = append(s.sentences, int64(min(i+1, told)))
		}
	}
	n := min(len(s.pieces), w.Longest)
	return source{s.pieces[:n], s.sentences[:n]}, nil
}

// told is how many sentences of a text a model tells apart.
const told = 32

// cut returns the pieces of sentences, each with an end.
func (w *writingWork) cut(sentences []string) ([][]int64, error) {
	all := make([]string, len(sentences))
	for i, s := range sentences {
		all[i] = spaced(s)
	}
	return w.pieces.Cut(all, w.Longest)
}

// examples returns abstracts as examples.
func (w *writingWork) examples(pairs []sample.Abstract) (*abstracts, error) {
	e := &abstracts{pairs: pairs, most: w.Most}
	for _, a := range pairs {
		s, err := w.source(a.Source)
		if err != nil {
			return nil, err
		}
		ids, err := w.cut(append(slices.Clip(a.Source), a.Target[0]))
		if err != nil {
			return nil, err
		}
		n := len(a.Source)
		e.texts, e.sentences, e.written = append(e.texts, s), append(e.sentences, ids[:n]), append(e.written, ids[n])
	}
	return e, nil
}

// Len returns the number of texts.
func (e *abstracts) Len() int { return len(e.texts) }

// Batch returns the texts at those positions. Of those to learn from, some have in place of the summary a sentence that the key
// draws, the likelier the more it says of it.
func (e *abstracts) Batch(index []int, key rng.Key) (data.Batch, error) {
	var pieces, sentences, written [][]int64
	for _, i := range index {
		best, extracted := e.draw(i, key.At(uint64(i)))
		text := e.written[i]
		if extracted {
			text = e.sentences[i][best]
		}
		pieces, sentences = append(pieces, e.texts[i].pieces), append(sentences, e.texts[i].sentences)
		written = append(written, slices.Concat([]int64{int64(min(best, told-1)), recipe.BeginPiece}, text[:min(len(text), e.most)]))
	}
	x := tensor.Stack(1, recipe.PadPieces(pieces), recipe.PadPieces(sentences))
	return data.Batch{X: x, Y: recipe.PadPieces(written), Index: index}, nil
}

// draws makes examples to learn from, of which so many have a sentence of the text in place of the summary: see [writing].
func (e *abstracts) draws(extracts, temperature float64) {
	e.extracts = extracts
	for i, a := range e.pairs {
		there := e.texts[i].sentences
		e.shares = append(e.shares, softmax(score(a)[:there[len(there)-1]], temperature)) // of those that are read
	}
}

// draw returns a sentence of a text, and whether it is to be written.
func (e *abstracts) draw(i int, key rng.Key) (sentence int, extracted bool) {
	if e.shares == nil {
		return 0, false
	}
	left := key.Float64At(0)
	for k, s := range e.shares[i] {
		sentence = k
		if left -= float64(s); left < 0 {
			break
		}
	}
	return sentence, key.Float64At(1) < e.extracts
}

// lengths returns how many pieces each text has.
func (e *abstracts) lengths() []int {
	all := make([]int, e.Len())
	for i, s := range e.texts {
		all[i] = len(s.pieces)
	}
	return all
}
