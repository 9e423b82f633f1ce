package op

import (
	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/tensor"
)

// LSTM runs a long short-term memory over sequences. It returns the hidden states of all steps and the last cell.
//
//	x [n t in], hidden [n h] or nil, cell [n h] or nil → y [n t h], cell [n h]; weights [4h …] in the order i f g o
//	i, f, o = σ(W x + b + U y₋ + d)    g = tanh(W x + b + U y₋ + d)     each with its own rows of W, b, U, d
//	c = f·c₋ + i·g    y = o·tanh c
//
// y₋ and c₋ are those of the step before, at first hidden and cell; nil means zeros. All steps of the input's part are one
// matrix product, so a long sequence costs little more than its recurrence. The gradients of y and of the last cell are
// computed apart: a loss of both walks back twice. For x [t n in] transpose the first two axes: that copies nothing.
//
// With a projection P, y = P(o·tanh c) has p numbers, and so has hidden. With peepholes v the gates see the cell:
// v·c₋ is added inside i and f, v·c inside o. Both are computed step by step. It panics with a [tensor.Error] if the shapes
// do not fit.
//
// Hochreiter and Schmidhuber, Long Short-Term Memory, 1997; with the forget gate of Gers, Schmidhuber and Cummins,
// Learning to Forget, 2000; Gers and Schmidhuber, Recurrent Nets that Time and Count, 2000, for the peepholes; Sak, Senior
// and Beaufays, 2014 (arXiv:1402.1128), for the projection.
func LSTM(x *tensor.Tensor, w Recurrence, hidden, cell *tensor.Tensor) (y, last *tensor.Tensor) {
	w.check("LSTM", 4, x, hidden, cell)
	if w.Project != nil || w.Peephole != nil {
		return w.longhand(x, hidden, cell)
	}
	s := &lstm{w: &w}
	s.run(x.Bare(), bare(w.WeightIn), bare(w.WeightHidden), bare(w.BiasIn), bare(w.BiasHidden), bare(hidden), bare(cell))
	last = s.cells.Select(1, w.end(x.Dim(1)))
	in := []*tensor.Tensor{x, w.WeightIn, w.WeightHidden, w.BiasIn, w.BiasHidden, hidden, cell}
	y = tensor.Record(s.y, "LSTM", func(dy, y *tensor.Tensor, in []*tensor.Tensor) []*tensor.Tensor {
		return s.vjp(y, dy, nil, in)
	}, in...)
	bareY := y.Bare()
	return y, tensor.Record(last, "LSTM cell", func(dc, _ *tensor.Tensor, in []*tensor.Tensor) []*tensor.Tensor {
		return s.vjp(bareY, nil, dc, in)
	}, in...)
}

func bare(x *tensor.Tensor) *tensor.Tensor {
	if x == nil {
		return nil
	}
	return x.Bare()
}

// An lstm is what a run leaves for its gradient: y and the cells [n t h], and the gates [n t 4h], if the device did it.
type lstm struct {
	w               *Recurrence
	fused           bool
	y, cells, gates *tensor.Tensor
}

// run computes the states from x, the weights and the initial states.
func (s *lstm) run(in ...*tensor.Tensor) {
	x, w := in[0], s.w.given(in)
	gates := w.inputPart(x)
	shape := []int{x.Dim(0), x.Dim(1), w.WeightHidden.Dim(1)}
	s.y, s.cells = tensor.Output(gates, shape), tensor.Output(gates, shape)
	hidden, cell := in[5], in[6]
	if hidden != nil || cell != nil {
		hidden, cell = w.initial(x, hidden), w.initial(x, cell)
	}
	s.fused = tensor.Try(device.LSTM, &device.Attr{Flag: w.Backward}, []*tensor.Tensor{s.y, s.cells, gates}, w.WeightHidden, w.BiasHidden, hidden, cell)
	if s.fused {
		s.gates = gates
		return
	}
	steps := lstmSteps(in, w)
	t := x.Dim(1)
	y, cells := make([]*tensor.Tensor, t), make([]*tensor.Tensor, t)
	for k, at := range w.times(t) {
		y[at], cells[at] = steps[k].y, steps[k].c
	}
	s.y, s.cells = tensor.Stack(1, y...), tensor.Stack(1, cells...)
}

// vjp is the gradient from that of y or of the last cell.
func (s *lstm) vjp(y, dy, dcell *tensor.Tensor, in []*tensor.Tensor) []*tensor.Tensor {
	w := s.w.given(in)
	g := make([]*tensor.Tensor, 7)
	if s.fused && !tensor.Tracked(in...) && !tensor.Tracked(dy, dcell) {
		d := tensor.Output(s.gates, s.gates.Shape(), dy, dcell)
		out := []*tensor.Tensor{d}
		like := in[5]
		if like == nil {
			like = in[6]
		}
		if like != nil {
			out = append(out, tensor.OutputRowMajor(d, like.Shape()), tensor.OutputRowMajor(d, like.Shape()))
			g[5], g[6] = out[1], out[2]
		}
		if tensor.Try(device.LSTMGrad, &device.Attr{Flag: w.Backward}, out, dy, dcell, w.WeightHidden, in[6], s.cells, s.gates) {
			w.weightGrads(g, d, d, in[0], w.shifted(y, in[5]))
			return g
		}
	}
	steps := lstmSteps(in, w)
	d := make([]*tensor.Tensor, len(steps))
	before := make([]*tensor.Tensor, len(steps))
	var dh, dc *tensor.Tensor
	dc = dcell
	for k := len(steps) - 1; k >= 0; k-- {
		s, at := &steps[k], w.times(len(steps))[k]
		if dy != nil {
			dh = sum(dy.Select(1, at), dh)
		}
		d[at], dc = s.vjp(dh, dc)
		before[at] = s.before
		dh = d[at].MatMul(w.WeightHidden)
	}
	all := tensor.Stack(1, d...)
	w.weightGrads(g, all, all, in[0], tensor.Stack(1, before...))
	g[5], g[6] = dh, dc
	return g
}

// sum returns a + b, either of which may be absent.
func sum(a, b *tensor.Tensor) *tensor.Tensor {
	if a == nil || b == nil {
		if a == nil {
			return b
		}
		return a
	}
	return a.Add(b)
}

// An lstmStep is one step of an LSTM in tensors: [n h] each.
type lstmStep struct{ i, f, g, o, c, y, tanh, before, cell *tensor.Tensor }

// lstmSteps composes an LSTM from tensors, step by step: for devices that have none, and for gradients of gradients.
func lstmSteps(in []*tensor.Tensor, w *Recurrence) []lstmStep {
	x, h := in[0], w.WeightHidden.Dim(1)
	input := w.inputPart(x)
	y, c := w.initial(x, in[5]), w.initial(x, in[6])
	steps := make([]lstmStep, x.Dim(1))
	for k, at := range w.times(x.Dim(1)) {
		gates := input.Select(1, at).Add(Linear(y, w.WeightHidden, w.BiasHidden)).Split(1, h, h, h, h)
		s := lstmStep{i: Sigmoid(gates[0]), f: Sigmoid(gates[1]), g: gates[2].Tanh(), o: Sigmoid(gates[3]), before: y, cell: c}
		s.c = s.f.Mul(c).Add(s.i.Mul(s.g))
		s.tanh = s.c.Tanh()
		s.y = s.o.Mul(s.tanh)
		y, c = s.y, s.c
		steps[k] = s
	}
	return steps
}

// vjp returns the gradients of the gates before their functions [n 4h] and of the cell before, from those of y and c,
// either of which may be absent.
func (s *lstmStep) vjp(dy, dc *tensor.Tensor) (d, dcell *tensor.Tensor) {
	var do *tensor.Tensor
	if dy == nil {
		do = s.o.FullLike(0, s.o.Shape()...)
	} else {
		do = dy.Mul(s.tanh)
		dc = sum(dy.Mul(s.o).Mul(tanhSlope(s.tanh)), dc)
	}
	d = tensor.Concat(1,
		dc.Mul(s.g).Mul(sigmoidSlope(s.i)), dc.Mul(s.cell).Mul(sigmoidSlope(s.f)),
		dc.Mul(s.i).Mul(tanhSlope(s.g)), do.Mul(sigmoidSlope(s.o)))
	return d, dc.Mul(s.f)
}

// sigmoidSlope returns the derivative of σ from its value, y·(1 − y).
func sigmoidSlope(y *tensor.Tensor) *tensor.Tensor { return y.Sub(y.Square()) }

// tanhSlope returns the derivative of tanh from its value, 1 − y².
func tanhSlope(y *tensor.Tensor) *tensor.Tensor { return y.Square().Neg().AddScalar(1) }
