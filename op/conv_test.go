package op_test

import (
	"fmt"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

func conv(c op.ConvConfig) call {
	return func(x []*tensor.Tensor) *tensor.Tensor {
		if len(x) == 2 {
			return op.Conv(x[0], x[1], nil, c)
		}
		return op.Conv(x[0], x[1], x[2], c)
	}
}

func goldenWindow(c *check.Case, size string) []op.WindowAxis {
	axes := make([]op.WindowAxis, len(c.Ints("stride")))
	for k := range axes {
		axes[k].Stride = c.Ints("stride")[k]
		if pad := c.Ints("padding")[k]; true {
			axes[k].Pad = [2]int{pad, pad}
		}
		if c.HasAttr("dilation") {
			axes[k].Dilation = c.Ints("dilation")[k]
		}
		if size != "" {
			axes[k].Size = c.Ints(size)[k]
		}
	}
	return axes
}

var _ = []bool{
	register(sample{
		name: "Conv", in: list(wave(2, 2, 4, 3), wave(3, 2, 3, 2), wave(3)), call: conv(op.ConvConfig{}), shape: []int{2, 3, 2, 2},
		golden: "Conv/", names: []string{"x", "weight", "bias"}, attrs: func(c *check.Case) call {
			return conv(op.ConvConfig{Groups: c.Int("groups"), Axes: goldenWindow(c, "")})
		},
		misuse: []misuse{
			{"Conv: weight [3 2 3] does not fit the spatial axes of [2 2 4 3]", func() { op.Conv(wave(2, 2, 4, 3), wave(3, 2, 3), nil, op.ConvConfig{}) }},
			{"Conv: weight [3 2 3 3] with 1 groups does not fit the 4 channels of [2 4 5 5]", func() {
				op.Conv(wave(2, 4, 5, 5), wave(3, 2, 3, 3), nil, op.ConvConfig{})
			}},
			{"Conv: the 3 outputs of weight [3 2 3 3] do not divide into 2 groups", func() {
				op.Conv(wave(2, 4, 5, 5), wave(3, 2, 3, 3), nil, op.ConvConfig{Groups: 2})
			}},
			{"Conv: bias [2] does not fit the first axis of [3 2 3 3]", func() {
				op.Conv(wave(2, 2, 5, 5), wave(3, 2, 3, 3), wave(2), op.ConvConfig{})
			}},
			{"Conv: a window of 3 with dilation 2 and pad [0 0] does not fit spatial axis 1 of [1 2 5 4]", func() {
				op.Conv(wave(1, 2, 5, 4), wave(3, 2, 3, 3), nil, op.ConvConfig{Dilation: 2})
			}},
			{"Conv: shape [4 3] is not [n c …] with 1 to 3 spatial axes", func() { op.Conv(wave(4, 3), wave(4, 3), nil, op.ConvConfig{}) }},
		},
	}),
	register(sample{
		name: "Conv/strides, pads, dilations", in: list(wave(1, 2, 6, 5), wave(2, 2, 2, 3), wave(2)), shape: []int{1, 2, 3, 2},
		call: conv(op.ConvConfig{Axes: []op.WindowAxis{{Stride: 3, Pad: [2]int{2, 1}}, {Stride: 2, Dilation: 2, Pad: [2]int{1, 2}}}}),
	}),
	register(sample{name: "Conv/groups", in: list(wave(2, 4, 4, 3), wave(6, 2, 2, 2)), call: conv(op.ConvConfig{Groups: 2, Pad: 1}), shape: []int{2, 6, 5, 4}}),
	register(sample{name: "Conv/depthwise", in: list(wave(1, 3, 3, 3), wave(3, 1, 3, 3), wave(3)), call: conv(op.ConvConfig{Groups: 3, Pad: 1, Stride: 2}), shape: []int{1, 3, 2, 2}}),
	register(sample{name: "Conv/1x1", in: list(wave(2, 3, 2, 2), wave(4, 3, 1, 1), wave(4)), call: conv(op.ConvConfig{}), shape: []int{2, 4, 2, 2}}),
	register(sample{name: "Conv/one axis", in: list(wave(2, 2, 5), wave(3, 2, 3), wave(3)), call: conv(op.ConvConfig{Pad: 1}), shape: []int{2, 3, 5}}),
	register(sample{name: "Conv/three axes", in: list(wave(1, 2, 2, 3, 2), wave(2, 2, 2, 2, 1), wave(2)), call: conv(op.ConvConfig{}), shape: []int{1, 2, 1, 2, 2}}),
	register(sample{name: "Conv/no examples", in: list(wave(0, 2, 4, 3), wave(3, 2, 3, 2), wave(3)), call: conv(op.ConvConfig{}), shape: []int{0, 3, 2, 2}}),
}

// TestConvByHand compares with sums over the definition.
func TestConvByHand(t *testing.T) {
	x, w := wave(1, 2, 5, 4), wave(2, 1, 3, 2)
	y := op.Conv(x, w, nil, op.ConvConfig{Stride: 2, Pad: 1, Groups: 2})
	at := func(t *tensor.Tensor, i ...int) float64 {
		for _, n := range i {
			if n < 0 || n >= t.Dim(0) {
				return 0
			}
			t = t.Select(0, n)
		}
		return t.Item()
	}
	for o := range 2 {
		for i := range y.Dim(2) {
			for j := range y.Dim(3) {
				want := 0.0
				for a := range 3 {
					for b := range 2 {
						want += at(x, 0, o, 2*i+a-1, 2*j+b-1) * at(w, o, 0, a, b)
					}
				}
				if got := at(y, 0, o, i, j); got-want > 1e-12 || want-got > 1e-12 {
					t.Errorf("%s: %g, want %g", fmt.Sprint(o, i, j), got, want)
				}
			}
		}
	}
}
