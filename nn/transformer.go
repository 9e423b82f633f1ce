package nn

import (
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// TransformerConfig says what a [TransformerBlock] is like. The zero value is GPT's block without the causal order.
type TransformerConfig struct {
	Attention  AttentionConfig
	Hidden     int   // width inside the feed-forward layer; 0 means four times the width
	Activation Layer // inside the feed-forward layer; nil means GELU
	PostNorm   bool  // normalize after adding, as in the paper and BERT, and not before attending
	Dropout    float64
}

// TransformerBlock is attention and then a feed-forward layer, each added to its input.
//
//	x [b t d] → y [b t d]
//	h = x + attention(norm(x))         y = h + feedforward(norm(h))
//	h = norm(x + attention(x))         y = norm(h + feedforward(h))      with PostNorm
//
// The norm before the sublayers keeps the way of the gradient along the sums free, and so deep models trainable without
// a slow start.
//
// Vaswani and others, Attention Is All You Need, 2017 (arXiv:1706.03762), section 3.1; Xiong and others, On Layer
// Normalization in the Transformer Architecture, 2020 (arXiv:2002.04745), for the norm in front.
type TransformerBlock struct {
	AttentionNorm   *LayerNorm
	Attention       *MultiHeadAttention
	FeedForwardNorm *LayerNorm
	Up              Layer // a map to hidden: a [Linear], or what stands for one
	Activation      Layer
	Down            Layer // a map to d
	PostNorm        bool
	Drop            *Dropout `nn:"-"` // of what is added; nil drops nothing
}

// NewTransformerBlock returns a block of that width.
func NewTransformerBlock(r *rng.Rand, width, heads int, c TransformerConfig) *TransformerBlock {
	hidden, activation := c.Hidden, c.Activation
	if hidden == 0 {
		hidden = 4 * width
	}
	if activation == nil {
		activation = GELU{}
	}
	b := &TransformerBlock{
		AttentionNorm: NewLayerNorm(width), Attention: NewMultiHeadAttention(r, width, heads, c.Attention),
		FeedForwardNorm: NewLayerNorm(width), Up: NewLinear(r, width, hidden), Activation: activation,
		Down: NewLinear(r, hidden, width), PostNorm: c.PostNorm,
	}
	if c.Dropout > 0 {
		b.Drop = NewDropout(r, c.Dropout)
	}
	return b
}

// Forward returns the block of x.
func (b *TransformerBlock) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	return b.run(p, x, func(x *tensor.Tensor) *tensor.Tensor { return b.Attention.Forward(p, x) })
}

// Decode is [TransformerBlock.Forward] for tokens that follow those in the cache; see [MultiHeadAttention.Decode].
func (b *TransformerBlock) Decode(p *Pass, x *tensor.Tensor, c *KeyValueCache) *tensor.Tensor {
	return b.run(p, x, func(x *tensor.Tensor) *tensor.Tensor { return b.Attention.Decode(p, x, c) })
}

func (b *TransformerBlock) run(p *Pass, x *tensor.Tensor, attend func(x *tensor.Tensor) *tensor.Tensor) *tensor.Tensor {
	if b.PostNorm {
		x = b.AttentionNorm.Forward(p, x.Add(b.drop(p, attend(x))))
		return b.FeedForwardNorm.Forward(p, x.Add(b.drop(p, b.feedForward(p, x))))
	}
	x = x.Add(b.drop(p, attend(b.AttentionNorm.Forward(p, x))))
	return x.Add(b.drop(p, b.feedForward(p, b.FeedForwardNorm.Forward(p, x))))
}

func (b *TransformerBlock) feedForward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	if up, ok := b.Up.(*Linear); ok && b.Activation == (GELU{}) {
		return b.Down.Forward(p, op.LinearGelu(x, p.Use(&up.Weight), p.Use(&up.Bias)))
	}
	return b.Down.Forward(p, b.Activation.Forward(p, b.Up.Forward(p, x)))
}

func (b *TransformerBlock) drop(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	if b.Drop == nil {
		return x
	}
	return b.Drop.Forward(p, x)
}
