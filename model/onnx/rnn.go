package onnx

import (
	"slices"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

func init() {
	register("RNN", 1, func(c *call) []*Value { return c.recurrence(1, []string{"Tanh"}, (*recurrent).rnn)[:2] })
	register("GRU", 1, func(c *call) []*Value {
		return c.recurrence(3, []string{"Sigmoid", "Tanh"}, (*recurrent).gru)[:2]
	})
	register("LSTM", 1, func(c *call) []*Value {
		return c.recurrence(4, []string{"Sigmoid", "Tanh", "Tanh"}, (*recurrent).lstm)
	})
}

// A recurrent is one direction of a recurrent node.
type recurrent struct {
	c       *call
	n, h    int
	w, r    *tensor.Tensor   // [gates·h in], [gates·h h]
	wb, rb  *tensor.Tensor   // [gates·h] each, or nil
	p       []*tensor.Tensor // peepholes of i, o and f, [h] each, or none
	f       []func(x *tensor.Tensor) *tensor.Tensor
	hidden  *tensor.Tensor // [n h]
	cell    *tensor.Tensor // [n h]
	lengths []int64        // of the sequences, or nil: all are whole
}

// A step computes the next hidden state and cell from the input's part of the gates.
type step func(r *recurrent, x, hidden, cell *tensor.Tensor) (nextHidden, nextCell *tensor.Tensor)

// recurrence runs a node of one or two directions with as many gates.
func (c *call) recurrence(gates int, activations []string, f step) []*Value {
	x := c.wants(0, 3)
	if c.flag("layout", false) {
		x = x.Transpose(0, 1)
	}
	w, r := c.wants(1, 3), c.wants(2, 3)
	direction := c.choice("direction", "forward", "forward", "reverse", "bidirectional")
	directions := 1
	if direction == "bidirectional" {
		directions = 2
	}
	h := c.integer("hidden_size", r.Dim(2))
	if w.Dim(0) != directions || r.Dim(0) != directions || h < 1 || r.Dim(2) != h || r.Dim(1) != gates*h || w.Dim(1) != gates*h || w.Dim(2) != x.Dim(2) {
		c.fail("weights of %v and %v for an input of %v, %d units and %d directions", w, r, x, h, directions)
	}
	names := c.texts("activations")
	if names == nil {
		names = slices.Repeat(activations, directions)
	}
	if len(names) != len(activations)*directions {
		c.fail("there are %d activations; want %d", len(names), len(activations)*directions)
	}
	var ys, hs, cs []*tensor.Tensor
	for d := range directions {
		one := &recurrent{c: c, n: x.Dim(1), h: h, w: w.Select(0, d), r: r.Select(0, d)}
		for k, name := range names[d*len(activations) : (d+1)*len(activations)] {
			one.f = append(one.f, c.activation(name, d*len(activations)+k))
		}
		one.read(d, gates)
		y, hidden, cell := one.run(x, direction == "reverse" || d == 1, names[d*len(activations):(d+1)*len(activations)], f)
		ys, hs, cs = append(ys, y), append(hs, hidden), append(cs, cell)
	}
	y, hidden, cell := tensor.Stack(1, ys...), tensor.Stack(0, hs...), tensor.Stack(0, cs...)
	if c.flag("layout", false) {
		y, hidden, cell = y.Permute(2, 0, 1, 3), hidden.Transpose(0, 1), cell.Transpose(0, 1)
	}
	return slices.Concat(c.as(0, y), c.as(0, hidden), c.as(0, cell))
}

// read reads the optional inputs of direction d.
func (r *recurrent) read(d, gates int) {
	c := r.c
	if b := c.maybe(3); b != nil {
		both := b.Select(0, d)
		if both.Len() != 2*gates*r.h {
			c.fail("a bias of %v for %d gates of %d units", b, gates, r.h)
		}
		r.wb, r.rb = both.Slice(0, 0, gates*r.h), both.Slice(0, gates*r.h, 2*gates*r.h)
	}
	if c.has(4) {
		r.lengths = c.longs(4)
		if len(r.lengths) != r.n {
			c.fail("%d lengths for a batch of %d", len(r.lengths), r.n)
		}
	}
	state := func(i int) *tensor.Tensor {
		s := c.maybe(i)
		if s == nil {
			return c.full(c.x(0).DType(), 0, r.n, r.h)
		}
		if c.flag("layout", false) {
			s = s.Transpose(0, 1)
		}
		if s = s.Select(0, d); !slices.Equal(s.Shape(), []int{r.n, r.h}) {
			c.fail("a state of %v for a batch of %d and %d units", c.x(i), r.n, r.h)
		}
		return s
	}
	r.hidden, r.cell = state(5), state(6)
	if p := c.maybe(7); p != nil {
		for k := range 3 {
			r.p = append(r.p, p.Select(0, d).Slice(0, k*r.h, (k+1)*r.h))
		}
	}
}

// run goes over the steps, and gives all hidden states [t n h] and the last ones.
func (r *recurrent) run(x *tensor.Tensor, backward bool, names []string, f step) (y, hidden, cell *tensor.Tensor) {
	if r.plain(names) {
		return r.fused(x, backward)
	}
	lengths := r.c.ofInts(r.lengths, len(r.lengths))
	turn := func(x *tensor.Tensor) *tensor.Tensor {
		switch {
		case backward && r.lengths != nil:
			return op.ReverseSequence(x.Transpose(0, 1), lengths).Transpose(0, 1)
		case backward:
			return x.Flip(0)
		}
		return x
	}
	parts := op.Linear(turn(x), r.w, r.wb)
	hidden, cell = r.hidden, r.cell
	var steps []*tensor.Tensor
	for t := range x.Dim(0) {
		nextHidden, nextCell := f(r, parts.Select(0, t), hidden, cell)
		out := nextHidden
		if r.lengths != nil {
			going := lengths.Greater(lengths.FullLike(float64(t))).Unsqueeze(1)
			out = tensor.Where(going, nextHidden, nextHidden.FullLike(0))
			nextHidden, nextCell = tensor.Where(going, nextHidden, hidden), tensor.Where(going, nextCell, cell)
		}
		hidden, cell = nextHidden, nextCell
		steps = append(steps, out)
	}
	if len(steps) == 0 {
		return r.c.full(x.DType(), 0, 0, r.n, r.h), hidden, cell
	}
	return turn(tensor.Stack(0, steps...)), hidden, cell
}

// plain reports whether the node is the LSTM that [op.LSTM] runs in one piece.
func (r *recurrent) plain(names []string) bool {
	return len(names) == 3 && slices.Equal(names, []string{"Sigmoid", "Tanh", "Tanh"}) && r.p == nil && r.lengths == nil &&
		!r.c.given("clip") && !r.c.flag("input_forget", false) && r.c.x(0).Dim(0) > 0 && r.n > 0
}

func (r *recurrent) fused(x *tensor.Tensor, backward bool) (y, hidden, cell *tensor.Tensor) {
	order := func(x *tensor.Tensor) *tensor.Tensor { // from i o f c to i f g o
		if x == nil {
			return nil
		}
		q := x.Split(0, r.h, r.h, r.h, r.h)
		return tensor.Concat(0, q[0], q[2], q[3], q[1])
	}
	w := op.Recurrence{WeightIn: order(r.w), WeightHidden: order(r.r), BiasIn: order(r.wb), BiasHidden: order(r.rb), Backward: backward}
	y, cell = op.LSTM(x.Transpose(0, 1), w, r.hidden, r.cell)
	last := y.Dim(1) - 1
	if backward {
		last = 0
	}
	return y.Transpose(0, 1), y.Select(1, last), cell
}

// limited holds what goes into an activation within the attribute clip.
func (r *recurrent) limited(x *tensor.Tensor) *tensor.Tensor {
	if !r.c.given("clip") {
		return x
	}
	clip := r.c.float("clip", 0)
	return x.Clamp(-clip, clip)
}

func (r *recurrent) rnn(x, hidden, cell *tensor.Tensor) (nextHidden, nextCell *tensor.Tensor) {
	return r.f[0](r.limited(x.Add(op.Linear(hidden, r.r, r.rb)))), cell
}

// gru has the gates z, r, h.
func (r *recurrent) gru(x, hidden, cell *tensor.Tensor) (nextHidden, nextCell *tensor.Tensor) {
	h := r.h
	rest := func(b *tensor.Tensor, lo, hi int) *tensor.Tensor {
		if b == nil {
			return nil
		}
		return b.Slice(0, lo*h, hi*h)
	}
	two := r.f[0](r.limited(x.Slice(1, 0, 2*h).Add(op.Linear(hidden, r.r.Slice(0, 0, 2*h), rest(r.rb, 0, 2)))))
	z, reset := two.Slice(1, 0, h), two.Slice(1, h, 2*h)
	own, b := r.r.Slice(0, 2*h, 3*h), rest(r.rb, 2, 3)
	var seen *tensor.Tensor
	if r.c.flag("linear_before_reset", false) {
		seen = reset.Mul(op.Linear(hidden, own, b))
	} else {
		seen = op.Linear(reset.Mul(hidden), own, b)
	}
	next := r.f[1](r.limited(x.Slice(1, 2*h, 3*h).Add(seen)))
	return next.Add(z.Mul(hidden.Sub(next))), cell
}

// lstm has the gates i, o, f, c.
func (r *recurrent) lstm(x, hidden, cell *tensor.Tensor) (nextHidden, nextCell *tensor.Tensor) {
	q := x.Add(op.Linear(hidden, r.r, r.rb)).Split(1, r.h, r.h, r.h, r.h)
	see := func(gate *tensor.Tensor, k int, cell *tensor.Tensor) *tensor.Tensor {
		if r.p != nil {
			gate = gate.Add(r.p[k].Mul(cell))
		}
		return r.f[0](r.limited(gate))
	}
	i := see(q[0], 0, cell)
	var forget *tensor.Tensor
	if r.c.flag("input_forget", false) {
		forget = i.Neg().AddScalar(1)
	} else {
		forget = see(q[2], 2, cell)
	}
	nextCell = forget.Mul(cell).Add(i.Mul(r.f[1](r.limited(q[3]))))
	return see(q[1], 1, nextCell).Mul(r.f[2](nextCell)), nextCell
}

// activation returns the function of that name, with the k-th of the node's alphas and betas.
func (c *call) activation(name string, k int) func(x *tensor.Tensor) *tensor.Tensor {
	constant := func(attribute string, def float64) float64 {
		if v := c.floats(attribute, nil); k < len(v) {
			return float64(v[k])
		}
		return def
	}
	alpha := func(def float64) float64 { return constant("activation_alpha", def) }
	beta := func(def float64) float64 { return constant("activation_beta", def) }
	type tensors = *tensor.Tensor
	f := map[string]func(x tensors) tensors{
		"Sigmoid": op.Sigmoid, "Tanh": tensors.Tanh, "Relu": op.Relu, "Softsign": op.Softsign, "Softplus": op.Softplus,
		"Affine":          func(x tensors) tensors { return x.Scale(alpha(1)).AddScalar(beta(0)) },
		"LeakyRelu":       func(x tensors) tensors { return op.LeakyRelu(x, alpha(0.01)) },
		"ThresholdedRelu": func(x tensors) tensors { return op.Threshold(x, alpha(1), 0) },
		"ScaledTanh":      func(x tensors) tensors { return x.Scale(beta(1)).Tanh().Scale(alpha(1)) },
		"HardSigmoid":     func(x tensors) tensors { return x.Scale(alpha(0.2)).AddScalar(beta(0.5)).Clamp(0, 1) },
		"Elu":             func(x tensors) tensors { return op.Elu(x, alpha(1)) },
	}[name]
	if f == nil {
		c.fail("there is no activation %q", name)
	}
	return f
}

func init() {
	register("ReverseSequence", 10, func(c *call) []*Value {
		lengths := c.longs(1)
		time, batch := c.integer("time_axis", 0), c.integer("batch_axis", 1)
		return c.moved(0, func(x *tensor.Tensor) *tensor.Tensor {
			if x.Rank() < 2 || time == batch || time < 0 || batch < 0 || max(time, batch) > 1 {
				c.fail("time and batch are axes %d and %d of %v", time, batch, x)
			}
			if time == 0 {
				x = x.Transpose(0, 1)
			}
			n, t := x.Dim(0), x.Dim(1)
			index := make([]int64, n*t)
			for i := range index {
				row, k := i/t, int64(i%t)
				if row >= len(lengths) || lengths[row] < 0 || lengths[row] > int64(t) {
					c.fail("lengths %v of %d sequences of %d steps", lengths, n, t)
				}
				if index[i] = int64(row * t); k < lengths[row] {
					k = lengths[row] - 1 - k
				}
				index[i] += k
			}
			shape := slices.Clone(x.Shape())
			y := x.Reshape(append([]int{n * t}, shape[2:]...)...).Take(0, tensor.OutputOf(device.Int64, c.anchor, index, []int{n * t})).Reshape(shape...)
			if time == 0 {
				y = y.Transpose(0, 1)
			}
			return y
		})
	})
}
