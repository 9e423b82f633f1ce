package onnx

import (
	"fmt"

	"github.com/jimu-ml/jimu/format"
)

// Dense returns the tensor with all its zeros, which are checked against a budget in bytes: a few values can stand in a
// shape that fits no memory.
func (s *SparseTensor) Dense(budget int64) (*Tensor, error) {
	v := s.Values
	if v == nil || s.Indices == nil || s.Indices.Type != Int64 || !v.Type.Known() || v.Type.Bits()%8 != 0 || v.Type == String {
		return nil, fmt.Errorf("%w: a sparse tensor has no values, or no indices", format.ErrFormat)
	}
	n, err := lengthOf(v.Name, s.Dims)
	if err != nil {
		return nil, err
	}
	if bytesOf(v.Type, n) > budget {
		return nil, fmt.Errorf("the sparse tensor %q of %v takes %d bytes, and %d may be had", v.Name, s.Dims, bytesOf(v.Type, n), budget)
	}
	for _, t := range []*Tensor{v, s.Indices} {
		if _, err := t.shape(); err != nil {
			return nil, err
		}
	}
	raw, err := v.raw()
	if err != nil {
		return nil, err
	}
	places, err := s.places(n)
	if err != nil {
		return nil, err
	}
	size := v.Type.Bits() / 8
	out := make([]byte, bytesOf(v.Type, n))
	for i, p := range places {
		copy(out[int(p)*size:], raw[i*size:(i+1)*size])
	}
	return &Tensor{Name: v.Name, Type: v.Type, Dims: s.Dims, Raw: out}, nil
}

// places returns the positions of the values in row-major order, below n. They are given so, or as one coordinate an axis.
func (s *SparseTensor) places(n int64) ([]int64, error) {
	raw, err := s.Indices.raw()
	if err != nil {
		return nil, err
	}
	count, err := s.Values.Len()
	if err != nil {
		return nil, err
	}
	bad := fmt.Errorf("%w: the sparse tensor %q of %v has %d values and indices of shape %v, or one outside", format.ErrFormat, s.Values.Name, s.Dims, count, s.Indices.Dims)
	width := 1
	if len(s.Indices.Dims) == 2 {
		width = len(s.Dims)
	}
	if len(raw) != int(count)*width*8 {
		return nil, bad
	}
	places := make([]int64, count)
	for i := range places {
		for k := range width {
			x := int64(element(raw, i*width+k, 64))
			if width == 1 && len(s.Indices.Dims) < 2 {
				places[i] = x
				break
			}
			if x < 0 || x >= s.Dims[k] {
				return nil, bad
			}
			places[i] = places[i]*s.Dims[k] + x
		}
		if places[i] < 0 || places[i] >= n {
			return nil, bad
		}
	}
	return places, nil
}
