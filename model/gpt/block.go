package gpt

import (
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A Block lets each token see those before it, and then maps each: the norms are in front.
//
//	x [b t d] → y [b t d]
//	h = x + attention(norm₁(x))    y = h + down(f(up(norm₂(h))))
type Block struct {
	Norm1      *nn.LayerNorm `nn:"ln_1"`
	QKV        nn.Layer      `nn:"attn.c_attn"` // a [Map] to 3d: queries, keys and values
	Output     nn.Layer      `nn:"attn.c_proj"`
	Norm2      *nn.LayerNorm `nn:"ln_2"`
	Up         nn.Layer      `nn:"mlp.c_fc"`
	Down       nn.Layer      `nn:"mlp.c_proj"`
	Activation nn.Layer
	Heads      int
	WeightDrop *nn.Dropout `nn:"-"` // of the weights of attention
	Drop       *nn.Dropout `nn:"-"` // of what is added
}

func newBlock(r *rng.Rand, f nn.Layer, c Config) *Block {
	return &Block{
		Norm1: newNorm(c), QKV: newMap(r, c.Width, 3*c.Width, 0.02, c), Output: newMap(r, c.Width, c.Width, small(c.Layers), c),
		Norm2: newNorm(c), Up: newMap(r, c.Width, c.Hidden, 0.02, c), Down: newMap(r, c.Hidden, c.Width, small(c.Layers), c),
		Activation: f, Heads: c.Heads, WeightDrop: nn.NewDropout(r, model.Dropout(c.AttentionDropout, c.Dropout)), Drop: nn.NewDropout(r, c.Dropout),
	}
}

// Forward returns the block of x.
func (b *Block) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	return b.run(p, x, b.attention().Forward(p, b.Norm1.Forward(p, x)))
}

// Decode is [Block.Forward] for tokens that follow those in the cache.
func (b *Block) Decode(p *nn.Pass, x *tensor.Tensor, c *nn.KeyValueCache) *tensor.Tensor {
	return b.run(p, x, b.attention().Decode(p, b.Norm1.Forward(p, x), c))
}

func (b *Block) attention() *nn.MultiHeadAttention {
	return &nn.MultiHeadAttention{QKV: b.QKV, Output: b.Output, Heads: b.Heads, Causal: true, Drop: b.WeightDrop}
}

func (b *Block) run(p *nn.Pass, x, attended *tensor.Tensor) *tensor.Tensor {
	x = x.Add(b.Drop.Forward(p, attended))
	y := b.Down.Forward(p, b.Activation.Forward(p, b.Up.Forward(p, b.Norm2.Forward(p, x))))
	return x.Add(b.Drop.Forward(p, y))
}

// A Map is an affine map of the last axis, whose weight lies as GPT-2's files have it.
//
//	x [… in] → y [… out]
//	y = x w + b
type Map struct {
	Weight tensor.Param // [in out]
	Bias   tensor.Param // [out], or without value
}

func newMap(r *rng.Rand, in, out int, std float64, c Config) *Map {
	m := new(Map)
	m.Weight.Value = nn.Normal(std)(r.Next(), in, out)
	if !c.NoBias {
		m.Bias.Value = nn.Constant(0)(r.Next(), out)
	}
	return m
}

// Forward returns the map of x.
func (m *Map) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	w := p.Use(&m.Weight)
	return op.Linear(x.Cast(w.DType()), w.Transpose(0, 1), p.Use(&m.Bias))
}

func newNorm(c Config) *nn.LayerNorm {
	l := nn.NewLayerNorm(c.Width)
	l.Eps = c.Eps
	if c.NoBias {
		l.Bias.Value = nil
	}
	return l
}
