package recipe

import (
	"math"
	"slices"

	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/data/picture"
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/rng"
)

// fewer leaves the first n training examples: of each class the first, as many as its share, where the classes are known.
func (s *Sets) fewer(n int) error {
	if n == 0 || n == s.Train.Len() {
		return nil
	}
	if n > s.Train.Len() {
		return errorf("train.examples", "want %d, and the set has %d for training", n, s.Train.Len())
	}
	index := firstOf(n, s.Train.Len(), labelsOf(s.Train))
	if s.Batcher != nil {
		s.Batcher = someBatches{s.Batcher, index}
	}
	s.Train = data.Subset{Set: s.Train, Index: index}
	return nil
}

// firstOf returns n of so many positions in their order: the first, or the first of each label in proportion, with one of each
// at least if n is enough.
func firstOf(n, of int, labels []int64) []int {
	members := map[int64][]int{}
	for i := range of {
		var l int64
		if labels != nil {
			l = labels[i]
		}
		members[l] = append(members[l], i)
	}
	var order []int64
	for l := range members {
		order = append(order, l)
	}
	slices.Sort(order)
	var index []int
	seen, taken := 0, 0
	for i, l := range order {
		seen += len(members[l])
		k := int(math.Round(float64(n)*float64(seen)/float64(of))) - taken
		if n >= len(order) {
			k = min(max(k, 1), n-taken-(len(order)-1-i))
		}
		k = min(k, len(members[l]))
		index, taken = append(index, members[l][:k]...), taken+k
	}
	slices.Sort(index)
	return index
}

// labelsOf returns the class of each example, nil if the set does not tell.
func labelsOf(s data.Set) []int64 {
	switch s := s.(type) {
	case data.Subset:
		all := labelsOf(s.Set)
		if all == nil {
			return nil
		}
		some := make([]int64, len(s.Index))
		for i, k := range s.Index {
			some[i] = all[k]
		}
		return some
	case *data.Bytes:
		return s.Labels
	case *picture.Augmented:
		return s.Labels
	case *data.Tensors:
		if s.Y != nil && s.Y.Rank() == 1 && s.Y.DType() == device.Int64 {
			return s.Y.Ints()
		}
	}
	return nil
}

// someBatches are the batches of a part of a set.
type someBatches struct {
	data.Batcher
	index []int // of the part's examples in the set
}

// Batches divides positions of the part.
func (b someBatches) Batches(order []int, key rng.Key) [][]int {
	back := make(map[int]int, len(b.index))
	for i, k := range b.index {
		back[k] = i
	}
	whole := make([]int, len(order))
	for i, k := range order {
		whole[i] = b.index[k]
	}
	batches := b.Batcher.Batches(whole, key)
	for _, one := range batches {
		for i, k := range one {
			one[i] = back[k]
		}
	}
	return batches
}
