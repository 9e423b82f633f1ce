package op_test

import (
	"math"
	"testing"

	"github.com/jimu-ml/jimu/autograd"
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// recurrence returns the weights in places 1 to 4 of x.
func recurrence(x []*tensor.Tensor, backward bool) op.Recurrence {
	return op.Recurrence{WeightIn: x[1], WeightHidden: x[2], BiasIn: x[3], BiasHidden: x[4], Backward: backward}
}

func lstm(x []*tensor.Tensor) *tensor.Tensor {
	y, _ := op.LSTM(x[0], recurrence(x, false), x[5], x[6])
	return y
}

func lstmCell(backward bool) call {
	return func(x []*tensor.Tensor) *tensor.Tensor {
		_, c := op.LSTM(x[0], recurrence(x, backward), x[5], x[6])
		return c
	}
}

func gru(x []*tensor.Tensor) *tensor.Tensor { return op.GRU(x[0], recurrence(x, false), x[5]) }

var recurrentNames = []string{"x", "weight_in", "weight_hidden", "bias_in", "bias_hidden", "hidden", "cell"}

// recurrentInputs returns small inputs of a recurrence with so many gates.
func recurrentInputs(gates, n, t, in, h int) []*tensor.Tensor {
	x := list(wave(n, t, in), wave(gates*h, in).Scale(0.6), wave(gates*h, h).Scale(0.5), wave(gates*h), wave(gates*h).Scale(0.4), wave(n, h).Scale(0.7))
	if gates == 4 {
		x = append(x, wave(n, h))
	}
	return x
}

var _ = []bool{
	register(sample{
		name: "LSTM", in: recurrentInputs(4, 2, 3, 2, 3), call: lstm, shape: []int{2, 3, 3},
		golden: "LSTM/", names: recurrentNames,
		misuse: []misuse{
			{"LSTM: shape [2 3] is not [n t in] with t > 0", func() { lstm(list(wave(2, 3), wave(4, 3), wave(4, 1), nil, nil, nil, nil)) }},
			{"LSTM: hidden weight [4 3] is not [4·h h]", func() { lstm(list(wave(2, 1, 3), wave(4, 3), wave(4, 3), nil, nil, nil, nil)) }},
			{"LSTM: input weight [8 3] does not fit hidden weight [4 1]", func() { lstm(list(wave(2, 1, 3), wave(8, 3), wave(4, 1), nil, nil, nil, nil)) }},
			{"LSTM: initial state [2 2] of [2 1 3] is not [2 1]", func() { lstm(list(wave(2, 1, 3), wave(4, 3), wave(4, 1), nil, nil, nil, wave(2, 2))) }},
			{"LSTM: input bias [3] does not fit", func() { lstm(list(wave(2, 1, 3), wave(4, 3), wave(4, 1), wave(3), nil, nil, nil)) }},
		},
	}),
	register(sample{name: "LSTM/cell", in: recurrentInputs(4, 2, 3, 2, 2), call: lstmCell(false), shape: []int{2, 2}}),
	register(sample{name: "LSTM/cell backward", in: recurrentInputs(4, 2, 3, 2, 2), call: lstmCell(true), shape: []int{2, 2}}),
	register(sample{name: "LSTM/backward", in: recurrentInputs(4, 2, 4, 2, 2), shape: []int{2, 4, 2}, call: func(x []*tensor.Tensor) *tensor.Tensor {
		y, _ := op.LSTM(x[0], recurrence(x, true), x[5], x[6])
		return y
	}}),
	register(sample{name: "LSTM/time first", in: recurrentInputs(4, 3, 2, 2, 2), shape: []int{3, 2, 2}, call: func(x []*tensor.Tensor) *tensor.Tensor {
		y, _ := op.LSTM(x[0].Transpose(0, 1).Contiguous().Transpose(0, 1), recurrence(x, false), x[5], x[6])
		return y
	}}),
	register(sample{name: "LSTM/bare", in: recurrentInputs(4, 2, 3, 2, 2)[:3], shape: []int{2, 3, 2}, call: func(x []*tensor.Tensor) *tensor.Tensor {
		y, _ := op.LSTM(x[0], op.Recurrence{WeightIn: x[1], WeightHidden: x[2]}, nil, nil)
		return y
	}}),
	register(sample{name: "LSTM/one initial state", in: recurrentInputs(4, 2, 3, 2, 2), shape: []int{2, 3, 2}, call: func(x []*tensor.Tensor) *tensor.Tensor {
		y, _ := op.LSTM(x[0], recurrence(x, false), x[5], nil)
		z, _ := op.LSTM(x[0], recurrence(x, false), nil, x[6])
		return y.Add(z.Scale(0.3))
	}}),
	register(sample{
		name: "GRU", in: recurrentInputs(3, 2, 3, 2, 3), call: gru, shape: []int{2, 3, 3},
		golden: "GRU/", names: recurrentNames[:6],
		misuse: []misuse{{"GRU: hidden weight [4 1] is not [3·h h]", func() { gru(list(wave(2, 1, 3), wave(4, 3), wave(4, 1), nil, nil, nil)) }}},
	}),
	register(sample{name: "GRU/backward", in: recurrentInputs(3, 2, 4, 2, 2), shape: []int{2, 4, 2}, call: func(x []*tensor.Tensor) *tensor.Tensor {
		return op.GRU(x[0], recurrence(x, true), x[5])
	}}),
	register(sample{name: "GRU/bare", in: recurrentInputs(3, 2, 3, 2, 2)[:3], shape: []int{2, 3, 2}, call: func(x []*tensor.Tensor) *tensor.Tensor {
		return op.GRU(x[0], op.Recurrence{WeightIn: x[1], WeightHidden: x[2]}, nil)
	}}),
}

func TestLSTMLastCellGolden(t *testing.T) {
	for _, c := range check.Cases(t, check.GoldenAll(t, "testdata"), "LSTM/") {
		t.Run(c.Name, func(t *testing.T) {
			c := c.On(t)
			var in []*tensor.Tensor
			for _, name := range recurrentNames {
				in = append(in, goldenTensor(c, name))
			}
			scaled(t, "cell", lstmCell(false)(in).Floats(), c.Float32("cell_after"), 2e-6)
		})
	}
}

// TestRecurrencesAgree compares the fused recurrences and their gradients with the composed ones at sizes that use all
// tiles of the matrix product, and several processors.
func TestRecurrencesAgree(t *testing.T) {
	for _, size := range [][4]int{{1, 7, 5, 40}, {3, 5, 17, 33}, {19, 3, 8, 100}, {2, 3, 4, 200}} {
		for name, c := range map[string]struct {
			gates int
			call  call
		}{"LSTM": {4, lstm}, "GRU": {3, gru}} {
			in := recurrentInputs(c.gates, size[0], size[1], size[2], size[3])
			for i, x := range in {
				in[i] = x.Cast(device.Float32)
				if i == 2 {
					in[i] = in[i].Scale(1 / math.Sqrt(float64(size[3])))
				}
			}
			s := sample{call: c.call}
			same(t, name, results(s, in), results(s, convert(in, device.Float32, refuser{integers.Device()})), 1e-3)
		}
	}
}

// TestLSTMGradientOfBoth checks a loss of the states and of the last cell.
func TestLSTMGradientOfBoth(t *testing.T) {
	f := func(x []*tensor.Tensor) *tensor.Tensor {
		y, c := op.LSTM(x[0], recurrence(x, false), x[5], x[6])
		return y.Sum(1).Mul(c)
	}
	if err := autograd.CheckOrder(2, f, recurrentInputs(4, 2, 3, 2, 2)...); err != nil {
		t.Error(err)
	}
}
