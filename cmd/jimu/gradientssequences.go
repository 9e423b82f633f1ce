package main

import (
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// recur returns the probe of an operation on two sequences of two steps by a recurrence of so many gates and two units.
func recur(name string, gates int, f func(x, lengths array, w op.Recurrence, hidden array) array) probe {
	return probe{name, [][]int{{2, 2, 1}, {2 * gates, 1}, {2 * gates, 2}, {2 * gates}, {2 * gates}, {2, 2}}, func(x inputs) array {
		w := op.Recurrence{WeightIn: x[1], WeightHidden: x[2], BiasIn: x[3], BiasHidden: x[4]}
		return f(x[0], tensor.Of([]int64{2, 1}, 2), w, x[5])
	}}
}

// attend returns the probe of an operation on queries, keys and values [1 3 2].
func attend(name string, f func(q, k, v array) array) probe {
	return probe{name, [][]int{{1, 3, 2}, {1, 3, 2}, {1, 3, 2}}, func(x inputs) array { return f(x[0], x[1], x[2]) }}
}

// The operations on sequences are probes too.
var _ = func() bool {
	lengths := tensor.Of([]int64{2, 1}, 2)
	mask := tensor.Of([]bool{true, true, false, true}, 2, 2)
	probes = append(probes,
		recur("RNN", 1, func(x, _ array, w op.Recurrence, hidden array) array { return op.RNN(x, w, hidden) }),
		recur("RNNPacked", 1, func(x, n array, w op.Recurrence, hidden array) array { y, _ := op.RNNPacked(x, n, w, hidden); return y }),
		recur("GRUPacked", 3, func(x, n array, w op.Recurrence, hidden array) array { y, _ := op.GRUPacked(x, n, w, hidden); return y }),
		recur("LSTMPacked", 4, func(x, n array, w op.Recurrence, hidden array) array {
			y, _, _ := op.LSTMPacked(x, n, w, hidden, hidden)
			return y
		}),
		probe{"ConvLSTM", [][]int{{1, 2, 1, 3}, {4, 1, 1}, {4, 1, 3}, {4}}, func(x inputs) array {
			y, _ := op.ConvLSTM(x[0], op.ConvRecurrence{WeightIn: x[1], WeightHidden: x[2], Bias: x[3]}, op.ConvConfig{}, nil, nil)
			return y
		}},
		probe{"AttentionWeights", [][]int{{1, 2, 3, 2}, {1, 2, 3, 2}}, func(x inputs) array {
			return op.AttentionWeights(x[0], x[1], op.AttentionConfig{})
		}},
		attend("AdditiveAttention", func(q, k, v array) array { return op.AdditiveAttention(q, k, v, v.Select(0, 0).Select(0, 0), nil) }),
		attend("AdditiveAttentionWeights", func(q, k, v array) array {
			return op.AdditiveAttentionWeights(q, k, v.Select(0, 0).Select(0, 0), nil)
		}),
		probe{"LinearAttention", [][]int{{1, 1, 3, 2}, {1, 1, 3, 2}, {1, 1, 3, 2}}, func(x inputs) array {
			return op.LinearAttention(x[0], x[1], x[2], true)
		}},
		probe{"ReverseSequence", [][]int{{2, 2, 3}}, func(x inputs) array { return op.ReverseSequence(x[0], lengths) }},
		probe{"LastStep", [][]int{{2, 2, 3}}, func(x inputs) array { return op.LastStep(x[0], lengths) }},
		probe{"MaskedMean", [][]int{{2, 2, 3}}, func(x inputs) array { return op.MaskedMean(x[0], mask) }},
		probe{"MaskedMax", [][]int{{2, 2, 3}}, func(x inputs) array { return op.MaskedMax(x[0], mask) }},
		of("RouteTopK", func(x array) array { w, _ := op.RouteTopK(x, 2, true); return w }),
		of("RouterBalance", func(x array) array { _, at := op.RouteTopK(x.Detach(), 2, true); return op.RouterBalance(x, at) }),
		of("RouterZ", op.RouterZ),
		of("Dispatch", func(x array) array { y, _ := op.Dispatch(x, tensor.Of([]int64{1, 0, 1}, 3, 1), 2, 2); return y }),
		of("Combine", func(x array) array {
			y, slots := op.Dispatch(x, tensor.Of([]int64{1, 0, 1}, 3, 1), 2, 2)
			return op.Combine(y, slots, x.Slice(1, 0, 1))
		}),
	)
	return true
}()
