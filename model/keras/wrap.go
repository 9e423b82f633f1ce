package keras

import (
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// bidirectional is Bidirectional: two recurrent layers, one of which begins with the last step.
type bidirectional struct {
	Forward, Backward *rnn
	names             [2]string
	mode              string // how the results become one; "": they stay two
}

func newBidirectional(h *hyper) layer {
	l := &bidirectional{mode: h.oneOf("merge_mode", "concat", "sum", "mul", "ave")}
	there, back := h.layer("layer"), h.layer("backward_layer")
	if there == nil {
		h.must(false, "layer is missing")
		return l
	}
	if back == nil {
		back = there
	}
	for i, d := range []*description{there, back} {
		made, err := place(d, h.old)
		if err != nil {
			h.errs = append(h.errs, err)
			return l
		}
		one, ok := made.Layer.(*rnn)
		if !ok {
			h.must(false, "%s cannot run in two directions", d.ClassName)
			return l
		}
		h.must(!one.state, "return_state in two directions is not known here")
		one.backward, one.reverse = i == 1, true
		if i == 0 {
			l.Forward = one
		} else {
			l.Backward = one
		}
		l.names[i] = made.Name
	}
	h.must(l.Forward.sequences == l.Backward.sequences, "one direction returns sequences, and the other does not")
	return l
}

func (l *bidirectional) build(r *rng.Rand, in [][]int) {
	l.Forward.build(r, in)
	l.Backward.build(r, in)
}

func (l *bidirectional) forward(p *nn.Pass, in []value, c call) []value {
	if len(in) > 1 {
		panic(tensor.Errorf("Bidirectional", "states are given, which is not known here"))
	}
	x, y := l.Forward.forward(p, in, c)[0], l.Backward.forward(p, in, c)[0]
	switch l.mode {
	case "sum":
		x.Tensor = x.Add(y.Tensor)
	case "mul":
		x.Tensor = x.Mul(y.Tensor)
	case "ave":
		x.Tensor = x.Add(y.Tensor).Scale(0.5)
	default:
		x.Tensor = tensor.Concat(-1, x.Tensor, y.Tensor)
	}
	return []value{x}
}

func (l *bidirectional) weights() []slot {
	back := l.names[1]
	if back == l.names[0] {
		back = "backward_" + back
	}
	return append(within(l.names[0], l.Forward.weights()), within(back, l.Backward.weights())...)
}

// timeDistributed is TimeDistributed: a layer for each step by itself.
type timeDistributed struct {
	Inner *placed
}

func newTimeDistributed(h *hyper) layer {
	d := h.layer("layer")
	if d == nil {
		h.must(false, "layer is missing")
		return &timeDistributed{}
	}
	l, err := place(d, h.old)
	if err != nil {
		h.errs = append(h.errs, err)
	}
	return &timeDistributed{l}
}

func (l *timeDistributed) build(*rng.Rand, [][]int) {}

// compose builds the layer inside, which may be a model.
func (l *timeDistributed) compose(b *builder, in []value, c call) []value {
	return l.each(in, func(x []value) []value { return b.call(l.Inner, x, c) })
}

func (l *timeDistributed) forward(p *nn.Pass, in []value, c call) []value {
	return l.each(in, func(x []value) []value { return l.Inner.Layer.forward(p, x, c) })
}

func (l *timeDistributed) each(in []value, do func(x []value) []value) []value {
	x := in[0].Tensor
	if x.Rank() < 3 || len(in) != 1 {
		panic(tensor.Errorf("TimeDistributed", "an input of shape %v", x))
	}
	n, t := x.Dim(0), x.Dim(1)
	y := do([]value{{Tensor: x.Flatten(0, 1)}})[0].Tensor
	return []value{{y.Reshape(append([]int{n, t}, y.Shape()[1:]...)...), in[0].mask}}
}

func (l *timeDistributed) weights() []slot { return within(l.Inner.Name, l.Inner.Layer.weights()) }
