package ddpm

import (
	"math"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/model"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// wavesOf returns sines and cosines of steps [n], as [n d].
//
//	angle_i = step · 10000^(−i/(d/2−s))      y = [sines cosines] with s = 1 as published, else [cosines sines] with s = 0
func (m *Model) wavesOf(step *tensor.Tensor) *tensor.Tensor {
	half, shift := m.waves/2, 0
	if m.published {
		shift = 1
	}
	rate := make([]float32, half)
	for i := range rate {
		rate[i] = float32(math.Exp(-math.Log(10000) * float64(i) / float64(half-shift)))
	}
	angle := step.Cast(device.Float32).Reshape(-1, 1).Mul(tensor.Of(rate, 1, half).To(step.Device()))
	if m.published {
		return tensor.Concat(1, angle.Sin(), angle.Cos())
	}
	return tensor.Concat(1, angle.Cos(), angle.Sin())
}

func (l *Level) add(r *rng.Rand, c Config, in, out, level int) {
	l.Blocks = append(l.Blocks, newBlock(r, in, out, 4*c.Channels[0], c))
	for _, with := range c.Attention {
		if with == level {
			l.Attention = append(l.Attention, newAttention(r, out, c))
		}
	}
}

// step runs block i and the attention behind it.
func (l *Level) step(p *nn.Pass, i int, x, t *tensor.Tensor) *tensor.Tensor {
	x = l.Blocks[i].forward(p, x, t)
	if i < len(l.Attention) {
		x = l.Attention[i].Forward(p, x)
	}
	return x
}

// A Block adds two normalized convolutions to its input, the time in between.
type Block struct {
	Norm1    *nn.GroupNorm
	Conv1    *nn.Conv2d
	Time     *nn.Linear `nn:"time_emb_proj"`
	Norm2    *nn.GroupNorm
	Conv2    *nn.Conv2d
	Shortcut *nn.Conv2d `nn:"conv_shortcut"` // nil if as many channels come out as go in
	drop     *nn.Dropout
}

func newBlock(r *rng.Rand, in, out, time int, c Config) *Block {
	b := &Block{Norm1: norm(in, c), Conv1: conv3(r, in, out), Time: nn.NewLinear(r, time, out), Norm2: norm(out, c), Conv2: conv3(r, out, out), drop: nn.NewDropout(r, c.Dropout)}
	if in != out {
		b.Shortcut = nn.NewConv2d(r, in, out, 1, nn.ConvConfig{})
	}
	return b
}

// forward returns the block of x, at a time [n 4d] through silu.
func (b *Block) forward(p *nn.Pass, x, t *tensor.Tensor) *tensor.Tensor {
	y := b.Conv1.Forward(p, op.Silu(b.Norm1.Forward(p, x)))
	y = y.Add(b.Time.Forward(p, t).Unsqueeze(-1).Unsqueeze(-1))
	y = b.Conv2.Forward(p, b.drop.Forward(p, op.Silu(b.Norm2.Forward(p, y))))
	if b.Shortcut != nil {
		x = b.Shortcut.Forward(p, x)
	}
	return x.Add(y)
}

// Attention lets the places of a picture look at each other, and adds what they see.
type Attention struct {
	Norm   *nn.GroupNorm `nn:"group_norm"`
	Query  *nn.Linear    `nn:"to_q"`
	Key    *nn.Linear    `nn:"to_k"`
	Value  *nn.Linear    `nn:"to_v"`
	Output []*nn.Linear  `nn:"to_out"`
	heads  int
}

func newAttention(r *rng.Rand, channels int, c Config) *Attention {
	heads := 1
	if c.HeadWidth > 0 {
		heads = channels / c.HeadWidth
	}
	square := func() *nn.Linear { return nn.NewLinear(r, channels, channels) }
	return &Attention{Norm: norm(channels, c), Query: square(), Key: square(), Value: square(), Output: []*nn.Linear{square()}, heads: heads}
}

// Forward returns the attention of x [n c h w], added to it.
func (a *Attention) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	n, c, h, w := x.Dim(0), x.Dim(1), x.Dim(2), x.Dim(3)
	y := a.Norm.Forward(p, x).Reshape(n, c, h*w).Transpose(1, 2) // [n hw c]
	heads := func(l *nn.Linear) *tensor.Tensor {
		return l.Forward(p, y).Reshape(n, h*w, a.heads, c/a.heads).Transpose(1, 2)
	}
	y = op.Attention(heads(a.Query), heads(a.Key), heads(a.Value), op.AttentionConfig{}).Transpose(1, 2).Reshape(n, h*w, c)
	return x.Add(a.Output[0].Forward(p, y).Transpose(1, 2).Reshape(n, c, h, w))
}

// Half halves a picture by a convolution; the published files pad behind alone.
type Half struct {
	Conv   *nn.Conv2d
	behind bool
}

func newHalf(r *rng.Rand, channels int, c Config) *Half {
	pad := 1
	if c.Published {
		pad = 0
	}
	return &Half{nn.NewConv2d(r, channels, channels, 3, nn.ConvConfig{Stride: 2, Pad: pad}), c.Published}
}

// Forward returns half of x.
func (l *Half) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	if l.behind {
		x = op.Pad(x, 0, [2]int{}, [2]int{}, [2]int{0, 1}, [2]int{0, 1})
	}
	return l.Conv.Forward(p, x)
}

// Double repeats every pixel, and convolves.
type Double struct{ Conv *nn.Conv2d }

// Forward returns the double of x.
func (l *Double) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	return l.Conv.Forward(p, op.Resize(x, op.ResizeConfig{Scale: 2}))
}

func conv3(r *rng.Rand, in, out int) *nn.Conv2d {
	return nn.NewConv2d(r, in, out, 3, nn.ConvConfig{Pad: 1})
}

func norm(channels int, c Config) *nn.GroupNorm {
	l := nn.NewGroupNorm(channels, c.Groups)
	if c.Published {
		l.Eps = 1e-6
	}
	return l
}

func classPort(e *nn.Embedding) model.Port {
	return model.Port{Name: "class", DType: device.Int64, Shape: []int{1}, Below: e.Weight.Value.Dim(0)}
}
