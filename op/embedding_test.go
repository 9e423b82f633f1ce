package op_test

import (
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

var _ = []bool{
	register(sample{
		name: "Embedding", in: list(wave(5, 3), ids(5, 2, 4)), shape: []int{2, 4, 3},
		call:   func(x []*tensor.Tensor) *tensor.Tensor { return op.Embedding(x[0], x[1]) },
		golden: "Embedding/", names: []string{"weight", "index"},
		misuse: []misuse{
			{"Embedding: weight [5] is not [v d]", func() { op.Embedding(wave(5), ids(5, 2)) }},
			{"Embedding: the ids are float64 of shape [2]; want int64 or int32", func() { op.Embedding(wave(5, 2), wave(2)) }},
			{"position 6 is outside the 5 of shape [5 2]", func() { op.Embedding(wave(5, 2), tensor.Of([]int64{6})) }},
			{"position -1 is outside the 5 of shape [5 2]", func() { op.Embedding(wave(5, 2), tensor.Of([]int64{-1})) }},
		},
	}),
	register(sample{
		name: "Embedding/one int32", in: list(wave(5, 3), ids(5, 1).Cast(device.Int32).Reshape()), shape: []int{3},
		call: func(x []*tensor.Tensor) *tensor.Tensor { return op.Embedding(x[0], x[1]) },
	}),
	register(sample{
		name: "OneHot", in: list(ids(4, 2, 3)), shape: []int{2, 3, 4}, order: -1,
		call:   one(func(x *tensor.Tensor) *tensor.Tensor { return op.OneHot(x, 4) }),
		golden: "OneHot/", names: []string{"index"}, attrs: func(c *check.Case) call {
			return one(func(x *tensor.Tensor) *tensor.Tensor { return op.OneHot(x, c.Int("classes")) })
		},
		misuse: []misuse{
			{"OneHot: the ids are float64", func() { op.OneHot(wave(2), 3) }},
			{"OneHot: -1 classes", func() { op.OneHot(ids(2, 3), -1) }},
		},
	}),
	register(sample{
		name: "Pad", in: list(wave(2, 3)), shape: []int{2, 6},
		call: one(func(x *tensor.Tensor) *tensor.Tensor { return op.Pad(x, 0.5, [2]int{}, [2]int{1, 2}) }),
		misuse: []misuse{
			{"Pad: 1 pairs for shape [2 3]", func() { op.Pad(wave(2, 3), 0, [2]int{}) }},
			{"Pad: [-1 0] for axis 0 of shape [2] is negative", func() { op.Pad(wave(2), 0, [2]int{-1, 0}) }},
		},
	}),
	register(sample{
		name: "Pad/all axes", in: list(wave(2, 1, 3)), shape: []int{4, 2, 3},
		call: one(func(x *tensor.Tensor) *tensor.Tensor { return op.Pad(x, -1, [2]int{2, 0}, [2]int{0, 1}, [2]int{}) }),
	}),
}
