package op_test

import (
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

func linear(x []*tensor.Tensor) *tensor.Tensor { return op.Linear(x[0], x[1], x[2]) }

var _ = []bool{
	register(sample{
		name: "Linear", in: list(wave(4, 3), wave(5, 3), wave(5)), call: linear, shape: []int{4, 5},
		golden: "Linear/", names: []string{"x", "weight", "bias"},
		misuse: []misuse{
			{"Linear: weight [5 3] does not fit the last axis of [4 2]", func() { op.Linear(wave(4, 2), wave(5, 3), nil) }},
			{"Linear: weight [5] is not [out in]", func() { op.Linear(wave(4, 2), wave(5), nil) }},
			{"Linear: bias [4] does not fit the first axis of [5 3]", func() { op.Linear(wave(4, 3), wave(5, 3), wave(4)) }},
			{"Linear: weight is float32 of shape [5 3], the input float64", func() {
				op.Linear(wave(4, 3), wave(5, 3).Cast(device.Float32), nil)
			}},
		},
	}),
	register(sample{name: "Linear/rank 3", in: list(wave(2, 3, 4), wave(5, 4), wave(5)), call: linear, shape: []int{2, 3, 5}}),
	register(sample{name: "Linear/rank 1", in: list(wave(4), wave(5, 4), wave(5)), call: linear, shape: []int{5}}),
	register(sample{name: "Linear/no rows", in: list(wave(0, 4), wave(5, 4), wave(5)), call: linear, shape: []int{0, 5}}),
	register(sample{
		name: "Linear/no bias", in: list(wave(2, 3), wave(5, 3)), shape: []int{2, 5},
		call: func(x []*tensor.Tensor) *tensor.Tensor { return op.Linear(x[0], x[1], nil) },
	}),
}
