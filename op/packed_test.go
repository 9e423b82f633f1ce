package op_test

import (
	"math"
	"slices"
	"testing"

	"github.com/jimu-ml/jimu/internal/check"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

var lengths21 = tensor.Of([]int64{2, 1}, 2)

// extras are the inputs of an LSTM with projection and peepholes: x, weights, biases, hidden, cell, projection, peepholes.
func extras(n, t, in, h, p int) []*tensor.Tensor {
	return list(wave(n, t, in), wave(4*h, in).Scale(0.6), wave(4*h, p).Scale(0.5), wave(4*h), wave(4*h).Scale(0.4), wave(n, p).Scale(0.7), wave(n, h),
		wave(p, h).Scale(0.8), wave(3*h).Scale(0.5))
}

func lstmExtras(part int) call {
	return func(x []*tensor.Tensor) *tensor.Tensor {
		w := recurrence(x, false)
		w.Project, w.Peephole = x[7], x[8]
		y, c := op.LSTM(x[0], w, x[5], x[6])
		return []*tensor.Tensor{y, c}[part]
	}
}

// packedLSTM returns one of the three results of a packed LSTM; its lengths are the last input.
func packedLSTM(part int, backward bool) call {
	return func(x []*tensor.Tensor) *tensor.Tensor {
		y, h, c := op.LSTMPacked(x[0], x[len(x)-1], recurrence(x, backward), x[5], x[6])
		return []*tensor.Tensor{y, h, c}[part]
	}
}

func withLengths(x []*tensor.Tensor) []*tensor.Tensor { return append(slices.Clip(x), lengths21) }

var packedNames = append(slices.Clip(recurrentNames), "lengths")

// packedState returns a packed GRU or RNN's states or last states.
func packedState(part int, run func(x, lengths *tensor.Tensor, w op.Recurrence, hidden *tensor.Tensor) (y, last *tensor.Tensor)) func(backward bool) call {
	return func(backward bool) call {
		return func(x []*tensor.Tensor) *tensor.Tensor {
			y, last := run(x[0], x[len(x)-1], recurrence(x, backward), x[5])
			return []*tensor.Tensor{y, last}[part]
		}
	}
}

func backwardOf(f func(backward bool) call) func(c *check.Case) call {
	return func(c *check.Case) call { return f(c.Bool("backward")) }
}

func rnn(relu, backward bool) call {
	return func(x []*tensor.Tensor) *tensor.Tensor {
		w := recurrence(x, backward)
		w.Relu = relu
		return op.RNN(x[0], w, x[5])
	}
}

var _ = []bool{
	register(sample{
		name: "RNN", in: recurrentInputs(1, 2, 3, 2, 2), shape: []int{2, 3, 2}, call: rnn(false, false), golden: "RNN/", names: recurrentNames[:6],
		misuse: []misuse{
			{"RNN: hidden weight [4 1] is not [1·h h]", func() { rnn(false, false)(list(wave(2, 1, 3), wave(4, 3), wave(4, 1), nil, nil, nil)) }},
			{"RNN: a projection or peepholes, beside the hidden weight [2 2]", func() {
				op.RNN(wave(1, 1, 2), op.Recurrence{WeightIn: wave(2, 2), WeightHidden: wave(2, 2), Project: wave(2, 2)}, nil)
			}},
		},
	}),
	register(sample{name: "RNN/relu", in: recurrentInputs(1, 1, 3, 2, 3), shape: []int{1, 3, 3}, call: rnn(true, false), golden: "rectified RNN/", names: recurrentNames[:6]}),
	register(sample{name: "RNN/backward", in: recurrentInputs(1, 1, 3, 2, 2), shape: []int{1, 3, 2}, call: rnn(false, true)}),
	register(sample{
		name: "LSTM/projection, peepholes", in: extras(1, 2, 2, 2, 1), shape: []int{1, 2, 1}, call: lstmExtras(0),
		golden: "projected LSTM/", names: append(slices.Clip(recurrentNames), "project", "peephole"),
		misuse: []misuse{
			{"LSTM: projection [1 3] is not [p h], with p the last axis of the hidden weight [8 2]", func() {
				op.LSTM(wave(1, 1, 2), op.Recurrence{WeightIn: wave(8, 2), WeightHidden: wave(8, 2), Project: wave(1, 3)}, nil, nil)
			}},
			{"LSTM: peephole [4] does not fit three gates", func() {
				op.LSTM(wave(1, 1, 2), op.Recurrence{WeightIn: wave(8, 2), WeightHidden: wave(8, 2), Peephole: wave(4)}, nil, nil)
			}},
		},
	}),
	register(sample{name: "LSTM/projection, peepholes, cell", in: extras(1, 2, 1, 2, 1), shape: []int{1, 2}, call: lstmExtras(1)}),
	register(sample{
		name: "LSTMPacked", in: withLengths(recurrentInputs(4, 2, 2, 2, 2)), shape: []int{2, 2, 2}, call: packedLSTM(0, false),
		golden: "LSTMPacked/", names: packedNames, attrs: backwardOf(func(b bool) call { return packedLSTM(0, b) }),
		misuse: []misuse{
			{"LSTMPacked: [2 2 2] is not [n t …] for lengths [3]", func() {
				in := recurrentInputs(4, 2, 2, 2, 2)
				op.LSTMPacked(in[0], tensor.Of([]int64{1, 1, 1}), recurrence(in, false), nil, nil)
			}},
			{"LSTMPacked: the lengths are float64 of shape [2]", func() {
				in := recurrentInputs(4, 2, 2, 2, 2)
				op.LSTMPacked(in[0], wave(2), recurrence(in, false), nil, nil)
			}},
		},
	}),
	register(sample{
		name: "LSTMPacked/last state", in: withLengths(recurrentInputs(4, 2, 2, 1, 2)), shape: []int{2, 2}, call: packedLSTM(1, true),
		golden: "last LSTMPacked/", names: packedNames, attrs: backwardOf(func(b bool) call { return packedLSTM(1, b) }),
	}),
	register(sample{
		name: "LSTMPacked/last cell", in: withLengths(recurrentInputs(4, 2, 2, 1, 2)), shape: []int{2, 2}, call: packedLSTM(2, true),
		golden: "cell LSTMPacked/", names: packedNames, attrs: backwardOf(func(b bool) call { return packedLSTM(2, b) }),
	}),
	register(sample{
		name: "GRUPacked", in: withLengths(recurrentInputs(3, 2, 2, 2, 2)), shape: []int{2, 2, 2}, call: packedState(0, op.GRUPacked)(false),
		golden: "GRUPacked/", names: append(slices.Clip(recurrentNames[:6]), "lengths"), attrs: backwardOf(packedState(0, op.GRUPacked)),
	}),
	register(sample{name: "GRUPacked/last", in: withLengths(recurrentInputs(3, 2, 2, 1, 2)), shape: []int{2, 2}, call: packedState(1, op.GRUPacked)(true)}),
	register(sample{
		name: "RNNPacked", in: withLengths(recurrentInputs(1, 2, 2, 2, 2)), shape: []int{2, 2, 2}, call: packedState(0, op.RNNPacked)(false),
		golden: "RNNPacked/", names: append(slices.Clip(recurrentNames[:6]), "lengths"), attrs: backwardOf(packedState(0, op.RNNPacked)),
	}),
	register(sample{name: "RNNPacked/last", in: withLengths(recurrentInputs(1, 2, 2, 1, 2)), shape: []int{2, 2}, call: packedState(1, op.RNNPacked)(true)}),
}

// TestPaddingChangesNothing puts NaN behind the sequences: states, last states and gradients are those of the sequence alone.
func TestPaddingChangesNothing(t *testing.T) {
	in := recurrentInputs(4, 1, 4, 2, 3)
	x := tensor.Values[float64](in[0])
	for i := 4; i < len(x); i++ {
		x[i] = math.NaN()
	}
	two := tensor.Of([]int64{2}, 1)
	padded, short := append(slices.Clip(in), two), append(slices.Clip(in), two)
	padded[0], short[0] = tensor.Of(x, 1, 4, 2), in[0].Slice(1, 0, 2)
	for part := range 3 {
		for _, backward := range []bool{false, true} {
			got, want := results(sample{call: packedLSTM(part, backward)}, padded), results(sample{call: packedLSTM(part, backward)}, short)
			if part == 0 {
				got[0] = got[0][:len(want[0])]
			}
			got[1] = got[1][:4]
			same(t, "beside padding", got, want, 1e-12)
		}
	}
}
