package op_test

import (
	"math"
	"slices"
	"testing"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

func einsum(equation string) call {
	return func(x []*tensor.Tensor) *tensor.Tensor { return op.Einsum(equation, x...) }
}

func topk(k, axis int, smallest bool) call {
	return one(func(x *tensor.Tensor) *tensor.Tensor { y, _ := op.TopK(x, k, axis, smallest); return y })
}

// padding pads by the pairs of a case.
func padding(f func(x *tensor.Tensor, pads ...[2]int) *tensor.Tensor) func(c *check.Case) call {
	return func(c *check.Case) call {
		var pads [][2]int
		c.Attr("pads", &pads)
		return one(func(x *tensor.Tensor) *tensor.Tensor { return f(x, pads...) })
	}
}

func padded(f func(x *tensor.Tensor, pads ...[2]int) *tensor.Tensor) call {
	return one(func(x *tensor.Tensor) *tensor.Tensor { return f(x, [2]int{1, 2}, [2]int{0, 1}) })
}

var scattered = tensor.Of([]int64{1, 0, 1}, 3, 1)

var _ = []bool{
	register(sample{
		name: "Einsum", in: list(wave(2, 3, 4), wave(4, 5)), call: einsum("bik,kj->bij"), shape: []int{2, 3, 5},
		golden: "Einsum/", names: []string{"x0", "x1", "x2"},
		attrs: func(c *check.Case) call {
			var equation string
			c.Attr("equation", &equation)
			return func(x []*tensor.Tensor) *tensor.Tensor {
				return op.Einsum(equation, slices.DeleteFunc(slices.Clone(x), func(t *tensor.Tensor) bool { return t == nil })...)
			}
		},
		misuse: []misuse{
			{`Einsum: "ij,jk" has 2 operands, but there are 1`, func() { op.Einsum("ij,jk", wave(2, 3)) }},
			{`Einsum: "ijk" of "ijk->i" does not name the axes of shape [2 3]`, func() { op.Einsum("ijk->i", wave(2, 3)) }},
			{`Einsum: "ij,jk->ik": axis 0 of shape [4 5] is not 3 long as another of that name`, func() { op.Einsum("ij,jk->ik", wave(2, 3), wave(4, 5)) }},
			{`Einsum: "z" of the result of "ij->iz" stands there twice, or in no operand`, func() { op.Einsum("ij->iz", wave(2, 3)) }},
			{`Einsum: "i" of the result of "ij->ii" stands there twice`, func() { op.Einsum("ij->ii", wave(2, 3)) }},
			{`Einsum: "?" in "i?->i" is neither a letter nor part of "..."`, func() { op.Einsum("i?->i", wave(2, 3)) }},
			{`Einsum: the input is int64 of shape [3]; want a floating-point type`, func() { op.Einsum("i->", integers) }},
			{`Einsum: "ii->i": axes 0 and 1 of shape [1 3] have one name`, func() { op.Einsum("ii->i", wave(1, 3)) }},
		},
	}),
	register(sample{name: "Einsum/three", in: list(wave(2, 3), wave(3, 2), wave(2, 2)), call: einsum("ab,bc,cd"), shape: []int{2, 2}}),
	register(sample{name: "Einsum/diagonal", in: list(wave(2, 3, 2)), call: einsum("iji->ij"), shape: []int{2, 3}}),
	register(sample{name: "Einsum/sum", in: list(wave(2, 3)), call: einsum("ij->"), shape: []int{}}),
	register(sample{name: "Einsum/same", in: list(wave(2, 3)), call: einsum("ij->ij"), shape: []int{2, 3}}),
	register(sample{name: "Einsum/dots", in: list(wave(2, 1, 3), wave(4, 3)), call: einsum("...i,...i->..."), shape: []int{2, 4}}),

	register(sample{
		name: "TopK", in: list(wave(3, 5)), call: topk(2, 1, false), shape: []int{3, 2},
		golden: "TopK/", names: []string{"x"},
		attrs: func(c *check.Case) call { return topk(c.Int("k"), c.Int("axis"), c.Bool("smallest")) },
		misuse: []misuse{
			{"TopK: no 6 elements along axis 1 of shape [3 5]", func() { op.TopK(wave(3, 5), 6, -1, false) }},
		},
	}),
	register(sample{name: "TopK/smallest", in: list(wave(5, 3)), call: topk(4, 0, true), shape: []int{4, 3}}),

	register(sample{
		name: "GatherND", in: list(wave(2, 3, 2), ids(2, 4, 2)), shape: []int{4, 2},
		call: func(x []*tensor.Tensor) *tensor.Tensor { return op.GatherND(x[0], x[1], 0) },
		misuse: []misuse{
			{"GatherND: coordinate 3 is outside the 3 of shape [2 3]", func() { op.GatherND(wave(2, 3), tensor.Of([]int64{0, 3}), 0) }},
			{"GatherND: places of shape [3] with 0 batch axes do not fit in shape [2 3]", func() { op.GatherND(wave(2, 3), tensor.Arange(3), 0) }},
		},
	}),
	register(sample{name: "GatherND/batch", in: list(wave(2, 3, 2), ids(3, 2, 1)), shape: []int{2, 2}, call: func(x []*tensor.Tensor) *tensor.Tensor {
		return op.GatherND(x[0], x[1], 1)
	}}),
	register(sample{
		name: "ScatterND", in: list(wave(3, 2), ids(3, 2, 1), wave(2, 2)), shape: []int{3, 2},
		call: func(x []*tensor.Tensor) *tensor.Tensor { return op.ScatterND(x[0], x[1], x[2]) },
		misuse: []misuse{
			{"ScatterND: [2] does not go to the places [3 1] of shape [3 2]; want [3 2]", func() { op.ScatterND(wave(3, 2), scattered, wave(2)) }},
		},
	}),
	register(sample{name: "ScatterNDReduce", in: list(wave(3, 2), ids(2, 3, 1), wave(3, 2)), shape: []int{3, 2}, call: func(x []*tensor.Tensor) *tensor.Tensor {
		return op.ScatterNDReduce(x[0], x[1], x[2], tensor.ReduceProd)
	}}),

	register(sample{
		name: "PadReflect", in: list(wave(4, 2)), call: padded(op.PadReflect), shape: []int{7, 3},
		golden: "PadReflect/", names: []string{"x"}, attrs: padding(op.PadReflect),
		misuse: []misuse{{"PadReflect: [3 0] for axis 0 of shape [3]", func() { op.PadReflect(wave(3), [2]int{3, 0}) }}},
	}),
	register(sample{
		name: "PadReplicate", in: list(wave(4, 2)), call: padded(op.PadReplicate), shape: []int{7, 3},
		golden: "PadReplicate/", names: []string{"x"}, attrs: padding(op.PadReplicate),
		misuse: []misuse{{"PadReplicate: 1 pairs for shape [3 2]", func() { op.PadReplicate(wave(3, 2), [2]int{3, 0}) }}},
	}),
	register(sample{
		name: "PadCircular", in: list(wave(4, 2)), call: padded(op.PadCircular), shape: []int{7, 3},
		golden: "PadCircular/", names: []string{"x"}, attrs: padding(op.PadCircular),
		misuse: []misuse{{"PadCircular: [0 4] for axis 0 of shape [3]", func() { op.PadCircular(wave(3), [2]int{0, 4}) }}},
	}),

	register(sample{
		name: "CDist", in: list(wave(3, 2), wave(2, 2).AddScalar(3)), shape: []int{3, 2},
		call:   func(x []*tensor.Tensor) *tensor.Tensor { return op.CDist(x[0], x[1], 2) },
		golden: "CDist/", names: []string{"x", "w"},
		attrs: func(c *check.Case) call {
			return func(x []*tensor.Tensor) *tensor.Tensor { return op.CDist(x[0], x[1], c.Float("p")) }
		},
		misuse: []misuse{{"CDist: shapes [2 3] and [2 4] are not [… m d] and [… n d]", func() { op.CDist(wave(2, 3), wave(2, 4), 2) }}},
	}),
}

var _ = []bool{
	register(sample{
		name: "TensorDot", in: list(wave(2, 3, 4), wave(4, 5, 2)), shape: []int{3, 5}, golden: "TensorDot/", names: []string{"x", "w"},
		call: func(x []*tensor.Tensor) *tensor.Tensor { return op.TensorDot(x[0], x[1], []int{0, 2}, []int{-1, 0}) },
		misuse: []misuse{
			{"TensorDot: axes [0] of shape [2 3] and [0] of [3 2] differ in length", func() { op.TensorDot(wave(2, 3), wave(3, 2), []int{0}, []int{0}) }},
			{"TensorDot: axes [0] of shape [2 3] and [] of [3 2] are not pairs", func() { op.TensorDot(wave(2, 3), wave(3, 2), []int{0}, nil) }},
			{"TensorDot: axis 0 of shape [2 3] is named twice", func() { op.TensorDot(wave(2, 3), wave(3, 2), []int{0, 0}, []int{0, 1}) }},
		},
	}),
	register(sample{name: "TensorDot/outer", in: list(wave(2), wave(3)), shape: []int{2, 3}, call: func(x []*tensor.Tensor) *tensor.Tensor {
		return op.TensorDot(x[0], x[1], nil, nil)
	}}),
	register(sample{
		name: "BlockDiag", in: list(wave(2, 3), wave(1, 2)), shape: []int{3, 5}, golden: "BlockDiag/", names: []string{"x", "w"},
		call:   func(x []*tensor.Tensor) *tensor.Tensor { return op.BlockDiag(x...) },
		misuse: []misuse{{"BlockDiag: shape [3] is no matrix", func() { op.BlockDiag(wave(3)) }}, {"BlockDiag: no matrices", func() { op.BlockDiag() }}},
	}),
}

// The positions of the best, ties and NaN.
func TestTopKPositions(t *testing.T) {
	x := tensor.Of([]float32{1, 3, float32(math.NaN()), 3, -1})
	for _, c := range []struct {
		k        int
		smallest bool
		want     []int64
	}{{3, false, []int64{2, 1, 3}}, {3, true, []int64{4, 0, 1}}, {5, true, []int64{4, 0, 1, 3, 2}}, {0, true, []int64{}}} {
		if _, index := op.TopK(x, c.k, 0, c.smallest); !slices.Equal(index.Ints(), c.want) {
			t.Errorf("k %d, smallest %v: %v, want %v", c.k, c.smallest, index.Ints(), c.want)
		}
	}
	long := tensor.Arange(200).Cast(device.Float32).Roll(0, 17)
	_, few := op.TopK(long, 64, 0, false)
	if _, many := op.TopK(long, 65, 0, false); !slices.Equal(few.Ints(), many.Ints()[:64]) || few.Ints()[0] != 16 {
		t.Errorf("the two ways differ: %v and %v", few.Ints(), many.Ints())
	}
	if _, index := op.TopK(tensor.Of([]int64{5, 9, 7}), 2, 0, false); !slices.Equal(index.Ints(), []int64{1, 2}) {
		t.Errorf("of integers %v", index.Ints())
	}
}

// ONNX's own examples of GatherND and ScatterND.
func TestPlacesOfONNX(t *testing.T) {
	data := tensor.Arange(8).Cast(device.Float32).Reshape(2, 2, 2)
	for name, c := range map[string]struct{ got, want *tensor.Tensor }{
		"GatherND 1":        {op.GatherND(data.Select(0, 0), tensor.Of([]int64{0, 0, 1, 1}, 2, 2), 0), tensor.Of([]float32{0, 3})},
		"GatherND 3":        {op.GatherND(data, tensor.Of([]int64{0, 1, 1, 0}, 2, 2), 0), tensor.Of([]float32{2, 3, 4, 5}, 2, 2)},
		"GatherND 5":        {op.GatherND(data, tensor.Of([]int64{1, 0}, 2, 1), 1), tensor.Of([]float32{2, 3, 4, 5}, 2, 2)},
		"GatherND from end": {op.GatherND(data, tensor.Of([]int64{-1, -2}, 1, 2), 0), tensor.Of([]float32{4, 5}, 1, 2)},
		"ScatterND 1": {
			op.ScatterND(tensor.Range(1, 9, 1), tensor.Of([]int64{4, 3, 1, 7}, 4, 1), tensor.Range(9, 13, 1)),
			tensor.Of([]float32{1, 11, 3, 10, 9, 6, 7, 12}),
		},
		"ScatterND with add": {
			op.ScatterNDReduce(tensor.Ones(2, 2), tensor.Of([]int64{1, 1}, 2, 1), tensor.Of([]float32{1, 2, 3, 4}, 2, 2), tensor.ReduceSum),
			tensor.Of([]float32{1, 1, 5, 7}, 2, 2),
		},
	} {
		if !slices.Equal(c.got.Floats(), c.want.Floats()) || !slices.Equal(c.got.Shape(), c.want.Shape()) {
			t.Errorf("%s: %v, want %v", name, c.got, c.want)
		}
	}
}
