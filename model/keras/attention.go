package keras

import (
	"math"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// multiHead is MultiHeadAttention, of queries with values and keys; the axes between batch and features are one sequence.
//
//	q [n … d], v [n … e], k [n … e] → y [n … out]    query/kernel [d heads width], attention_output/kernel [heads width out]
type multiHead struct {
	Query, Key, Value, Output nn.Linear

	heads, width, values, out int // out 0: as the queries
	bias                      bool
}

func newMultiHeadAttention(h *hyper) layer {
	l := &multiHead{heads: h.count("num_heads"), width: h.count("key_dim"), bias: h.bool("use_bias", true)}
	l.values = l.width
	if h.has("value_dim") {
		l.values = h.count("value_dim")
	}
	if h.has("output_shape") {
		v := h.list("output_shape")
		h.must(len(v) == 1 && v[0] > 0, "output_shape is %v", v)
		if len(v) == 1 {
			l.out = v[0]
		}
	}
	for i, axis := range h.list("attention_axes") {
		h.must(axis == i+1, "attention_axes do not begin with 1 and go on")
	}
	h.must(!h.bool("use_gate", false) && !h.has("sliding_window"), "gates and windows are not known here")
	return l
}

func (l *multiHead) build(r *rng.Rand, in [][]int) {
	if len(in) < 2 {
		panic(tensor.Errorf("MultiHeadAttention", "%d inputs; queries and values are wanted", len(in)))
	}
	bounded("MultiHeadAttention", l.heads, max(l.width, l.values))
	of := func(i int) int { return last(in[min(i, len(in)-1):]) }
	value, key := of(1), of(1)
	if len(in) > 2 {
		key = of(2)
	}
	if l.out == 0 {
		l.out = of(0)
	}
	make := func(m *nn.Linear, from, to int) {
		fresh(&m.Weight, nn.XavierUniform(1), r, to, from)
		if l.bias {
			fresh(&m.Bias, nn.Constant(0), r, to)
		}
	}
	make(&l.Query, of(0), l.heads*l.width)
	make(&l.Key, key, l.heads*l.width)
	make(&l.Value, value, l.heads*l.values)
	make(&l.Output, l.heads*l.values, l.out)
}

func (l *multiHead) forward(p *nn.Pass, in []value, c call) []value {
	q, v := in[0].Tensor, in[1].Tensor
	k := v
	if len(in) > 2 {
		k = in[2].Tensor
	}
	split := func(m *nn.Linear, x *tensor.Tensor) *tensor.Tensor { // [n heads t width]
		y := m.Forward(p, x.Reshape(x.Dim(0), -1, x.Dim(-1)))
		return y.Reshape(y.Dim(0), y.Dim(1), l.heads, y.Dim(2)/l.heads).Transpose(1, 2)
	}
	see := op.AttentionConfig{Scale: 1 / math.Sqrt(float64(l.width)), Mask: seen(in)}
	queries, keys := split(&l.Query, q), split(&l.Key, k)
	bounded("MultiHeadAttention", queries.Dim(0), l.heads, queries.Dim(2), keys.Dim(2))
	if c.causal {
		see.Mask = both(see.Mask, causal(q, queries.Dim(2), keys.Dim(2)))
	}
	y := op.Attention(queries, keys, split(&l.Value, v), see)
	y = l.Output.Forward(p, y.Transpose(1, 2).Flatten(2, 3))
	shape := append([]int(nil), q.Shape()...)
	shape[len(shape)-1] = l.out
	return []value{{y.Reshape(shape...), in[0].mask}}
}

// seen returns which values count [n 1 1 s], or nil if all do.
func seen(in []value) *tensor.Tensor {
	mask := in[1].mask
	if len(in) > 2 {
		mask = both(mask, in[2].mask)
	}
	if mask == nil {
		return nil
	}
	return mask.Reshape(mask.Dim(0), 1, 1, mask.Dim(1))
}

// causal returns which keys each query sees: those at its place or before [t s].
func causal(like *tensor.Tensor, t, s int) *tensor.Tensor {
	return like.FullLike(1, t, s).Tril(0).Cast(device.Bool)
}

func (l *multiHead) weights() (all []slot) {
	for _, m := range []struct {
		name  string
		of    *nn.Linear
		width int
	}{{"query", &l.Query, l.width}, {"key", &l.Key, l.width}, {"value", &l.Value, l.values}} {
		shape := m.of.Weight.Value.Shape() // [heads·width from]
		s := []slot{{name: "kernel", param: &m.of.Weight, shape: []int{shape[1], l.heads, m.width}, make: func(x *tensor.Tensor) *tensor.Tensor { return x.Flatten(1, 2).T() }}}
		if l.bias {
			s = append(s, slot{name: "bias", param: &m.of.Bias, shape: []int{l.heads, m.width}, make: func(x *tensor.Tensor) *tensor.Tensor { return x.Flatten(0, 1) }})
		}
		all = append(all, within(m.name, s)...)
	}
	out := []slot{{name: "kernel", param: &l.Output.Weight, shape: []int{l.heads, l.values, l.out}, make: func(x *tensor.Tensor) *tensor.Tensor { return x.Flatten(0, 1).T() }}}
	return append(all, within("attention_output", optional(out, "bias", &l.Output.Bias))...)
}

// dotAttention is Attention, by products, or AdditiveAttention, by sums: of queries with values and keys [n t d].
type dotAttention struct {
	Scale    tensor.Param
	additive bool
	scaled   bool
	causal   bool // in the configuration of Keras 2
}

func newDotAttention(h *hyper) layer {
	h.oneOf("score_mode", "dot")
	return &dotAttention{scaled: h.bool("use_scale", false), causal: h.bool("causal", false)}
}

func newAdditiveAttention(h *hyper) layer {
	return &dotAttention{scaled: h.bool("use_scale", true), causal: h.bool("causal", false), additive: true}
}

func (l *dotAttention) build(r *rng.Rand, in [][]int) {
	switch {
	case l.scaled && l.additive:
		fresh(&l.Scale, nn.XavierUniform(1), r, last(in))
	case l.scaled:
		fresh(&l.Scale, nn.Constant(1), r)
	}
}

func (l *dotAttention) forward(p *nn.Pass, in []value, c call) []value {
	if len(in) < 2 || in[0].Rank() != 3 || in[1].Rank() != 3 {
		panic(tensor.Errorf("Attention", "queries and values [n t d] are wanted"))
	}
	q, v := in[0].Tensor, in[1].Tensor
	k := v
	if len(in) > 2 {
		k = in[2].Tensor
	}
	scale := p.UseFull(&l.Scale)
	var scores *tensor.Tensor // [n t s]
	bounded("Attention", q.Dim(0), q.Dim(1), k.Dim(1), q.Dim(2))
	if l.additive {
		sum := q.Unsqueeze(2).Add(k.Unsqueeze(1)).Tanh()
		if scale != nil {
			sum = sum.Mul(scale)
		}
		scores = sum.Sum(-1)
	} else {
		scores = q.MatMul(k.Transpose(1, 2))
		if scale != nil {
			scores = scores.Mul(scale)
		}
	}
	mask := in[1].mask
	if mask != nil {
		mask = mask.Unsqueeze(1) // [n 1 s]
	}
	if c.causal || l.causal {
		mask = both(mask, causal(q, q.Dim(1), k.Dim(1)))
	}
	if mask != nil {
		scores = scores.MaskedFill(mask.Not(), math.Inf(-1))
	}
	return []value{{op.Softmax(scores, -1).MatMul(v), in[0].mask}}
}

func (l *dotAttention) weights() []slot { return optional(nil, "scale", &l.Scale) }

// weightedAverage is AttentionWeightedAverage, by the authors of DeepMoji: the mean of the steps of x [n t d], weighted by
// the softmax of their products with a vector. textgenrnn uses it too.
type weightedAverage struct {
	Weight tensor.Param // [d 1]
}

func newWeightedAverage(h *hyper) layer {
	h.must(!h.bool("return_attention", false), "return_attention is not known here")
	return &weightedAverage{}
}

func (l *weightedAverage) build(r *rng.Rand, in [][]int) {
	fresh(&l.Weight, nn.Uniform(-0.05, 0.05), r, last(in), 1)
}

func (l *weightedAverage) forward(p *nn.Pass, in []value, _ call) []value {
	x := in[0].Tensor
	scores := x.MatMul(p.Use(&l.Weight)).Squeeze(-1) // [n t]
	if m := in[0].mask; m != nil {
		scores = scores.MaskedFill(m.Not(), math.Inf(-1))
	}
	return []value{{Tensor: x.Mul(op.Softmax(scores, 1).Unsqueeze(-1)).Sum(1)}}
}

func (l *weightedAverage) weights() []slot { return optional(nil, "kernel", &l.Weight) }
