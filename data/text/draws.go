package text

import (
	"fmt"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// Draws is a set of windows of one long sequence of tokens that begin at random places, as language models are trained: each
// epoch has others.
//
//	X [n t] = tokens i … i+t−1, Y [n t] = tokens i+1 … i+t, with i drawn for each example, evenly
//
// Where an example begins is a function of the key that Batch is given, and of its position.
type Draws struct {
	Tokens []int64
	Length int // t
	Count  int // examples of an epoch
}

// NewDraws returns a set of so many windows of tokens. Without a single window it is an error.
func NewDraws(tokens []int64, length, count int) (*Draws, error) {
	if length < 1 || count < 1 || len(tokens) <= length {
		return nil, fmt.Errorf("%d windows of %d tokens, drawn from %d: want at least 1, 1 and %d", count, length, len(tokens), max(length, 1)+1)
	}
	return &Draws{tokens, length, count}, nil
}

// Len returns the number of examples of an epoch.
func (d *Draws) Len() int { return d.Count }

// Batch returns the windows that the key draws for those positions.
func (d *Draws) Batch(index []int, key rng.Key) (data.Batch, error) {
	t := d.Length
	x, y := make([]int64, len(index)*t), make([]int64, len(index)*t)
	for i, k := range index {
		if k < 0 || k >= d.Count {
			return data.Batch{}, fmt.Errorf("example %d of a set of %d", k, d.Count)
		}
		at := key.At(uint64(k)).IntnAt(0, len(d.Tokens)-t)
		copy(x[i*t:], d.Tokens[at:at+t])
		copy(y[i*t:], d.Tokens[at+1:at+1+t])
	}
	return data.Batch{X: tensor.Of(x, len(index), t), Y: tensor.Of(y, len(index), t), Index: index}, nil
}
