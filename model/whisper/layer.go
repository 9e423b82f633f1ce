package whisper

import (
	"math"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A Layer is attention, in a decoder attention to what was heard, and a feed-forward layer, each added to what goes in.
type Layer struct {
	Attention     *Attention    `nn:"self_attn"`
	AttentionNorm *nn.LayerNorm `nn:"self_attn_layer_norm"`
	Cross         *Attention    `nn:"encoder_attn"` // nil in an encoder
	CrossNorm     *nn.LayerNorm `nn:"encoder_attn_layer_norm"`
	Up            nn.Layer      `nn:"fc1"`
	Down          nn.Layer      `nn:"fc2"`
	Norm          *nn.LayerNorm `nn:"final_layer_norm"`
	Activation    nn.Layer
	Drop          *nn.Dropout `nn:"-"` // of what is added
}

// Attention is the maps of an attention; that of the keys has no bias.
type Attention struct {
	Query  nn.Layer `nn:"q_proj"`
	Key    nn.Layer `nn:"k_proj"`
	Value  nn.Layer `nn:"v_proj"`
	Output nn.Layer `nn:"out_proj"`
	Heads  int
}

func newLayer(r *rng.Rand, f nn.Layer, c Config, decodes bool) *Layer {
	l := &Layer{
		Attention: newAttention(r, c), AttentionNorm: nn.NewLayerNorm(c.Width), Up: linear(r, c.Width, c.Hidden, true),
		Down: linear(r, c.Hidden, c.Width, true), Norm: nn.NewLayerNorm(c.Width), Activation: f, Drop: nn.NewDropout(r, c.Dropout),
	}
	if decodes {
		l.Cross, l.CrossNorm = newAttention(r, c), nn.NewLayerNorm(c.Width)
	}
	return l
}

func newAttention(r *rng.Rand, c Config) *Attention {
	return &Attention{
		Query: linear(r, c.Width, c.Width, true), Key: linear(r, c.Width, c.Width, false),
		Value: linear(r, c.Width, c.Width, true), Output: linear(r, c.Width, c.Width, true), Heads: c.Heads,
	}
}

func (a *Attention) heads() nn.Heads {
	return nn.Heads{Query: a.Query, Key: a.Key, Value: a.Value, Count: a.Heads}
}

// add returns x with what attention has gathered.
func (l *Layer) add(p *nn.Pass, x *tensor.Tensor, a *Attention, gathered *tensor.Tensor) *tensor.Tensor {
	return x.Add(l.Drop.Forward(p, a.Output.Forward(p, gathered)))
}

// feed returns x with what the feed-forward layer makes of it.
func (l *Layer) feed(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	return x.Add(l.Drop.Forward(p, l.Down.Forward(p, l.Activation.Forward(p, l.Up.Forward(p, l.Norm.Forward(p, x))))))
}

// embed returns tokens of which the first stands at that position.
func (d *Decoder) embed(p *nn.Pass, ids *tensor.Tensor, first int) *tensor.Tensor {
	if most := d.Positions.Weight.Value.Dim(0); ids.Rank() != 2 || first+ids.Dim(1) > most {
		panic(tensor.Errorf("whisper", "%v from position %d is not [b t] within a context of %d", ids, first, most))
	}
	at := tensor.Arange(ids.Dim(1)).AddScalar(float64(first)).Cast(device.Int64).To(ids.Device())
	return d.Drop.Forward(p, d.Tokens.Forward(p, ids).Add(d.Positions.Forward(p, at)))
}

// remember returns the keys and values of what was heard, for each layer.
func (d *Decoder) remember(p *nn.Pass, heard *tensor.Tensor) []nn.Memory {
	m := make([]nn.Memory, len(d.Layers))
	for i, l := range d.Layers {
		m[i] = l.Cross.heads().Remember(p, heard)
	}
	return m
}

func (d *Decoder) run(p *nn.Pass, x *tensor.Tensor, memory []nn.Memory, attend func(i int, l *Layer, h *tensor.Tensor) *tensor.Tensor) *tensor.Tensor {
	for i, l := range d.Layers {
		x = l.add(p, x, l.Attention, attend(i, l, l.AttentionNorm.Forward(p, x)))
		x = l.add(p, x, l.Cross, l.Cross.heads().Recall(p, l.CrossNorm.Forward(p, x), memory[i], nn.AttendConfig{}))
		x = l.feed(p, x)
	}
	return d.Norm.Forward(p, x)
}

// sinusoids returns the positions of the encoder: sines of all frequencies, then cosines.
//
//	→ [n d]    y[t, i] = sin(t · 10000^(−i/(d/2 − 1))), and cos in the second half
func sinusoids(n, d int) *tensor.Tensor {
	x, half := make([]float32, n*d), d/2
	for t := range n {
		for i := range half {
			f := float32(math.Exp(-math.Log(10000) / float64(half-1) * float64(i)))
			at := float64(float32(t) * f)
			x[t*d+i], x[t*d+half+i] = float32(math.Sin(at)), float32(math.Cos(at))
		}
	}
	return tensor.Of(x, n, d)
}

func conv(r *rng.Rand, in, out, stride int) *nn.Conv1d {
	l := nn.NewConv1d(r, in, out, 3, nn.ConvConfig{Stride: stride, Pad: 1})
	nn.Reset(&l.Weight, nn.Normal(0.02), r.Next())
	nn.Reset(&l.Bias, nn.Constant(0), r.Next())
	return l
}

func linear(r *rng.Rand, in, out int, biased bool) *nn.Linear {
	l := new(nn.Linear)
	l.Weight.Value = nn.Normal(0.02)(r.Next(), out, in)
	if biased {
		l.Bias.Value = nn.Constant(0)(r.Next(), out)
	}
	return l
}

func table(r *rng.Rand, rows, d int) *nn.Embedding {
	l := new(nn.Embedding)
	l.Weight.Value = nn.Normal(0.02)(r.Next(), rows, d)
	return l
}
