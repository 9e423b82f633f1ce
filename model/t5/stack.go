package t5

import (
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// An Encoder reads: its tokens all see each other.
type Encoder struct {
	Blocks []*EncoderBlock `nn:"block"`
	Norm   *nn.RMSNorm     `nn:"final_layer_norm"`
	Drop   *nn.Dropout     `nn:"-"`
}

// An EncoderBlock is attention and a feed-forward layer, each added to what goes in.
type EncoderBlock struct {
	Attention   *Attention   `nn:"layer.0"`
	FeedForward *FeedForward `nn:"layer.1"`
}

// A Decoder writes: its tokens see those before them, and what was read.
type Decoder struct {
	Blocks []*DecoderBlock `nn:"block"`
	Norm   *nn.RMSNorm     `nn:"final_layer_norm"`
	Drop   *nn.Dropout     `nn:"-"`
}

// A DecoderBlock is an [EncoderBlock] that looks at what was read between its two parts.
type DecoderBlock struct {
	Attention   *Attention   `nn:"layer.0"`
	Cross       *cross       `nn:"layer.1"`
	FeedForward *FeedForward `nn:"layer.2"`
}

func newEncoder(r *rng.Rand, c Config) *Encoder {
	e := &Encoder{Norm: norm(c), Drop: nn.NewDropout(r, c.Dropout)}
	for range c.Layers {
		e.Blocks = append(e.Blocks, &EncoderBlock{newAttention(r, c), newFeedForward(r, c)})
	}
	e.Blocks[0].Attention.Bias = bias(r, c, false)
	return e
}

func newDecoder(r *rng.Rand, c Config) *Decoder {
	d := &Decoder{Norm: norm(c), Drop: nn.NewDropout(r, c.Dropout)}
	for range c.DecoderLayers {
		d.Blocks = append(d.Blocks, &DecoderBlock{newAttention(r, c), (*cross)(newAttention(r, c)), newFeedForward(r, c)})
	}
	d.Blocks[0].Attention.Bias = bias(r, c, true)
	return d
}

func bias(r *rng.Rand, c Config, causal bool) *nn.RelativeBias {
	b := &nn.RelativeBias{Buckets: op.RelativeBuckets{Buckets: c.Buckets, Most: c.Most, Causal: causal}}
	b.Weight.Value = nn.Normal(deviation(c.Width))(r.Next(), c.Buckets, c.Heads)
	return b
}

func (e *Encoder) forward(p *nn.Pass, x, mask *tensor.Tensor) *tensor.Tensor {
	x = e.Drop.Forward(p, x)
	c := nn.AttendConfig{Keys: mask, Mask: e.Blocks[0].Attention.Bias.Between(p, x.Dim(1), x.Dim(1))}
	for _, b := range e.Blocks {
		a := b.Attention
		h := a.Norm.Forward(p, x)
		x = x.Add(a.Drop.Forward(p, a.Output.Forward(p, a.heads().Attend(p, h, h, c))))
		x = b.FeedForward.Forward(p, x)
	}
	return e.Drop.Forward(p, e.Norm.Forward(p, x))
}

// remember returns the keys and values of what was read, for each block.
func (d *Decoder) remember(p *nn.Pass, hidden *tensor.Tensor) []nn.Memory {
	m := make([]nn.Memory, len(d.Blocks))
	for i, b := range d.Blocks {
		m[i] = (*Attention)(b.Cross).heads().Remember(p, hidden)
	}
	return m
}

func (d *Decoder) forward(p *nn.Pass, x *tensor.Tensor, memory []nn.Memory, mask *tensor.Tensor) *tensor.Tensor {
	c := nn.AttendConfig{Causal: true, Mask: d.Blocks[0].Attention.Bias.Between(p, x.Dim(1), x.Dim(1))}
	return d.run(p, x, memory, mask, func(_ int, a *Attention, h *tensor.Tensor) *tensor.Tensor {
		return a.heads().Attend(p, h, h, c)
	})
}

// decode is forward for tokens that follow those in the caches.
func (d *Decoder) decode(p *nn.Pass, x *tensor.Tensor, memory []nn.Memory, mask *tensor.Tensor, caches []*nn.KeyValueCache) *tensor.Tensor {
	c := nn.AttendConfig{Mask: d.Blocks[0].Attention.Bias.Between(p, x.Dim(1), caches[0].Len()+x.Dim(1))}
	return d.run(p, x, memory, mask, func(i int, a *Attention, h *tensor.Tensor) *tensor.Tensor {
		return a.heads().Decode(p, h, caches[i], c)
	})
}

func (d *Decoder) run(p *nn.Pass, x *tensor.Tensor, memory []nn.Memory, mask *tensor.Tensor, attend func(i int, a *Attention, h *tensor.Tensor) *tensor.Tensor) *tensor.Tensor {
	x = d.Drop.Forward(p, x)
	for i, b := range d.Blocks {
		a, other := b.Attention, (*Attention)(b.Cross)
		x = x.Add(a.Drop.Forward(p, a.Output.Forward(p, attend(i, a, a.Norm.Forward(p, x)))))
		y := other.heads().Recall(p, other.Norm.Forward(p, x), memory[i], nn.AttendConfig{Keys: mask})
		x = x.Add(other.Drop.Forward(p, other.Output.Forward(p, y)))
		x = b.FeedForward.Forward(p, x)
	}
	return d.Drop.Forward(p, d.Norm.Forward(p, x))
}
