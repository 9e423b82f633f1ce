package nn

import (
	"cmp"

	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// TransformerLayerConfig says what the layers of a [Transformer] are like. The zero value is the paper's, but for its
// dropout of 0.1.
type TransformerLayerConfig struct {
	Hidden     int   // width inside the feed-forward layer; 0 means four times the width
	Activation Layer // inside the feed-forward layer; nil means ReLU
	PreNorm    bool  // normalize before each sublayer and not after adding

	Dropout           float64 // of what is added
	AttentionDropout  float64 // of attention's weights; Dropout if 0, none if below 0
	ActivationDropout float64 // behind the activation; Dropout if 0, none if below 0
}

// sublayers returns the parts that the layers of encoder and decoder share.
func (c TransformerLayerConfig) sublayers(r *rng.Rand, width int) (forward *FeedForward, attention, drop *Dropout) {
	forward = NewFeedForward(r, width, c.Hidden, c.Activation)
	forward.Drop = dropout(r, cmp.Or(c.ActivationDropout, c.Dropout))
	return forward, dropout(r, cmp.Or(c.AttentionDropout, c.Dropout)), dropout(r, c.Dropout)
}

// dropout returns a layer of that rate, or nil if it drops nothing.
func dropout(r *rng.Rand, rate float64) *Dropout {
	if rate <= 0 {
		return nil
	}
	return NewDropout(r, rate)
}

// TransformerEncoderLayer is attention of a sequence to itself, and then a feed-forward layer, each added to its input.
// Its parameters have PyTorch's names.
//
//	x [b t d] → y [b t d]
//	h = norm₁(x + attention(x))     y = norm₂(h + feedforward(h))
//	h = x + attention(norm₁(x))     y = h + feedforward(norm₂(h))      with PreNorm
//
// [TransformerBlock] is the one for decoders alone, such as GPT's.
//
// Vaswani and others, Attention Is All You Need, 2017 (arXiv:1706.03762), section 3.1.
type TransformerEncoderLayer struct {
	SelfAttention *Attention `nn:"self_attn"`
	*FeedForward
	Norm1, Norm2 *LayerNorm
	PreNorm      bool
	SumDrop      *Dropout `nn:"-"` // of what is added; nil drops nothing
}

// NewTransformerEncoderLayer returns a layer of that width.
func NewTransformerEncoderLayer(r *rng.Rand, width, heads int, c TransformerLayerConfig) *TransformerEncoderLayer {
	l := &TransformerEncoderLayer{SelfAttention: NewAttention(r, width, heads, 0), Norm1: NewLayerNorm(width), Norm2: NewLayerNorm(width), PreNorm: c.PreNorm}
	l.FeedForward, l.SelfAttention.Drop, l.SumDrop = c.sublayers(r, width)
	return l
}

// Forward returns the layer of x, whose tokens all see each other.
func (l *TransformerEncoderLayer) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	return l.Attend(p, x, AttendConfig{})
}

// Attend is [TransformerEncoderLayer.Forward] where some tokens do not see others.
func (l *TransformerEncoderLayer) Attend(p *Pass, x *tensor.Tensor, c AttendConfig) *tensor.Tensor {
	s := sums{p, l.PreNorm, l.SumDrop}
	x = s.add(x, l.Norm1, func(x *tensor.Tensor) *tensor.Tensor { return l.SelfAttention.Attend(p, x, x, c) })
	return s.add(x, l.Norm2, func(x *tensor.Tensor) *tensor.Tensor { return l.FeedForward.Forward(p, x) })
}

// sums is how the sublayers of a layer are added to their inputs.
type sums struct {
	p       *Pass
	preNorm bool
	drop    *Dropout
}

// add returns norm(x + part(x)), or x + part(norm(x)).
func (s sums) add(x *tensor.Tensor, norm *LayerNorm, part func(x *tensor.Tensor) *tensor.Tensor) *tensor.Tensor {
	if s.preNorm {
		return x.Add(dropped(s.p, s.drop, part(norm.Forward(s.p, x))))
	}
	return norm.Forward(s.p, x.Add(dropped(s.p, s.drop, part(x))))
}

// TransformerEncoder is [TransformerEncoderLayer]s one after another, and a norm.
//
//	x [b t d] → y [b t d]
type TransformerEncoder struct {
	Layers []*TransformerEncoderLayer
	Norm   *LayerNorm // of the result, or nil
}

// NewTransformerEncoder returns so many layers of that width, with a norm behind them if they are [TransformerLayerConfig]'s
// PreNorm.
func NewTransformerEncoder(r *rng.Rand, layers, width, heads int, c TransformerLayerConfig) *TransformerEncoder {
	e := new(TransformerEncoder)
	for range layers {
		e.Layers = append(e.Layers, NewTransformerEncoderLayer(r, width, heads, c))
	}
	if c.PreNorm {
		e.Norm = NewLayerNorm(width)
	}
	return e
}

// Forward hands x through the layers; its tokens all see each other.
func (e *TransformerEncoder) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	return e.Attend(p, x, AttendConfig{})
}

// Attend is [TransformerEncoder.Forward] where some tokens do not see others.
func (e *TransformerEncoder) Attend(p *Pass, x *tensor.Tensor, c AttendConfig) *tensor.Tensor {
	for _, l := range e.Layers {
		x = l.Attend(p, x, c)
	}
	if e.Norm != nil {
		x = e.Norm.Forward(p, x)
	}
	return x
}
