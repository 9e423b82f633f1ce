package nn

import (
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// Attention lets the tokens of one sequence look at those of another, or of their own, in several heads at once. Its
// parameters have the names of PyTorch's MultiheadAttention.
//
//	x [b t d], memory [b s m] → y [b t d]
//	q = the heads of x·Wqᵀ + bq    k, v = those of memory·Wᵀ + b    y = (softmax(q kᵀ/√(d/h)) v, side by side)·Oᵀ + o
//
// [MultiHeadAttention] is the plainer one for a sequence that looks at itself. See [op.Attention].
type Attention struct {
	InWeight    tensor.Param `nn:"in_proj_weight"` // [3d d], of queries, keys and values, if m = d
	QueryWeight tensor.Param `nn:"q_proj_weight"`  // [d d], in place of it
	KeyWeight   tensor.Param `nn:"k_proj_weight"`  // [d m]
	ValueWeight tensor.Param `nn:"v_proj_weight"`  // [d m]
	InBias      tensor.Param `nn:"in_proj_bias"`   // [3d], or without value
	Output      *Linear      `nn:"out_proj"`       // to d
	Heads       int
	Drop        *Dropout `nn:"-"` // of the weights; nil drops nothing
}

// AttendConfig says which tokens an [Attention] sees. The zero value hides nothing.
type AttendConfig struct {
	Causal bool           // query i sees the keys up to i + s − t
	Keys   *tensor.Tensor // [b s] of Bool: false hides a key from all, as padding; see [op.LengthMask]
	Mask   *tensor.Tensor // broadcasts to [b h t s]: Bool, true where a query sees a key, or floats that are added to the logits
}

// config returns it as op has it.
func (c AttendConfig) config() op.AttentionConfig {
	keys := c.Keys
	if keys != nil {
		if keys.Rank() != 2 {
			panic(tensor.Errorf("Attention", "the keys' mask %v is not [b s]", keys))
		}
		keys = keys.Unsqueeze(1).Unsqueeze(1)
	}
	return op.AttentionConfig{Causal: c.Causal, Mask: joined(keys, c.Mask)}
}

// NewAttention returns a layer whose tokens look at a memory of width m; 0 means that of its own, d. Weights are drawn as
// in PyTorch, Xavier and for the output uniform in ±1/√d; biases are 0. It panics with a [tensor.Error] unless the heads
// divide d.
func NewAttention(r *rng.Rand, d, heads, m int) *Attention {
	if heads < 1 || d%heads != 0 || m < 0 {
		panic(tensor.Errorf("Attention", "width %d, memory %d and %d heads do not fit", d, m, heads))
	}
	l := &Attention{Heads: heads}
	xavier := XavierUniform(1)
	if m == 0 || m == d {
		l.InWeight.Value = xavier(r.Next(), 3*d, d)
	} else {
		l.QueryWeight.Value, l.KeyWeight.Value, l.ValueWeight.Value = xavier(r.Next(), d, d), xavier(r.Next(), d, m), xavier(r.Next(), d, m)
	}
	l.InBias.Value = tensor.Zeros(3 * d)
	l.Output = NewLinear(r, d, d)
	l.Output.Bias.Value = tensor.Zeros(d)
	return l
}

// Forward lets the tokens of x look at each other.
func (l *Attention) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	return l.Attend(p, x, x, AttendConfig{})
}

// Attend lets the tokens of x look at those of memory.
func (l *Attention) Attend(p *Pass, x, memory *tensor.Tensor, c AttendConfig) *tensor.Tensor {
	return l.Recall(p, x, l.Remember(p, memory), c)
}

// Weights returns the weights of [Attention.Attend], [b h t s].
func (l *Attention) Weights(p *Pass, x, memory *tensor.Tensor, c AttendConfig) *tensor.Tensor {
	return op.AttentionWeights(l.queries(p, x), l.Remember(p, memory).keys, c.config())
}

// A Memory holds the keys and values of a sequence that an [Attention] looks at again and again: a decoder computes those of
// its encoder's result once.
type Memory struct{ keys, values *tensor.Tensor } // [b h s d/h]

// Remember returns the keys and values of memory.
func (l *Attention) Remember(p *Pass, memory *tensor.Tensor) Memory {
	return Memory{l.heads(p, memory, &l.KeyWeight, 1), l.heads(p, memory, &l.ValueWeight, 2)}
}

// Recall is [Attention.Attend] with what was remembered.
func (l *Attention) Recall(p *Pass, x *tensor.Tensor, m Memory, c AttendConfig) *tensor.Tensor {
	return l.output(p, l.queries(p, x), m, dropping(p, l.Drop, c.config()))
}

// Decode lets tokens that follow those in the cache, to which it adds them, look at those and, of x, at what is up to
// themselves. No gradient flows.
func (l *Attention) Decode(p *Pass, x *tensor.Tensor, c *KeyValueCache) *tensor.Tensor {
	q, m := l.queries(p, x), l.Remember(p, x)
	tensor.NonDifferentiable("Decode", q, m.keys, m.values)
	m.keys, m.values = c.add(m.keys.Transpose(1, 2), m.values.Transpose(1, 2))
	return l.output(p, q, m, op.AttentionConfig{Causal: true})
}

func (l *Attention) output(p *Pass, q *tensor.Tensor, m Memory, c op.AttentionConfig) *tensor.Tensor {
	return l.Output.Forward(p, op.Attention(q, m.keys, m.values, c).Transpose(1, 2).Flatten(2, 3))
}

func (l *Attention) queries(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	return l.heads(p, x, &l.QueryWeight, 0)
}

// heads returns the queries, keys or values of x, number part in the joint weight: [b h t d/h].
func (l *Attention) heads(p *Pass, x *tensor.Tensor, own *tensor.Param, part int) *tensor.Tensor {
	w, b, d := p.Use(own), p.Use(&l.InBias), l.Output.Weight.Value.Dim(1)
	if w == nil {
		w = p.Use(&l.InWeight).Slice(0, part*d, (part+1)*d)
	}
	if b != nil {
		b = b.Slice(0, part*d, (part+1)*d)
	}
	if x.Rank() != 3 || x.Dim(2) != w.Dim(1) {
		panic(tensor.Errorf("Attention", "%v is not [b t %d]", x, w.Dim(1)))
	}
	return op.Linear(p.like(w, x), w, b).Reshape(x.Dim(0), x.Dim(1), l.Heads, d/l.Heads).Transpose(1, 2)
}
