package op_test

import (
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

func convLSTM(part int, backward bool, c op.ConvConfig) call {
	return func(x []*tensor.Tensor) *tensor.Tensor {
		w := op.ConvRecurrence{WeightIn: x[1], WeightHidden: x[2], Bias: x[3], Backward: backward}
		y, last := op.ConvLSTM(x[0], w, c, x[4], x[5])
		return []*tensor.Tensor{y, last}[part]
	}
}

var _ = []bool{
	register(sample{
		name: "ConvLSTM", in: list(wave(1, 2, 1, 3), wave(4, 1, 2).Scale(0.5), wave(4, 1, 3).Scale(0.5), wave(4), wave(1, 1, 2), wave(1, 1, 2)),
		shape: []int{1, 2, 1, 2}, call: convLSTM(0, false, op.ConvConfig{}),
		golden: "ConvLSTM/", names: []string{"x", "weight_in", "weight_hidden", "bias", "hidden", "cell"},
		attrs: func(c *check.Case) call {
			return convLSTM(0, false, op.ConvConfig{Stride: c.Int("stride"), Pad: c.Int("pad")})
		},
		misuse: []misuse{
			{"ConvLSTM: [1 2 3] is not [n t c …]", func() {
				op.ConvLSTM(wave(1, 2, 3), op.ConvRecurrence{WeightIn: wave(4, 3), WeightHidden: wave(4, 1)}, op.ConvConfig{}, nil, nil)
			}},
			{"ConvLSTM: hidden weight [4 1 2] has an even window", func() {
				op.ConvLSTM(wave(1, 2, 1, 3), op.ConvRecurrence{WeightIn: wave(4, 1, 1), WeightHidden: wave(4, 1, 2)}, op.ConvConfig{}, nil, nil)
			}},
		},
	}),
	register(sample{
		name: "ConvLSTM/cell, backward", in: list(wave(1, 2, 1, 2), wave(4, 1, 1).Scale(0.5), wave(4, 1, 1).Scale(0.5), wave(4), wave(1, 1, 2), wave(1, 1, 2)),
		shape: []int{1, 1, 2}, call: convLSTM(1, true, op.ConvConfig{}),
	}),
}

// TestConvLSTMBackward: the states of a sequence that is turned around are those of the other direction.
func TestConvLSTMBackward(t *testing.T) {
	x := list(wave(1, 3, 1, 2, 2), wave(8, 1, 1, 1).Scale(0.5), wave(8, 2, 3, 1).Scale(0.3), nil, nil, nil)
	turned := append([]*tensor.Tensor{x[0].Flip(1)}, x[1:]...)
	a, b := convLSTM(0, true, op.ConvConfig{})(x), convLSTM(0, false, op.ConvConfig{})(turned).Flip(1)
	check.Close(t, "states", a.Floats(), b.Floats(), 1e-6)
}
