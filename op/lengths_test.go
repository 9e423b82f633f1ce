package op_test

import (
	"math"
	"slices"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// seen is a mask in which each sequence has a step.
var seen = tensor.Of([]bool{true, false, true, true, false, true, true, false}, 2, 4)

// boolean makes a mask of the integers of a golden case.
func boolean(f func(x, mask *tensor.Tensor) *tensor.Tensor) func(*check.Case) call {
	return func(*check.Case) call {
		return func(x []*tensor.Tensor) *tensor.Tensor { return f(x[0], x[1].NotEqual(x[1].FullLike(0))) }
	}
}

func masked(f func(x, mask *tensor.Tensor) *tensor.Tensor) call {
	return func(x []*tensor.Tensor) *tensor.Tensor { return f(x[0], x[1]) }
}

var _ = []bool{
	register(sample{
		name: "LengthMask", in: list(tensor.Of([]int64{2, 0, 3})), shape: []int{3, 3}, order: -1,
		call: one(func(x *tensor.Tensor) *tensor.Tensor { return op.LengthMask(x, 3) }),
		misuse: []misuse{
			{"LengthMask: the lengths are int64 of shape [2 1]; want int64 or int32 of [n]", func() { op.LengthMask(tensor.Of([]int64{1, 2}, 2, 1), 3) }},
		},
	}),
	register(sample{
		name: "ReverseSequence", in: list(wave(2, 3, 2), tensor.Of([]int64{2, 3})), shape: []int{2, 3, 2}, call: masked(op.ReverseSequence),
		misuse: []misuse{
			{"ReverseSequence: [3] is not [n t …] for lengths [2]", func() { op.ReverseSequence(wave(3), lengths21) }},
		},
	}),
	register(sample{
		name: "LastStep", in: list(wave(2, 3, 2), tensor.Of([]int64{2, 3})), shape: []int{2, 2}, call: masked(op.LastStep),
		misuse: []misuse{
			{"Take", func() { op.LastStep(wave(2, 3, 2), tensor.Of([]int64{4, 3})) }},
			{"Take", func() { op.LastStep(wave(2, 3, 2), tensor.Of([]int64{2, 0})) }},
		},
	}),
	register(sample{
		name: "MaskedMean", in: list(wave(2, 4, 2), some(2, 4)), shape: []int{2, 2}, call: masked(op.MaskedMean),
		golden: "MaskedMean/", names: []string{"x", "mask"}, attrs: boolean(op.MaskedMean),
		misuse: []misuse{
			{"MaskedMean: the mask, float64 [2 4], does not fit [2 4 2]; want Bool", func() { op.MaskedMean(wave(2, 4, 2), wave(2, 4)) }},
			{"MaskedMean: the input is int64", func() { op.MaskedMean(integers, some(2, 1)) }},
		},
	}),
	register(sample{
		name: "MaskedMax", in: list(wave(2, 4, 2), seen), shape: []int{2, 2}, call: masked(op.MaskedMax),
		golden: "MaskedMax/", names: []string{"x", "mask"}, attrs: boolean(op.MaskedMax),
		misuse: []misuse{
			{"MaskedMax: the mask, bool [4 2], does not fit [2 4 2]", func() { op.MaskedMax(wave(2, 4, 2), some(4, 2)) }},
		},
	}),
}

func TestLengthsByHand(t *testing.T) {
	x := tensor.Of([]float32{1, 2, 3, 4, 5, 6}, 2, 3)
	lengths := tensor.Of([]int32{2, 3})
	if y := op.ReverseSequence(x, lengths).Floats(); !slices.Equal(y, []float32{2, 1, 3, 6, 5, 4}) {
		t.Errorf("turned around: %v", y)
	}
	if y := op.LastStep(x, lengths).Floats(); !slices.Equal(y, []float32{2, 6}) {
		t.Errorf("last: %v", y)
	}
	if y := op.LengthMask(lengths, 3).Floats(); !slices.Equal(y, []float32{1, 1, 0, 1, 1, 1}) {
		t.Errorf("mask: %v", y)
	}
}

// TestNothingToPool: a sequence of nothing but padding, which is NaN.
func TestNothingToPool(t *testing.T) {
	nan := math.NaN()
	x, mask := tensor.Of([]float64{nan, nan, 1, nan}, 2, 2, 1), tensor.Of([]bool{false, false, true, false}, 2, 2)
	mean, most := results(sample{call: masked(op.MaskedMean)}, list(x, mask)), results(sample{call: masked(op.MaskedMax)}, list(x, mask))
	if !slices.Equal(mean[0], []float64{0, 1}) || !math.IsInf(most[0][0], -1) || most[0][1] != 1 {
		t.Errorf("mean %v, largest %v", mean[0], most[0])
	}
	for _, g := range append(mean[1], most[1]...) {
		if g != g {
			t.Errorf("gradients %v, %v", mean[1], most[1])
		}
	}
}
