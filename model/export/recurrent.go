package export

import (
	"slices"

	"github.com/jimu-ml/jimu/tensor"
)

// A recurrence says in which order an operator wants the gates that a device has in its own.
type recurrence struct {
	op    string
	gates []int // of ours, in the order of the operator
	attrs []attr
}

var (
	lstm = recurrence{"LSTM", []int{0, 3, 1, 2}, nil}                                   // i f g o → i o f c
	gru  = recurrence{"GRU", []int{1, 0, 2}, []attr{{"linear_before_reset", int64(1)}}} // r z n → z r h
)

// recurrent makes one node of a recurrence and of the linear map that made its gates.
func (n *noted) recurrent(r recurrence) bool {
	g := n.graph
	m := g.gatesOf(n.inPlace(2))
	w, b := n.in(0), n.in(1)
	h := w.shape[1]
	batch, steps := n.shape(0)[0], n.shape(0)[1]
	in := []*value{m.x, g.ordered(m.weight, r), g.ordered(w, r), g.biases(m.bias, b, h, r), nil}
	for i := 2; i < len(n.In); i++ { // the states before the first step: zeros are nothing
		if s := n.in(i); s != nil && (s.fill == nil || *s.fill != 0) {
			in = append(in, g.reshape(s, []int{1, batch, h}))
		} else {
			in = append(in, nil)
		}
	}
	for len(in) > 0 && in[len(in)-1] == nil {
		in = in[:len(in)-1]
	}
	attrs := append([]attr{{"hidden_size", int64(h)}}, r.attrs...)
	if n.Flag {
		attrs = append(attrs, attr{"direction", "reverse"})
	}
	outs := []*value{g.value(w.dtype, []int{steps, 1, batch, h}), g.value(w.dtype, []int{1, batch, h})}
	last := steps - 1
	if n.Flag {
		last = 0
	}
	if r.op == "LSTM" {
		outs = append(outs, g.value(w.dtype, []int{1, batch, h}))
	}
	outs = g.node(r.op, in, attrs, outs...)
	y := g.transpose(g.reshape(outs[0], []int{steps, batch, h}), []int{1, 0, 2})
	n.out[0] = y
	if r.op == "LSTM" { // of the cells only the last is there
		n.pieces = append(n.pieces, n.piece(1, 1, last, 1, g.reshape(outs[2], []int{batch, 1, h})))
	}
	return true
}

// gatesOf returns the linear map that made gates [n t gates·h], its x as [t n in]. If none did, it is one that changes nothing.
func (g *graph) gatesOf(gates *value) linear {
	turn := []int{1, 0, 2}
	made := gates
	if isOp(made, "Transpose") && slices.Equal(made.from.attr("perm").([]int64), []int64{1, 0, 2}) {
		made = made.from.in[0]
	}
	if made.from != nil && made.from.near != nil && len(made.shape) == 3 {
		m := *made.from.near
		if made == gates {
			m.x = g.transpose(m.x, turn)
		}
		return m
	}
	one := g.value(gates.dtype, []int{gates.shape[2], gates.shape[2]})
	one.data = tensor.Eye(gates.shape[2]).Cast(gates.dtype)
	return linear{g.transpose(gates, turn), one, nil}
}

// ordered returns the rows of a weight [gates·h …], or the numbers of a bias, gate by gate as the operator wants them.
func (g *graph) ordered(w *value, r recurrence) *value {
	return g.reshape(g.inGates(w, r), append([]int{1}, w.shape...))
}

func (g *graph) inGates(w *value, r recurrence) *value {
	h := w.shape[0] / len(r.gates)
	var parts []*value
	for _, k := range r.gates {
		parts = append(parts, g.slice(w, []cut{{0, k * h, h, 1}}))
	}
	return g.concat(0, parts...)
}

// biases returns both biases side by side [1 2·gates·h], or nil if there is none.
func (g *graph) biases(in, hidden *value, h int, r recurrence) *value {
	if in == nil && hidden == nil {
		return nil
	}
	some := in
	if some == nil {
		some = hidden
	}
	both := []*value{in, hidden}
	for i, b := range both {
		if b == nil {
			both[i] = g.filled(some.dtype, 0, some.shape)
		} else {
			both[i] = g.inGates(b, r)
		}
	}
	return g.reshape(g.concat(0, both...), []int{1, 2 * len(r.gates) * h})
}
