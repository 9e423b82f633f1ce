package llama

import (
	"fmt"

	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A Layer is attention and then a feed-forward layer, each added to its input.
//
//	x [b t d] → y [b t d]
//	h = x + attention(norm(x))          y = h + feedforward(norm(h))
//	h = x + norm(attention(norm(x)))    y = h + norm(feedforward(norm(h)))      as in Gemma 2
type Layer struct {
	Attention       *Attention `nn:"self_attn"`
	FeedForward     nn.Layer   `nn:"mlp"` // a [FeedForward] or [Experts]
	AttentionNorm   *Norm      `nn:"input_layernorm"`
	AfterAttention  *Norm      `nn:"post_attention_layernorm"`  // of h for the feed-forward layer or, as in Gemma 2, of what attention gives
	FeedForwardNorm *Norm      `nn:"pre_feedforward_layernorm"` // Gemma 2's of h; nil: the one above
	OutputNorm      *Norm      `nn:"post_feedforward_layernorm"`
}

func newLayer(r *rng.Rand, i int, c Config) *Layer {
	l := &Layer{
		Attention:     newAttention(r, i, c),
		AttentionNorm: newNorm(r, c.Width, c), AfterAttention: newNorm(r, c.Width, c),
	}
	if c.Mixture.in(i) {
		l.FeedForward = newExperts(r, c)
	} else {
		l.FeedForward = newFeedForward(r, c.Width, c.Hidden, c.Activation)
	}
	if c.PostNorm {
		l.FeedForwardNorm, l.OutputNorm = newNorm(r, c.Width, c), newNorm(r, c.Width, c)
	}
	return l
}

// Forward returns the layer of x.
func (l *Layer) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	return l.run(p, x, l.Attention.Forward(p, l.AttentionNorm.Forward(p, x)), l.FeedForward.Forward)
}

// run adds what attention gave, and what the feed-forward layer makes of it.
func (l *Layer) run(p *nn.Pass, x, attended *tensor.Tensor, feed func(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor) *tensor.Tensor {
	if l.FeedForwardNorm == nil {
		x = x.Add(attended)
		return x.Add(feed(p, l.AfterAttention.Forward(p, x)))
	}
	x = x.Add(l.AfterAttention.Forward(p, attended))
	return x.Add(l.OutputNorm.Forward(p, feed(p, l.FeedForwardNorm.Forward(p, x))))
}

// A Norm scales the last axis to a mean square of 1, and then by a gain. See [op.RMSNorm].
type Norm struct {
	Gain    tensor.Param `nn:"weight"` // [d]
	Eps     float64
	FromOne bool // the parameter is what is to be added to a gain of 1, as in Gemma
}

func newNorm(r *rng.Rand, d int, c Config) *Norm {
	l, gain := &Norm{Eps: c.Eps, FromOne: c.FromOne}, 1.0
	if c.FromOne {
		gain = 0
	}
	l.Gain.Value = nn.Constant(gain)(r.Next(), d)
	return l
}

// Forward returns x normalized.
func (l *Norm) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	gain := p.Use(&l.Gain)
	if l.FromOne {
		gain = gain.AddScalar(1)
	}
	return op.RMSNorm(x, gain, l.Eps)
}

// A FeedForward is a gated feed-forward layer.
//
//	x [… d] → y [… d]
//	y = down (f(gate x) · up x)
//
// Shazeer, GLU Variants Improve Transformer, 2020 (arXiv:2002.05202), equation 6.
type FeedForward struct {
	Gate       nn.Layer                              `nn:"gate_proj"` // to hidden
	Up         nn.Layer                              `nn:"up_proj"`   // to hidden
	Down       nn.Layer                              `nn:"down_proj"` // to d
	Activation func(x *tensor.Tensor) *tensor.Tensor `nn:"-"`
}

func newFeedForward(r *rng.Rand, width, hidden int, f string) *FeedForward {
	l := &FeedForward{Gate: linear(r, width, hidden, false), Up: linear(r, width, hidden, false), Down: linear(r, hidden, width, false)}
	l.Activation, _ = activation(f)
	return l
}

// Forward returns the layer of x.
func (l *FeedForward) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	return l.Down.Forward(p, l.Activation(l.Gate.Forward(p, x)).Mul(l.Up.Forward(p, x)))
}

func activation(name string) (func(x *tensor.Tensor) *tensor.Tensor, error) {
	switch name {
	case "", "silu":
		return op.Silu, nil
	case "gelu_tanh":
		return op.GeluTanh, nil
	case "gelu":
		return op.Gelu, nil
	}
	return nil, fmt.Errorf("there is no activation %q; there are silu, gelu_tanh and gelu", name)
}

func linear(r *rng.Rand, in, out int, bias bool) *nn.Linear {
	l := new(nn.Linear)
	l.Weight.Value = drawn(r, out, in)
	if bias {
		l.Bias.Value = nn.Constant(0)(r.Next(), out)
	}
	return l
}

func drawn(r *rng.Rand, shape ...int) *tensor.Tensor { return nn.Normal(0.02)(r.Next(), shape...) }
