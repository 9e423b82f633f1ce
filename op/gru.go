package op

import (
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/tensor"
)

// GRU runs gated recurrent units over sequences. It returns the hidden states of all steps.
//
//	x [n t in], hidden [n h] or nil → y [n t h]; weights [3h …] in the order r z n
//	r, z = σ(W x + b + U y₋ + d)    n = tanh(W x + b + r·(U y₋ + d))     each with its own rows of W, b, U, d
//	y = (1 − z)·n + z·y₋
//
// y₋ is that of the step before, at first hidden; nil means zeros. As in PyTorch, r scales the state after its product,
// bias included; in the paper it scales the state before. All steps of the input's part are one matrix product. For x
// [t n in] transpose the first two axes: that copies nothing. It panics with a [tensor.Error] if the shapes do not fit.
//
// Cho and others, Learning Phrase Representations using RNN Encoder–Decoder, 2014 (arXiv:1406.1078), section 2.3.
func GRU(x *tensor.Tensor, w Recurrence, hidden *tensor.Tensor) *tensor.Tensor {
	w.check("GRU", 3, x, hidden)
	s := &gru{w: &w}
	s.run(x.Bare(), bare(w.WeightIn), bare(w.WeightHidden), bare(w.BiasIn), bare(w.BiasHidden), bare(hidden))
	return tensor.Record(s.y, "GRU", s.vjp, x, w.WeightIn, w.WeightHidden, w.BiasIn, w.BiasHidden, hidden)
}

// A gru is what a run leaves for its gradient: y and the states' part of n, q [n t h], and the gates [n t 3h], if the
// device did it.
type gru struct {
	w           *Recurrence
	fused       bool
	y, q, gates *tensor.Tensor
}

// run computes the states from x, the weights and the initial state.
func (s *gru) run(in ...*tensor.Tensor) {
	x, w := in[0], s.w.given(in)
	gates := w.inputPart(x)
	shape := []int{x.Dim(0), x.Dim(1), w.WeightHidden.Dim(1)}
	s.y, s.q = tensor.Output(gates, shape), tensor.Output(gates, shape)
	s.fused = tensor.Try(device.GRU, &device.Attr{Flag: w.Backward}, []*tensor.Tensor{s.y, s.q, gates}, w.WeightHidden, w.BiasHidden, in[5])
	if s.fused {
		s.gates = gates
		return
	}
	steps := gruSteps(in, w)
	y := make([]*tensor.Tensor, x.Dim(1))
	for k, at := range w.times(x.Dim(1)) {
		y[at] = steps[k].y
	}
	s.y = tensor.Stack(1, y...)
}

func (s *gru) vjp(dy, y *tensor.Tensor, in []*tensor.Tensor) []*tensor.Tensor {
	w := s.w.given(in)
	g := make([]*tensor.Tensor, 6)
	h := w.WeightHidden.Dim(1)
	if s.fused && !tensor.Tracked(in...) && !tensor.Tracked(dy) {
		d, dq := tensor.Output(s.gates, s.gates.Shape(), dy), tensor.Output(s.q, s.q.Shape(), dy)
		out := []*tensor.Tensor{d, dq}
		if in[5] != nil {
			g[5] = tensor.OutputRowMajor(d, in[5].Shape())
			out = append(out, g[5])
		}
		if tensor.Try(device.GRUGrad, &device.Attr{Flag: w.Backward}, out, dy, w.WeightHidden, in[5], y, s.gates, s.q) {
			w.weightGrads(g, d, tensor.Concat(2, d.Slice(2, 0, 2*h), dq), in[0], w.shifted(y, in[5]))
			return g
		}
	}
	steps := gruSteps(in, w)
	n := len(steps)
	d, dhidden, before := make([]*tensor.Tensor, n), make([]*tensor.Tensor, n), make([]*tensor.Tensor, n)
	var dh *tensor.Tensor
	for k := n - 1; k >= 0; k-- {
		s, at := &steps[k], w.times(n)[k]
		var carry *tensor.Tensor
		d[at], dhidden[at], carry = s.vjp(sum(dy.Select(1, at), dh))
		before[at] = s.before
		dh = dhidden[at].MatMul(w.WeightHidden).Add(carry)
	}
	w.weightGrads(g, tensor.Stack(1, d...), tensor.Stack(1, dhidden...), in[0], tensor.Stack(1, before...))
	g[5] = dh
	return g
}

// A gruStep is one step of a GRU in tensors: [n h] each.
type gruStep struct{ r, z, n, q, y, before *tensor.Tensor }

// gruSteps composes a GRU from tensors, step by step: for devices that have none, and for gradients of gradients.
func gruSteps(in []*tensor.Tensor, w *Recurrence) []gruStep {
	x, h := in[0], w.WeightHidden.Dim(1)
	input, y := w.inputPart(x), w.initial(x, in[5])
	steps := make([]gruStep, x.Dim(1))
	for k, at := range w.times(x.Dim(1)) {
		a := input.Select(1, at).Split(1, h, h, h)
		b := Linear(y, w.WeightHidden, w.BiasHidden).Split(1, h, h, h)
		s := gruStep{r: Sigmoid(a[0].Add(b[0])), z: Sigmoid(a[1].Add(b[1])), q: b[2], before: y}
		s.n = a[2].Add(s.r.Mul(s.q)).Tanh()
		s.y = s.n.Add(s.z.Mul(y.Sub(s.n)))
		y = s.y
		steps[k] = s
	}
	return steps
}

// vjp returns the gradients of the gates before their functions, of the input's part and of the state's [n 3h], and that
// of the state before which does not come through them, from that of y.
func (s *gruStep) vjp(dy *tensor.Tensor) (d, dhidden, carry *tensor.Tensor) {
	dz := dy.Mul(s.before.Sub(s.n)).Mul(sigmoidSlope(s.z))
	carry = dy.Mul(s.z)
	dn := dy.Sub(carry).Mul(tanhSlope(s.n))
	dr := dn.Mul(s.q).Mul(sigmoidSlope(s.r))
	return tensor.Concat(1, dr, dz, dn), tensor.Concat(1, dr, dz, dn.Mul(s.r)), carry
}
