package train

import (
	"github.com/jimu-ml/jimu/data"
	"github.com/jimu-ml/jimu/tensor"
)

// A Relative is a set whose targets say how far the truth is from a base, such as the last number that is seen of a series. What a
// model learns of it is relative likewise. Metrics are of both with their bases, for a share of a target, or a correlation with it, is
// another above another base.
type Relative interface {
	data.Set

	// Base returns the bases of the examples at those positions, as many numbers as their targets have; nil if those are the truth.
	Base(index []int) (*tensor.Tensor, error)
}

// Absolute returns x, targets of the examples at those positions of a set or what a model predicts for them, with their bases
// added: x itself if the set is not [Relative].
func Absolute(set data.Set, index []int, x *tensor.Tensor) (*tensor.Tensor, error) {
	switch s := set.(type) {
	case data.Subset:
		at := make([]int, len(index))
		for i, k := range index {
			at[i] = s.Index[k]
		}
		return Absolute(s.Set, at, x)
	case Relative:
		base, err := s.Base(index)
		if err != nil || base == nil {
			return x, err
		}
		return x.Add(base.Reshape(x.Shape()...).To(x.Device())), nil
	}
	return x, nil
}
