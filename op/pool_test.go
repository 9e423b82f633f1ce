package op_test

import (
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

func maxPool(c op.PoolConfig) call {
	return one(func(x *tensor.Tensor) *tensor.Tensor { return op.MaxPool(x, c) })
}

func avgPool(c op.PoolConfig) call {
	return one(func(x *tensor.Tensor) *tensor.Tensor { return op.AvgPool(x, c) })
}

var uneven = []op.WindowAxis{{Size: 2, Stride: 1, Dilation: 2, Pad: [2]int{1, 0}}, {Size: 3}}

var _ = []bool{
	register(sample{
		name: "MaxPool", in: list(wave(2, 2, 4, 6)), call: maxPool(op.PoolConfig{Size: 2}), shape: []int{2, 2, 2, 3},
		golden: "MaxPool/", names: []string{"x"}, attrs: func(c *check.Case) call { return maxPool(op.PoolConfig{Axes: goldenWindow(c, "kernel")}) },
		misuse: []misuse{
			{"MaxPool: shape [2 3] is not [n c …] with 1 to 3 spatial axes", func() { op.MaxPool(wave(2, 3), op.PoolConfig{Size: 2}) }},
			{"MaxPool: size 0, stride 0, dilation 0 and pad [0 0] are no window", func() { op.MaxPool(wave(2, 3, 4), op.PoolConfig{}) }},
			{"MaxPool: a window of 5 with dilation 1 and pad [0 0] does not fit spatial axis 0 of [2 3 4]", func() {
				op.MaxPool(wave(2, 3, 4), op.PoolConfig{Size: 5})
			}},
			{"MaxPool: pad [2 2] leaves a window of 2 with nothing to see", func() { op.MaxPool(wave(2, 3, 4), op.PoolConfig{Size: 2, Pad: 2}) }},
			{"MaxPool: a window of 2 axes for the 1 spatial axes of [2 3 4]", func() { op.MaxPool(wave(2, 3, 4), op.PoolConfig{Axes: uneven}) }},
			{"MaxPool: the input is int64", func() { op.MaxPool(integers.Reshape(1, 1, 3), op.PoolConfig{Size: 2}) }},
		},
	}),
	register(sample{name: "MaxPool/overlapping", in: list(wave(1, 2, 5, 5)), call: maxPool(op.PoolConfig{Size: 3, Stride: 2, Pad: 1}), shape: []int{1, 2, 3, 3}}),
	register(sample{name: "MaxPool/uneven", in: list(wave(1, 2, 5, 7)), call: maxPool(op.PoolConfig{Axes: uneven}), shape: []int{1, 2, 4, 2}}),
	register(sample{name: "MaxPool/one axis", in: list(wave(2, 2, 5)), call: maxPool(op.PoolConfig{Size: 2, Stride: 1}), shape: []int{2, 2, 4}}),
	register(sample{name: "MaxPool/three axes", in: list(wave(1, 2, 2, 4, 2)), call: maxPool(op.PoolConfig{Size: 2}), shape: []int{1, 2, 1, 2, 1}}),
	register(sample{name: "MaxPool/no examples", in: list(wave(0, 2, 4, 6)), call: maxPool(op.PoolConfig{Size: 2}), shape: []int{0, 2, 2, 3}}),

	register(sample{
		name: "AvgPool", in: list(wave(2, 2, 4, 6)), call: avgPool(op.PoolConfig{Size: 2}), shape: []int{2, 2, 2, 3},
		golden: "AvgPool/", names: []string{"x"}, attrs: func(c *check.Case) call {
			return avgPool(op.PoolConfig{Axes: goldenWindow(c, "kernel"), SkipPad: !c.Bool("count_include_pad")})
		},
		misuse: []misuse{{"AvgPool: shape [2 3] is not", func() { op.AvgPool(wave(2, 3), op.PoolConfig{Size: 2}) }}},
	}),
	register(sample{name: "AvgPool/padded", in: list(wave(1, 2, 5, 5)), call: avgPool(op.PoolConfig{Size: 3, Stride: 2, Pad: 1}), shape: []int{1, 2, 3, 3}}),
	register(sample{name: "AvgPool/skip", in: list(wave(1, 2, 5, 5)), call: avgPool(op.PoolConfig{Size: 3, Stride: 2, Pad: 1, SkipPad: true}), shape: []int{1, 2, 3, 3}}),
	register(sample{name: "AvgPool/uneven", in: list(wave(1, 2, 5, 7)), call: avgPool(op.PoolConfig{Axes: uneven}), shape: []int{1, 2, 4, 2}}),
	register(sample{name: "AvgPool/three axes", in: list(wave(1, 2, 2, 4, 2)), call: avgPool(op.PoolConfig{Size: 2}), shape: []int{1, 2, 1, 2, 1}}),

	register(sample{
		name: "GlobalAvgPool", in: list(wave(2, 3, 4, 5)), call: one(op.GlobalAvgPool), shape: []int{2, 3, 1, 1},
		golden: "GlobalAvgPool/", names: []string{"x"},
		misuse: []misuse{{"GlobalAvgPool: shape [2 3] is not [n c …] with spatial axes", func() { op.GlobalAvgPool(wave(2, 3)) }}},
	}),
	register(sample{
		name: "AdaptiveAvgPool", in: list(wave(1, 2, 5, 4)), shape: []int{1, 2, 3, 2},
		call:   one(func(x *tensor.Tensor) *tensor.Tensor { return op.AdaptiveAvgPool(x, 3, 2) }),
		golden: "AdaptiveAvgPool/", names: []string{"x"}, attrs: func(c *check.Case) call {
			return one(func(x *tensor.Tensor) *tensor.Tensor { return op.AdaptiveAvgPool(x, c.Ints("size")...) })
		},
		misuse: []misuse{
			{"AdaptiveAvgPool: 1 lengths for the spatial axes of [2 3 4 5]", func() { op.AdaptiveAvgPool(wave(2, 3, 4, 5), 1) }},
			{"AdaptiveAvgPool: no windows from length 4 to 0 in [2 3 4]", func() { op.AdaptiveAvgPool(wave(2, 3, 4), 0) }},
		},
	}),
}

func TestMaxPoolTakesTheFirstOfTies(t *testing.T) {
	x := tensor.Ones(1, 1, 2, 4)
	for where, x := range map[string]*tensor.Tensor{"fused": x, "composed": x.To(refuser{x.Device()})} {
		dx := results(sample{call: maxPool(op.PoolConfig{Size: 2})}, list(x))[1]
		for i, v := range dx {
			if (v != 0) != (i == 0 || i == 2) {
				t.Errorf("%s: dx is %v", where, dx)
				break
			}
		}
	}
}
