package conformer

import (
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A Layer is attention and convolution between two halves of a feed-forward layer.
//
//	x = x + ½ ffn₁(x)    x = x + attention(norm(x))    x = x + conv(x)    y = norm(x + ½ ffn₂(x))
type Layer struct {
	Forward1      *FeedForward  `nn:"ffn1"`
	AttentionNorm *nn.LayerNorm `nn:"self_attn_layer_norm"`
	Attention     *nn.Attention `nn:"self_attn"`
	Convolution   *Convolution  `nn:"conv_module"`
	Forward2      *FeedForward  `nn:"ffn2"`
	Norm          *nn.LayerNorm `nn:"final_layer_norm"`
	drop          *nn.Dropout
}

func newLayer(r *rng.Rand, c Config) *Layer {
	l := &Layer{
		Forward1: newFeedForward(r, c), AttentionNorm: nn.NewLayerNorm(c.Width), Attention: nn.NewAttention(r, c.Width, c.Heads, 0),
		Convolution: newConvolution(r, c), Forward2: newFeedForward(r, c), Norm: nn.NewLayerNorm(c.Width), drop: nn.NewDropout(r, c.Dropout),
	}
	if c.Dropout > 0 {
		l.Attention.Drop = nn.NewDropout(r, c.Dropout)
	}
	return l
}

func (l *Layer) attend(p *nn.Pass, x *tensor.Tensor, see nn.AttendConfig) *tensor.Tensor {
	x = x.Add(l.Forward1.Sequential.Forward(p, x).Scale(0.5))
	y := l.AttentionNorm.Forward(p, x)
	x = x.Add(l.drop.Forward(p, l.Attention.Attend(p, y, y, see)))
	x = x.Add(l.Convolution.Forward(p, x))
	x = x.Add(l.Forward2.Sequential.Forward(p, x).Scale(0.5))
	return l.Norm.Forward(p, x)
}

// FeedForward is a norm and two linear layers with [op.Silu] between them.
type FeedForward struct{ Sequential nn.Sequential }

func newFeedForward(r *rng.Rand, c Config) *FeedForward {
	return &FeedForward{nn.Sequential{
		nn.NewLayerNorm(c.Width), nn.NewLinear(r, c.Width, c.Hidden),
		nn.SiLU{},
		nn.NewDropout(r, c.Dropout),
		nn.NewLinear(r, c.Hidden, c.Width), nn.NewDropout(r, c.Dropout),
	}}
}

// Convolution is a norm, a gated map of each step, a window over each channel by itself, a norm over the batch, and a map.
type Convolution struct {
	Norm       *nn.LayerNorm `nn:"layer_norm"`
	Sequential nn.Sequential
}

func newConvolution(r *rng.Rand, c Config) *Convolution {
	d := c.Width
	return &Convolution{nn.NewLayerNorm(d), nn.Sequential{
		nn.NewConv1d(r, d, 2*d, 1, nn.ConvConfig{}),
		nn.GLU{Axis: 1},
		nn.NewConv1d(r, d, d, c.Window, nn.ConvConfig{Pad: c.Window / 2, Groups: d}),
		nn.NewBatchNorm(d),
		nn.SiLU{},
		nn.NewConv1d(r, d, d, 1, nn.ConvConfig{}), nn.NewDropout(r, c.Dropout),
	}}
}

// Forward returns the convolution of x [n t d].
func (l *Convolution) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	return l.Sequential.Forward(p, l.Norm.Forward(p, x).Transpose(1, 2)).Transpose(1, 2)
}
