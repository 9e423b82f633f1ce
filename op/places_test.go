package op_test

import (
	"math"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

func cropped(p ...[2]int) call {
	return one(func(x *tensor.Tensor) *tensor.Tensor { return op.Crop(x, p...) })
}

func resize(c op.ResizeConfig) call {
	return one(func(x *tensor.Tensor) *tensor.Tensor { return op.Resize(x, c) })
}

func goldenResize(c *check.Case) call {
	var r op.ResizeConfig
	if c.HasAttr("size") {
		r.Size = c.Ints("size")
	} else {
		r.Scale = c.Float("scale")
	}
	var mode string
	c.Attr("mode", &mode)
	r.Mode, r.AlignCorners = op.ResizeMode(mode), c.HasAttr("align_corners")
	return resize(r)
}

func unfoldConfig(c *check.Case) op.UnfoldConfig {
	return op.UnfoldConfig{Size: c.Int("kernel"), Stride: c.Int("stride"), Pad: c.Int("pad"), Dilation: c.Int("dilation")}
}

func integer(f func(x *tensor.Tensor, n int) *tensor.Tensor, n int) call {
	return one(func(x *tensor.Tensor) *tensor.Tensor { return f(x, n) })
}

func goldenInteger(f func(x *tensor.Tensor, n int) *tensor.Tensor, name string) func(c *check.Case) call {
	return func(c *check.Case) call { return integer(f, c.Int(name)) }
}

var _ = []bool{
	register(sample{
		name: "Crop", in: list(wave(2, 4)), shape: []int{2, 1}, call: cropped([2]int{}, [2]int{1, 2}),
		golden: "Crop/", names: []string{"x"}, attrs: func(c *check.Case) call {
			var p [][2]int
			c.Attr("pads", &p)
			return cropped(p...)
		},
		misuse: []misuse{
			{"Crop: [1 2] for axis 1 of shape [2 3] leaves nothing", func() { op.Crop(wave(2, 3), [2]int{}, [2]int{1, 2}) }},
			{"Crop: 1 pairs for shape [2 3]", func() { op.Crop(wave(2, 3), [2]int{}) }},
		},
	}),
	register(sample{
		name: "Resize", in: list(wave(1, 2, 3, 4)), shape: []int{1, 2, 5, 3}, call: resize(op.ResizeConfig{Size: []int{5, 3}, Mode: op.ResizeLinear}),
		golden: "Resize/", names: []string{"x"}, attrs: goldenResize,
		misuse: []misuse{
			{"Resize: 1 lengths and scale 0 for the spatial axes of [1 2 3 4]", func() { op.Resize(wave(1, 2, 3, 4), op.ResizeConfig{Size: []int{3}}) }},
			{"Resize: axis 2 of [1 2 3] cannot get the length 0", func() { op.Resize(wave(1, 2, 3), op.ResizeConfig{Size: []int{0}}) }},
			{`Resize: no mode "lanczos" for [1 2 3]`, func() { op.Resize(wave(1, 2, 3), op.ResizeConfig{Size: []int{4}, Mode: "lanczos"}) }},
		},
	}),
	register(sample{name: "Resize/nearest", in: list(wave(2, 2, 3)), shape: []int{2, 2, 7}, call: resize(op.ResizeConfig{Size: []int{7}})}),
	register(sample{name: "Resize/cubic", in: list(wave(1, 2, 3)), shape: []int{1, 2, 6}, call: resize(op.ResizeConfig{Scale: 2, Mode: op.ResizeCubic})}),

	register(sample{
		name: "PixelShuffle", in: list(wave(1, 8, 2, 2)), shape: []int{1, 2, 4, 4}, call: integer(op.PixelShuffle, 2),
		golden: "PixelShuffle/", names: []string{"x"}, attrs: goldenInteger(op.PixelShuffle, "r"),
		misuse: []misuse{{"PixelShuffle: the channels of [1 3 2 2] do not divide into 4", func() { op.PixelShuffle(wave(1, 3, 2, 2), 2) }}},
	}),
	register(sample{name: "PixelShuffle/one axis", in: list(wave(2, 4, 3)), shape: []int{2, 2, 6}, call: integer(op.PixelShuffle, 2)}),
	register(sample{
		name: "PixelUnshuffle", in: list(wave(1, 2, 4, 4)), shape: []int{1, 8, 2, 2}, call: integer(op.PixelUnshuffle, 2),
		golden: "PixelUnshuffle/", names: []string{"x"}, attrs: goldenInteger(op.PixelUnshuffle, "r"),
		misuse: []misuse{
			{"PixelUnshuffle: axis 3 of [1 1 2 3] does not divide by 2", func() { op.PixelUnshuffle(wave(1, 1, 2, 3), 2) }},
			{"PixelUnshuffle: factor 2 for [2 3]; want [n c …]", func() { op.PixelUnshuffle(wave(2, 3), 2) }},
		},
	}),
	register(sample{
		name: "ChannelShuffle", in: list(wave(1, 6, 2)), shape: []int{1, 6, 2}, call: integer(op.ChannelShuffle, 2),
		golden: "ChannelShuffle/", names: []string{"x"}, attrs: goldenInteger(op.ChannelShuffle, "groups"),
		misuse: []misuse{{"ChannelShuffle: shape [1 5] is not [n c …] with c a multiple of the 2 groups", func() { op.ChannelShuffle(wave(1, 5), 2) }}},
	}),
	register(sample{
		name: "Unfold", in: list(wave(1, 2, 4, 3)), shape: []int{1, 8, 6},
		call:   one(func(x *tensor.Tensor) *tensor.Tensor { return op.Unfold(x, op.UnfoldConfig{Size: 2}) }),
		golden: "Unfold/", names: []string{"x"}, attrs: func(c *check.Case) call {
			return one(func(x *tensor.Tensor) *tensor.Tensor { return op.Unfold(x, unfoldConfig(c)) })
		},
		misuse: []misuse{{"Unfold: a window of 5 with dilation 1 and pad [0 0] does not fit", func() { op.Unfold(wave(1, 1, 4), op.UnfoldConfig{Size: 5}) }}},
	}),
	register(sample{
		name: "Fold", in: list(wave(1, 8, 2)), shape: []int{1, 2, 3, 4},
		call: one(func(x *tensor.Tensor) *tensor.Tensor {
			return op.Fold(x, []int{3, 4}, op.UnfoldConfig{Size: 2, Axes: []op.WindowAxis{{Size: 2, Stride: 2}, {Size: 2, Stride: 2}}})
		}),
		golden: "Fold/", names: []string{"x"}, attrs: func(c *check.Case) call {
			return one(func(x *tensor.Tensor) *tensor.Tensor { return op.Fold(x, c.Ints("size"), unfoldConfig(c)) })
		},
		misuse: []misuse{
			{"Fold: [1 8 5] is not [n c·4 6], which windows over [3 4] make", func() { op.Fold(wave(1, 8, 5), []int{3, 4}, op.UnfoldConfig{Size: 2}) }},
			{"Fold: shape [8 5] to [3 4]; want [n c·k l]", func() { op.Fold(wave(8, 5), []int{3, 4}, op.UnfoldConfig{Size: 2}) }},
		},
	}),
}

// Fold is the transpose of Unfold: Σ unfold(x)·y = Σ x·fold(y).
func TestFoldIsTheTransposeOfUnfold(t *testing.T) {
	c := op.UnfoldConfig{Size: 3, Stride: 2, Pad: 1}
	x := wave(2, 2, 5, 6)
	columns := op.Unfold(x, c)
	y := wave(columns.Shape()...)
	a, b := columns.Mul(y).Sum().Item(), x.Mul(op.Fold(y, []int{5, 6}, c)).Sum().Item()
	if math.Abs(a-b) > 1e-9 {
		t.Errorf("%g and %g", a, b)
	}
}
