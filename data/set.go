// Package data holds examples: read, split, shuffled, batched, augmented; text to tokens.
//
// Everything random here is a pure function of (seed, epoch, example), so that a run that was stopped in the middle of
// an epoch goes on with the batches it would have seen.
package data

import (
	"errors"
	"fmt"

	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A Batch is some examples: inputs and targets that share their first axis.
type Batch struct {
	X, Y  *tensor.Tensor
	Index []int // the positions of the examples in the set
}

// Len returns the number of examples.
func (b Batch) Len() int { return len(b.Index) }

// A Set is a collection of examples known by position. It is safe for use by several goroutines.
type Set interface {
	Len() int

	// Batch returns the examples at those positions. The key, of the run and epoch, is what augmentation draws from: an
	// example at position i uses key.At(i).
	Batch(index []int, key rng.Key) (Batch, error)
}

// Tensors is a set over tensors that share their first axis.
type Tensors struct{ X, Y *tensor.Tensor }

// NewTensors returns a set of the examples x [n …] with the targets y [n …]. y may be nil.
func NewTensors(x, y *tensor.Tensor) (*Tensors, error) {
	if x.Rank() == 0 {
		return nil, errors.New("a set of examples of shape []: want a first axis")
	}
	if y != nil && (y.Rank() == 0 || y.Dim(0) != x.Dim(0)) {
		return nil, fmt.Errorf("a set of examples of shape %v with targets of shape %v: want the same first axis", x.Shape(), y.Shape())
	}
	return &Tensors{x, y}, nil
}

// Len returns the length of the first axis.
func (s *Tensors) Len() int { return s.X.Dim(0) }

// Batch returns copies of the rows at those positions.
func (s *Tensors) Batch(index []int, _ rng.Key) (Batch, error) {
	at := make([]int64, len(index))
	for i, k := range index {
		if k < 0 || k >= s.Len() {
			return Batch{}, fmt.Errorf("example %d of a set of %d", k, s.Len())
		}
		at[i] = int64(k)
	}
	where := tensor.Of(at, len(at))
	b := Batch{X: s.X.Take(0, where), Index: index}
	if s.Y != nil {
		b.Y = s.Y.Take(0, where)
	}
	return b, nil
}

// Subset is the examples of a set at some positions, in that order.
type Subset struct {
	Set
	Index []int
}

// Len returns the number of positions.
func (s Subset) Len() int { return len(s.Index) }

// Batch returns the examples at those positions of the subset.
func (s Subset) Batch(index []int, key rng.Key) (Batch, error) {
	at := make([]int, len(index))
	for i, k := range index {
		if k < 0 || k >= len(s.Index) {
			return Batch{}, fmt.Errorf("example %d of a subset of %d", k, len(s.Index))
		}
		at[i] = s.Index[k]
	}
	b, err := s.Set.Batch(at, key)
	b.Index = index
	return b, err
}

// Split divides a set at random into parts of those sizes in examples; the rest is left out. The same key gives the same
// parts.
func Split(s Set, key rng.Key, sizes ...int) ([]Set, error) {
	order := key.Perm(s.Len())
	parts := make([]Set, len(sizes))
	for i, n := range sizes {
		if n < 0 || n > len(order) {
			return nil, fmt.Errorf("split: parts of %v examples from a set of %d", sizes, s.Len())
		}
		parts[i] = Subset{s, order[:n:n]}
		order = order[n:]
	}
	return parts, nil
}

// Range returns the examples of a set from lo to hi, hi excluded.
func Range(s Set, lo, hi int) Set {
	index := make([]int, max(hi-lo, 0))
	for i := range index {
		index[i] = lo + i
	}
	return Subset{s, index}
}
