package op_test

import (
	"slices"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// boxes returns n boxes by their corners, each with a width and a height, many of which meet.
func boxes(n int, shift float64) *tensor.Tensor {
	x := wave(n, 2).AddScalar(shift)
	return tensor.Concat(1, x, x.Add(wave(n, 2).Flip(0).Square().AddScalar(0.7)))
}

func pairs(f func(a, b *tensor.Tensor) *tensor.Tensor) call {
	return func(x []*tensor.Tensor) *tensor.Tensor { return f(x[0].Unsqueeze(1), x[1].Unsqueeze(0)) }
}

func noBoxes(name string, f func(a, b *tensor.Tensor) *tensor.Tensor) []misuse {
	return []misuse{
		{name + ": boxes of shape [2 3]; want [… 4]", func() { f(boxes(2, 0), wave(2, 3)) }},
		{"do not broadcast", func() { f(boxes(2, 0), boxes(3, 0)) }},
	}
}

var two = []string{"a", "b"}

var _ = []bool{
	register(sample{
		name: "BoxIoU", in: list(boxes(3, 0), boxes(2, 0.3)), shape: []int{3, 2}, call: pairs(op.BoxIoU),
		golden: "BoxIoU/", names: two, misuse: noBoxes("BoxIoU", op.BoxIoU),
	}),
	register(sample{
		name: "BoxGIoU", in: list(boxes(3, 0), boxes(2, 0.3)), shape: []int{3, 2}, call: pairs(op.BoxGIoU),
		golden: "BoxGIoU/", names: two, misuse: noBoxes("BoxGIoU", op.BoxGIoU),
	}),
	register(sample{
		name: "BoxDIoU", in: list(boxes(3, 0), boxes(2, 0.3)), shape: []int{3, 2}, call: pairs(op.BoxDIoU),
		golden: "BoxDIoU/", names: two, misuse: noBoxes("BoxDIoU", op.BoxDIoU),
	}),
	register(sample{
		name: "BoxArea", in: list(boxes(3, 0)), shape: []int{3}, call: one(op.BoxArea), golden: "BoxArea/", names: []string{"x"},
		misuse: []misuse{{"BoxArea: boxes of shape [3]; want [… 4]", func() { op.BoxArea(wave(3)) }}},
	}),
	register(sample{
		name: "ConvertBoxes", in: list(boxes(3, 0)), shape: []int{3, 4},
		call:   one(func(x *tensor.Tensor) *tensor.Tensor { return op.ConvertBoxes(x, op.Corners, op.CenterAndSize) }),
		golden: "ConvertBoxes/", names: []string{"x"}, attrs: func(c *check.Case) call {
			from, to := op.BoxFormat(c.Int("from")), op.BoxFormat(c.Int("to"))
			return one(func(x *tensor.Tensor) *tensor.Tensor { return op.ConvertBoxes(x, from, to) })
		},
		misuse: []misuse{{"ConvertBoxes: boxes of shape []", func() { op.ConvertBoxes(tensor.Scalar(1), op.Corners, op.Corners) }}},
	}),
	register(sample{
		name: "EncodeBoxes", in: list(boxes(3, 0), boxes(3, 0.3)), shape: []int{3, 4},
		call:   func(x []*tensor.Tensor) *tensor.Tensor { return op.EncodeBoxes(x[0], x[1]) },
		golden: "EncodeBoxes/", names: []string{"boxes", "anchors"}, misuse: noBoxes("EncodeBoxes", op.EncodeBoxes),
	}),
	register(sample{
		name: "DecodeBoxes", in: list(wave(3, 4), boxes(3, 0.3)), shape: []int{3, 4},
		call:   func(x []*tensor.Tensor) *tensor.Tensor { return op.DecodeBoxes(x[0], x[1]) },
		golden: "DecodeBoxes/", names: []string{"codes", "anchors"}, misuse: noBoxes("DecodeBoxes", op.DecodeBoxes),
	}),
	register(sample{name: "NMS", misuse: []misuse{
		{"NMS: boxes of shape [3 4] and scores of shape [2]; want [n 4] and [n]", func() { op.NMS(boxes(3, 0), wave(2), op.NMSConfig{}) }},
		{"NMS: classes int64 of shape [2] for boxes of shape [3 4]", func() { op.NMS(boxes(3, 0), wave(3), op.NMSConfig{Classes: ids(2, 2)}) }},
		{"NMS: it has no gradient", func() { op.NMS(boxes(3, 0).Watch(), wave(3), op.NMSConfig{}) }},
	}}),
	register(sample{name: "SoftNMS", misuse: []misuse{
		{"SoftNMS: boxes of shape [3 4] and scores of shape [2]; want [n 4] and [n]", func() { op.SoftNMS(boxes(3, 0), wave(2), op.SoftNMSConfig{}) }},
	}}),
}

func TestNMSGolden(t *testing.T) {
	for _, c := range check.Cases(t, check.GoldenAll(t, "testdata"), "NMS/") {
		b, s := tensor.Of(c.Float32("boxes"), 30, 4), tensor.Of(c.Float32("scores"))
		config := op.NMSConfig{Threshold: c.Float("threshold")}
		if c.Has("classes") {
			config.Classes = tensor.Of(c.Int64("classes"))
		}
		want := c.Int64("y")
		if got := op.NMS(b, s, config).Ints(); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", c.Name, got, want)
		}
		config.Limit = 3
		if got := op.NMS(b, s, config).Ints(); !slices.Equal(got, want[:3]) {
			t.Errorf("%s: the first three are %v, want %v", c.Name, got, want[:3])
		}
		check.Note{Package: "op", Entry: "NMS", Reference: c.MadeBy}.Write(t)
	}
}

// TestSoftNMS: by hand. The second box overlaps the first by a half, which makes of its 0.8 a 0.8·e^(−0.25/0.5).
func TestSoftNMS(t *testing.T) {
	b := tensor.Of([]float32{0, 0, 2, 2, 0, 0, 2, 1, 5, 5, 6, 6, 0, 0, 2, 2}, 4, 4)
	s := tensor.Of([]float32{0.9, 0.8, 0.6, 0.005})
	kept, lowered := op.SoftNMS(b, s, op.SoftNMSConfig{})
	if !slices.Equal(kept.Ints(), []int64{0, 2, 1}) {
		t.Errorf("kept %v", kept.Ints())
	}
	check.Close(t, "scores", lowered.Floats(), []float32{0.9, 0.6, 0.8 * 0.60653066}, 1e-6)
	kept, lowered = op.SoftNMS(b, s, op.SoftNMSConfig{Classes: tensor.Of([]int64{0, 1, 0, 2})})
	if !slices.Equal(kept.Ints(), []int64{0, 1, 2, 3}) || lowered.Floats()[1] != 0.8 {
		t.Errorf("by class: %v %v", kept.Ints(), lowered.Floats())
	}
}

func TestNMSOfNothing(t *testing.T) {
	if k := op.NMS(tensor.Zeros(0, 4), tensor.Zeros(0), op.NMSConfig{}); k.Len() != 0 {
		t.Errorf("kept %v", k)
	}
}
