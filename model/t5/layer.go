package t5

import (
	"math"

	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// Attention is attention with a norm in front, as a part of a block.
type Attention struct {
	Norm       *nn.RMSNorm      `nn:"layer_norm"`
	Query      nn.Layer         `nn:"SelfAttention.q"`
	Key        nn.Layer         `nn:"SelfAttention.k"`
	Value      nn.Layer         `nn:"SelfAttention.v"`
	Output     nn.Layer         `nn:"SelfAttention.o"`
	Bias       *nn.RelativeBias `nn:"SelfAttention.relative_attention_bias"` // of the first block, for all
	Heads      int
	WeightDrop *nn.Dropout `nn:"-"`
	Drop       *nn.Dropout `nn:"-"`
}

// cross is Attention to what was read, under the names that its parameters have then.
type cross struct {
	Norm       *nn.RMSNorm `nn:"layer_norm"`
	Query      nn.Layer    `nn:"EncDecAttention.q"`
	Key        nn.Layer    `nn:"EncDecAttention.k"`
	Value      nn.Layer    `nn:"EncDecAttention.v"`
	Output     nn.Layer    `nn:"EncDecAttention.o"`
	Bias       *nn.RelativeBias
	Heads      int
	WeightDrop *nn.Dropout `nn:"-"`
	Drop       *nn.Dropout `nn:"-"`
}

func newAttention(r *rng.Rand, c Config) *Attention {
	inner := c.Heads * c.Head
	return &Attention{
		Norm: norm(c), Query: linear(r, c.Width, inner, c.Width*c.Head), Key: linear(r, c.Width, inner, c.Width),
		Value: linear(r, c.Width, inner, c.Width), Output: linear(r, inner, c.Width, inner), Heads: c.Heads,
		WeightDrop: nn.NewDropout(r, c.Dropout), Drop: nn.NewDropout(r, c.Dropout),
	}
}

func (a *Attention) heads() nn.Heads {
	return nn.Heads{Query: a.Query, Key: a.Key, Value: a.Value, Count: a.Heads, Scale: 1, Drop: a.WeightDrop}
}

// FeedForward maps each token, with a norm in front, and adds what it makes of it.
//
//	x [… d] → y [… d]
//	y = x + down(f(in(norm(x))))    or, gated, x + down(f(gate(norm(x))) · up(norm(x)))
type FeedForward struct {
	Norm       *nn.RMSNorm `nn:"layer_norm"`
	In         nn.Layer    `nn:"DenseReluDense.wi"`   // nil if gated
	Gate       nn.Layer    `nn:"DenseReluDense.wi_0"` // nil unless gated
	Up         nn.Layer    `nn:"DenseReluDense.wi_1"`
	Down       nn.Layer    `nn:"DenseReluDense.wo"`
	Activation nn.Layer
	Drop       *nn.Dropout `nn:"-"` // inside, and of what is added
}

func newFeedForward(r *rng.Rand, c Config) *FeedForward {
	l := &FeedForward{Norm: norm(c), Drop: nn.NewDropout(r, c.Dropout)}
	l.Activation, _ = model.Activation(c.Activation)
	if c.Gated {
		l.Gate, l.Up = linear(r, c.Width, c.Hidden, c.Width), linear(r, c.Width, c.Hidden, c.Width)
	} else {
		l.In = linear(r, c.Width, c.Hidden, c.Width)
	}
	l.Down = linear(r, c.Hidden, c.Width, c.Hidden)
	return l
}

// Forward returns x with what the layer adds to it.
func (l *FeedForward) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	h := l.Norm.Forward(p, x)
	if l.In != nil {
		h = l.Activation.Forward(p, l.In.Forward(p, h))
	} else {
		h = l.Activation.Forward(p, l.Gate.Forward(p, h)).Mul(l.Up.Forward(p, h))
	}
	return x.Add(l.Drop.Forward(p, l.Down.Forward(p, l.Drop.Forward(p, h))))
}

// linear returns a map without bias, whose weights have variance 1/n.
func linear(r *rng.Rand, in, out, n int) *nn.Linear {
	l := new(nn.Linear)
	l.Weight.Value = nn.Normal(deviation(n))(r.Next(), out, in)
	return l
}

func deviation(n int) float64 { return 1 / math.Sqrt(float64(n)) }

func norm(c Config) *nn.RMSNorm {
	l := nn.NewRMSNorm(c.Width)
	l.Eps = c.Eps
	return l
}
