package keras

import (
	"slices"

	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// rnn is LSTM, GRU or SimpleRNN.
//
//	x [n t in] → y [n t units], or [n units] of the last step; kernel [in gates·units], recurrent_kernel [units gates·units]
//
// Keras's gates of an LSTM are i f c o, which is our order; those of a GRU are z r h, and ours r z n.
type rnn struct {
	WeightIn     tensor.Param // [gates·units in]
	WeightHidden tensor.Param // [gates·units units]
	BiasIn       tensor.Param // [gates·units], or without value
	BiasHidden   tensor.Param // [gates·units]: of a GRU whose reset comes after the product, and of what CuDNN wrote

	class             string
	units, gates      int
	bias, resetAfter  bool
	sequences, state  bool // return all steps; return the last state too
	backward          bool // begin with the last step
	zeroMasked        bool // steps that do not count give 0, and not what the step before gave
	inner, gate       activation
	standard, reverse bool // activations are those that op has; the result is in the order of the input
}

func recurrent(class string) func(h *hyper) layer {
	return func(h *hyper) layer {
		l := &rnn{class: class, units: h.count("units"), bias: h.bool("use_bias", true)}
		l.gates = map[string]int{"LSTM": 4, "CuDNNLSTM": 4, "GRU": 3, "SimpleRNN": 1}[class]
		l.sequences, l.state, l.backward = h.bool("return_sequences", false), h.bool("return_state", false), h.bool("go_backwards", false)
		l.zeroMasked = h.bool("zero_output_for_mask", false)
		l.resetAfter = class == "GRU" && h.bool("reset_after", !h.old)
		gate := "sigmoid"
		if h.old && !h.has("recurrent_activation") && class != "CuDNNLSTM" {
			gate = "hard_sigmoid"
		}
		name := func(key, fallback string) string {
			if !h.has(key) {
				return fallback
			}
			s, err := h.activationName(key)
			if err != nil {
				h.note(key, err)
			}
			return s
		}
		inner := name("activation", "tanh")
		gate = name("recurrent_activation", gate)
		l.inner, l.gate = activations[inner], activations[gate]
		h.must(l.inner != nil && l.gate != nil, "activations %q and %q are not both known", inner, gate)
		if h.old && gate == "hard_sigmoid" {
			l.gate = oldHardSigmoid
		}
		l.standard = inner == "tanh" && (gate == "sigmoid" || class == "SimpleRNN") && (class != "GRU" || l.resetAfter)
		return l
	}
}

func (l *rnn) build(r *rng.Rand, in [][]int) {
	if len(in[0]) != 3 {
		panic(tensor.Errorf(l.class, "an input of shape %v; sequences [n t in] are wanted", in[0]))
	}
	n := l.gates * l.units
	fresh(&l.WeightIn, nn.XavierUniform(1), r, n, last(in))
	fresh(&l.WeightHidden, nn.Orthogonal(1), r, n, l.units)
	if l.bias {
		fresh(&l.BiasIn, nn.Constant(0), r, n)
		if l.resetAfter || l.class == "CuDNNLSTM" {
			fresh(&l.BiasHidden, nn.Constant(0), r, n)
		}
	}
}

func (l *rnn) forward(p *nn.Pass, in []value, _ call) []value {
	x, mask := in[0].Tensor, in[0].mask
	if l.backward {
		x = x.Flip(1)
		if mask != nil {
			mask = mask.Flip(1)
		}
	}
	w := op.Recurrence{WeightIn: p.UseFull(&l.WeightIn), WeightHidden: p.UseFull(&l.WeightHidden), BiasIn: p.UseFull(&l.BiasIn), BiasHidden: p.UseFull(&l.BiasHidden)}
	states := make([]*tensor.Tensor, 0, 2)
	for _, v := range in[1:] {
		states = append(states, v.Tensor)
	}
	if want := map[bool]int{true: 2, false: 1}[l.gates == 4]; len(states) > want {
		panic(tensor.Errorf(l.class, "%d states are given", len(states)))
	} else if len(states) < want {
		states = append(states, slices.Repeat([]*tensor.Tensor{nil}, want-len(states))...)
	}
	run := l.steps
	if l.standard && mask == nil {
		run = l.whole
	}
	y, end := run(x, mask, w, states)
	out := value{Tensor: y}
	if l.sequences {
		out.mask = mask
		if l.backward && l.reverse {
			out.Tensor = y.Flip(1)
			out.mask = in[0].mask
		}
	} else {
		// The last step's state is that of the last step that counts.
		out.Tensor = end[0]
		if mask != nil && l.zeroMasked {
			out.Tensor = y.Select(1, y.Dim(1)-1)
		}
	}
	list := []value{out}
	if l.state {
		for _, s := range end {
			list = append(list, value{Tensor: s})
		}
	}
	return list
}

// whole runs all steps in one operation.
func (l *rnn) whole(x, _ *tensor.Tensor, w op.Recurrence, states []*tensor.Tensor) (y *tensor.Tensor, end []*tensor.Tensor) {
	t := x.Dim(1)
	if l.gates == 4 {
		y, cell := op.LSTM(x, w, states[0], states[1])
		return y, []*tensor.Tensor{y.Select(1, t-1), cell}
	}
	if l.gates == 3 {
		y = op.GRU(x, w, states[0])
	} else {
		y = op.RNN(x, w, states[0])
	}
	return y, []*tensor.Tensor{y.Select(1, t-1)}
}

// steps runs step by step, for other activations and for steps that do not count.
func (l *rnn) steps(x, mask *tensor.Tensor, w op.Recurrence, states []*tensor.Tensor) (y *tensor.Tensor, end []*tensor.Tensor) {
	n, t := x.Dim(0), x.Dim(1)
	if t > 1<<13 {
		panic(tensor.Errorf(l.class, "%d steps are too many to be run one by one", t))
	}
	for i, s := range states {
		if s == nil {
			states[i] = x.FullLike(0, n, l.units)
		}
	}
	input := op.Linear(x, w.WeightIn, w.BiasIn) // [n t gates·units]
	var list []*tensor.Tensor
	var before *tensor.Tensor
	for i := range t {
		next := l.step(input.Select(1, i), w, states)
		out := next[0]
		if mask != nil {
			m := mask.Select(1, i).Unsqueeze(-1) // [n 1]
			for k := range next {
				next[k] = tensor.Where(m.Expand(n, l.units), next[k], states[k])
			}
			if before == nil || l.zeroMasked {
				before = out.FullLike(0)
			}
			out = tensor.Where(m.Expand(n, l.units), out, before)
		}
		states, before = next, out
		list = append(list, out)
	}
	return tensor.Stack(1, list...), states
}

// step makes the next states of the input's part of one step [n gates·units].
func (l *rnn) step(x *tensor.Tensor, w op.Recurrence, states []*tensor.Tensor) []*tensor.Tensor {
	h, u := states[0], l.units
	part := func(t *tensor.Tensor, i int) *tensor.Tensor { return t.Slice(1, i*u, (i+1)*u) }
	if l.gates == 3 && !l.resetAfter {
		all := op.Linear(h, w.WeightHidden.Slice(0, 0, 2*u), nil)
		r, z := l.gate(part(x, 0).Add(part(all, 0))), l.gate(part(x, 1).Add(part(all, 1)))
		n := l.inner(part(x, 2).Add(op.Linear(r.Mul(h), w.WeightHidden.Slice(0, 2*u, 3*u), nil)))
		return []*tensor.Tensor{z.Mul(h).Add(n.Sub(z.Mul(n)))}
	}
	all := op.Linear(h, w.WeightHidden, w.BiasHidden)
	switch l.gates {
	case 1:
		return []*tensor.Tensor{l.inner(x.Add(all))}
	case 3:
		r, z := l.gate(part(x, 0).Add(part(all, 0))), l.gate(part(x, 1).Add(part(all, 1)))
		n := l.inner(part(x, 2).Add(r.Mul(part(all, 2))))
		return []*tensor.Tensor{z.Mul(h).Add(n.Sub(z.Mul(n)))}
	}
	all = x.Add(all)
	i, f, g, o := l.gate(part(all, 0)), l.gate(part(all, 1)), l.inner(part(all, 2)), l.gate(part(all, 3))
	c := f.Mul(states[1]).Add(i.Mul(g))
	return []*tensor.Tensor{o.Mul(l.inner(c)), c}
}

func (l *rnn) weights() []slot {
	n := l.gates * l.units
	gates := func(x *tensor.Tensor) *tensor.Tensor { return x }
	if l.gates == 3 {
		gates = func(x *tensor.Tensor) *tensor.Tensor {
			z := x.Split(0, l.units, l.units, l.units)
			return tensor.Concat(0, z[1], z[0], z[2])
		}
	}
	matrix := func(x *tensor.Tensor) *tensor.Tensor { return gates(x.T()) }
	input, hidden := matrix, matrix
	if l.class == "CuDNNLSTM" {
		// CuDNN's matrices of each gate lie the other way round in memory, behind the same shape.
		input = func(x *tensor.Tensor) *tensor.Tensor { return cudnn(x, l.gates, false) }
		hidden = func(x *tensor.Tensor) *tensor.Tensor { return cudnn(x, l.gates, true) }
	}
	s := []slot{
		{name: "kernel", shape: reversed(&l.WeightIn), param: &l.WeightIn, make: input},
		{name: "recurrent_kernel", shape: reversed(&l.WeightHidden), param: &l.WeightHidden, make: hidden},
	}
	switch {
	case l.BiasIn.Value == nil:
		return s
	case l.BiasHidden.Value == nil:
		return append(s, slot{name: "bias", shape: []int{n}, param: &l.BiasIn, make: gates})
	}
	row := func(i int) func(x *tensor.Tensor) *tensor.Tensor {
		return func(x *tensor.Tensor) *tensor.Tensor { return gates(x.Reshape(2, n).Select(0, i)) }
	}
	bias := slot{name: "bias", shape: []int{2, n}, param: &l.BiasIn, make: row(0), rest: []slot{{param: &l.BiasHidden, make: row(1)}}}
	if l.class == "CuDNNLSTM" {
		bias.shape = []int{2 * n}
	}
	return append(s, bias)
}

// cudnn makes a weight [gates·units in] of what CuDNN wrote as [in gates·units].
func cudnn(x *tensor.Tensor, gates int, turned bool) *tensor.Tensor {
	in, units := x.Dim(0), x.Dim(1)/gates
	parts := x.Split(1, slices.Repeat([]int{units}, gates)...)
	for i, g := range parts {
		if turned {
			parts[i] = g.Contiguous() // [units units], turned for Keras and back for us
		} else {
			parts[i] = g.Contiguous().Reshape(units, in)
		}
	}
	return tensor.Concat(0, parts...)
}
