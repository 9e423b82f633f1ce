package nn

import (
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// TransformerDecoderLayer is attention of a sequence to itself, then to the result of an encoder, and then a feed-forward
// layer, each added to its input. Its parameters have PyTorch's names.
//
//	x [b t d], memory [b s d] → y [b t d]
//	h = norm₁(x + attention(x))     g = norm₂(h + attention(h, memory))     y = norm₃(g + feedforward(g))
//	h = x + attention(norm₁(x))     g = h + attention(norm₂(h), memory)     y = g + feedforward(norm₃(g))      with PreNorm
//
// Vaswani and others, Attention Is All You Need, 2017 (arXiv:1706.03762), section 3.1.
type TransformerDecoderLayer struct {
	SelfAttention  *Attention `nn:"self_attn"`
	CrossAttention *Attention `nn:"multihead_attn"`
	*FeedForward
	Norm1, Norm2, Norm3 *LayerNorm
	PreNorm             bool
	SumDrop             *Dropout `nn:"-"` // of what is added; nil drops nothing
}

// NewTransformerDecoderLayer returns a layer of that width.
func NewTransformerDecoderLayer(r *rng.Rand, width, heads int, c TransformerLayerConfig) *TransformerDecoderLayer {
	l := &TransformerDecoderLayer{
		SelfAttention: NewAttention(r, width, heads, 0), CrossAttention: NewAttention(r, width, heads, 0),
		Norm1: NewLayerNorm(width), Norm2: NewLayerNorm(width), Norm3: NewLayerNorm(width), PreNorm: c.PreNorm,
	}
	l.FeedForward, l.SelfAttention.Drop, l.SumDrop = c.sublayers(r, width)
	l.CrossAttention.Drop = l.SelfAttention.Drop
	return l
}

// Forward returns the layer of x. self says what its tokens see of each other, and cross what they see of memory.
func (l *TransformerDecoderLayer) Forward(p *Pass, x, memory *tensor.Tensor, self, cross AttendConfig) *tensor.Tensor {
	return l.run(p, x, func(x *tensor.Tensor) *tensor.Tensor { return l.SelfAttention.Attend(p, x, x, self) },
		l.CrossAttention.Remember(p, memory), cross)
}

func (l *TransformerDecoderLayer) run(p *Pass, x *tensor.Tensor, self func(x *tensor.Tensor) *tensor.Tensor, m Memory, cross AttendConfig) *tensor.Tensor {
	s := sums{p, l.PreNorm, l.SumDrop}
	x = s.add(x, l.Norm1, self)
	x = s.add(x, l.Norm2, func(x *tensor.Tensor) *tensor.Tensor { return l.CrossAttention.Recall(p, x, m, cross) })
	return s.add(x, l.Norm3, func(x *tensor.Tensor) *tensor.Tensor { return l.FeedForward.Forward(p, x) })
}

// TransformerDecoder is [TransformerDecoderLayer]s one after another, and a norm.
//
//	x [b t d], memory [b s d] → y [b t d]
type TransformerDecoder struct {
	Layers []*TransformerDecoderLayer
	Norm   *LayerNorm // of the result, or nil
}

// NewTransformerDecoder returns so many layers of that width, with a norm behind them if they are [TransformerLayerConfig]'s
// PreNorm.
func NewTransformerDecoder(r *rng.Rand, layers, width, heads int, c TransformerLayerConfig) *TransformerDecoder {
	d := new(TransformerDecoder)
	for range layers {
		d.Layers = append(d.Layers, NewTransformerDecoderLayer(r, width, heads, c))
	}
	if c.PreNorm {
		d.Norm = NewLayerNorm(width)
	}
	return d
}

// Forward hands x through the layers. self says what its tokens see of each other, and cross what they see of memory.
func (d *TransformerDecoder) Forward(p *Pass, x, memory *tensor.Tensor, self, cross AttendConfig) *tensor.Tensor {
	return d.Recall(p, x, d.Remember(p, memory), self, cross)
}

// Remember returns the keys and values of memory, for each layer.
func (d *TransformerDecoder) Remember(p *Pass, memory *tensor.Tensor) []Memory {
	m := make([]Memory, len(d.Layers))
	for i, l := range d.Layers {
		m[i] = l.CrossAttention.Remember(p, memory)
	}
	return m
}

// Recall is [TransformerDecoder.Forward] with what was remembered.
func (d *TransformerDecoder) Recall(p *Pass, x *tensor.Tensor, m []Memory, self, cross AttendConfig) *tensor.Tensor {
	for i, l := range d.Layers {
		x = l.run(p, x, func(x *tensor.Tensor) *tensor.Tensor { return l.SelfAttention.Attend(p, x, x, self) }, m[i], cross)
	}
	return d.norm(p, x)
}

func (d *TransformerDecoder) norm(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	if d.Norm == nil {
		return x
	}
	return d.Norm.Forward(p, x)
}

// A TransformerCache holds the keys and values of the memory and of the tokens that a [TransformerDecoder] has seen. It is
// for one batch of sequences of one length, and for one goroutine.
type TransformerCache struct {
	own    []*KeyValueCache
	memory []Memory
}

// Cache returns an empty cache for a memory, with room for that many tokens. It belongs to the pass.
func (d *TransformerDecoder) Cache(p *Pass, memory *tensor.Tensor, room int) *TransformerCache {
	c := &TransformerCache{memory: d.Remember(p, memory)}
	for range d.Layers {
		c.own = append(c.own, NewKeyValueCache(room))
	}
	return c
}

// NewTransformerCache returns a cache of what was remembered and of the tokens in own, both for each layer.
func NewTransformerCache(own []*KeyValueCache, m []Memory) *TransformerCache {
	return &TransformerCache{own: own, memory: m}
}

// Truncate forgets the tokens from number n on.
func (c *TransformerCache) Truncate(n int) {
	for _, o := range c.own {
		o.Truncate(n)
	}
}

// Decode is [TransformerDecoder.Forward] for tokens that follow those in the cache, to which it adds them: each sees the
// cache and, of x, what is up to itself. No gradient flows.
func (d *TransformerDecoder) Decode(p *Pass, x *tensor.Tensor, c *TransformerCache, cross AttendConfig) *tensor.Tensor {
	for k, l := range d.Layers {
		x = l.run(p, x, func(x *tensor.Tensor) *tensor.Tensor { return l.SelfAttention.Decode(p, x, c.own[k]) }, c.memory[k], cross)
	}
	return d.norm(p, x)
}
