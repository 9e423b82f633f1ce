package op_test

import (
	"testing"

	"github.com/jimu-ml/jimu/autograd"
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

func convTranspose(c op.ConvTransposeConfig) call {
	return func(x []*tensor.Tensor) *tensor.Tensor {
		if len(x) == 2 {
			return op.ConvTranspose(x[0], x[1], nil, c)
		}
		return op.ConvTranspose(x[0], x[1], x[2], c)
	}
}

var _ = []bool{
	register(sample{
		name: "ConvTranspose", in: list(wave(2, 3, 2, 3), wave(3, 2, 3, 2), wave(2)), shape: []int{2, 2, 5, 6},
		call:   convTranspose(op.ConvTransposeConfig{ConvConfig: op.ConvConfig{Axes: []op.WindowAxis{{Stride: 2}, {Stride: 2}}}}),
		golden: "ConvTranspose/", names: []string{"x", "weight", "bias"}, attrs: func(c *check.Case) call {
			return convTranspose(op.ConvTransposeConfig{
				ConvConfig: op.ConvConfig{Groups: c.Int("groups"), Axes: goldenWindow(c, "")}, OutputPads: c.Ints("output_padding"),
			})
		},
		misuse: []misuse{
			{"ConvTranspose: weight [2 3 3 3] does not fit the channels and spatial axes of [2 3 4 4]", func() {
				op.ConvTranspose(wave(2, 3, 4, 4), wave(2, 3, 3, 3), nil, op.ConvTransposeConfig{})
			}},
			{"ConvTranspose: the 3 channels of [2 3 4 4] do not divide into 2 groups", func() {
				op.ConvTranspose(wave(2, 3, 4, 4), wave(3, 3, 3, 3), nil, op.ConvTransposeConfig{ConvConfig: op.ConvConfig{Groups: 2}})
			}},
			{"ConvTranspose: bias [3] does not fit the outputs of [3 2 3 3]", func() {
				op.ConvTranspose(wave(2, 3, 4, 4), wave(3, 2, 3, 3), wave(3), op.ConvTransposeConfig{})
			}},
			{"ConvTranspose: size 3, stride 1, dilation 1, pad [0 0] and output pad 1 make 7 of spatial axis 0 of [2 3 4 4]", func() {
				op.ConvTranspose(wave(2, 3, 4, 4), wave(3, 2, 3, 3), nil, op.ConvTransposeConfig{OutputPad: 1})
			}},
			{"ConvTranspose: shape [4 3] is not [n c …] with 1 to 3 spatial axes", func() {
				op.ConvTranspose(wave(4, 3), wave(4, 3), nil, op.ConvTransposeConfig{})
			}},
			{"ConvTranspose: 1 axes and 0 output pads for the 2 spatial axes of [2 3 4 4]", func() {
				op.ConvTranspose(wave(2, 3, 4, 4), wave(3, 2, 3, 3), nil, op.ConvTransposeConfig{ConvConfig: op.ConvConfig{Axes: []op.WindowAxis{{}}}})
			}},
		},
	}),
	register(sample{
		name: "ConvTranspose/strides, pads, dilations", in: list(wave(1, 2, 3, 3), wave(2, 2, 2, 3), wave(2)), shape: []int{1, 2, 7, 6},
		call: convTranspose(op.ConvTransposeConfig{
			ConvConfig: op.ConvConfig{Axes: []op.WindowAxis{{Stride: 3, Pad: [2]int{1, 1}}, {Stride: 2, Dilation: 2, Pad: [2]int{1, 2}}}}, OutputPads: []int{1, 0},
		}),
	}),
	register(sample{
		name: "ConvTranspose/groups", in: list(wave(2, 4, 3, 2), wave(4, 3, 2, 2)), shape: []int{2, 6, 2, 1},
		call: convTranspose(op.ConvTransposeConfig{ConvConfig: op.ConvConfig{Groups: 2, Pad: 1}}),
	}),
	register(sample{name: "ConvTranspose/one axis", in: list(wave(2, 2, 5), wave(2, 3, 3), wave(3)), shape: []int{2, 3, 11}, call: convTranspose(op.ConvTransposeConfig{ConvConfig: op.ConvConfig{Stride: 2}})}),
	register(sample{name: "ConvTranspose/three axes", in: list(wave(1, 2, 2, 1, 2), wave(2, 2, 2, 2, 1), wave(2)), shape: []int{1, 2, 3, 2, 2}, call: convTranspose(op.ConvTransposeConfig{})}),
	register(sample{name: "ConvTranspose/no examples", in: list(wave(0, 2, 4, 3), wave(2, 3, 3, 2), wave(3)), shape: []int{0, 3, 6, 4}, call: convTranspose(op.ConvTransposeConfig{})}),
}

// TestConvTransposeIsTheGradient compares with the gradient of the convolution that it turns around.
func TestConvTransposeIsTheGradient(t *testing.T) {
	c := op.ConvConfig{Stride: 2, Pad: 1}
	x, w := wave(2, 3, 7, 7), wave(4, 3, 3, 3)
	leaf := x.Watch()
	y := op.Conv(leaf, w, nil, c)
	dy := wave(y.Shape()...)
	want := autograd.Backward(y.Mul(dy).Sum()).Of(leaf).Floats()
	got := op.ConvTranspose(dy, w, nil, op.ConvTransposeConfig{ConvConfig: c}).Floats()
	for i := range want {
		if d := got[i] - want[i]; d > 1e-12 || d < -1e-12 {
			t.Fatalf("element %d is %v, want %v", i, got[i], want[i])
		}
	}
}
