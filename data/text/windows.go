package text

import (
	"fmt"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// Windows is a set of the windows of one long sequence of tokens, for language models: each position is to predict the next.
//
//	X [n t] = tokens i … i+t−1, Y [n t] = tokens i+1 … i+t, with i = example · Stride
type Windows struct {
	Tokens []int64
	Length int // t
	Stride int // from the start of an example to that of the next; with Length each token is predicted once

	// Rest adds a window that ends with the last token, if there are tokens after the last whole one. Targets that an earlier
	// window has are [Unlabelled] there, so that with a Stride of Length each token but the first is predicted exactly once.
	Rest bool
}

// NewWindows returns the windows of tokens of that length; a stride of 0 is the length. Without a single window it is an error.
func NewWindows(tokens []int64, length, stride int) (*Windows, error) {
	if stride == 0 {
		stride = length
	}
	if length < 1 || stride < 1 || len(tokens) <= length {
		return nil, fmt.Errorf("windows of %d tokens, %d apart, over %d tokens: want at least 1, 1 and %d", length, stride, len(tokens), max(length, 1)+1)
	}
	return &Windows{Tokens: tokens, Length: length, Stride: stride}, nil
}

// Len returns the number of windows. Without Rest the tokens after the last whole one belong to none.
func (w *Windows) Len() int {
	n := w.whole()
	if w.Rest && w.end(n-1) < len(w.Tokens) {
		n++
	}
	return n
}

// whole returns the number of windows without the one for the rest.
func (w *Windows) whole() int { return (len(w.Tokens)-1-w.Length)/w.Stride + 1 }

// end returns where the targets of a whole window end.
func (w *Windows) end(k int) int { return k*w.Stride + w.Length + 1 }

// Batch returns the windows at those positions.
func (w *Windows) Batch(index []int, _ rng.Key) (data.Batch, error) {
	t := w.Length
	x, y := make([]int64, len(index)*t), make([]int64, len(index)*t)
	for i, k := range index {
		if k < 0 || k >= w.Len() {
			return data.Batch{}, fmt.Errorf("example %d of a set of %d", k, w.Len())
		}
		at, had := k*w.Stride, 0
		if k == w.whole() {
			at = len(w.Tokens) - 1 - t
			had = w.end(k-1) - at - 1
		}
		copy(x[i*t:], w.Tokens[at:at+t])
		copy(y[i*t:], w.Tokens[at+1:at+1+t])
		for j := range max(had, 0) {
			y[i*t+j] = Unlabelled
		}
	}
	return data.Batch{X: tensor.Of(x, len(index), t), Y: tensor.Of(y, len(index), t), Index: index}, nil
}
