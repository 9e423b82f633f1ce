package detr

import (
	"math"

	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// An EncoderLayer lets the places of a picture look at each other.
//
//	x = norm₁(x + attention(x + p, x + p, x))      y = norm₂(x + W₂ relu(W₁ x))      p the waves of the places
type EncoderLayer struct {
	Attention        *nn.Attention `nn:"self_attn"`
	Linear1, Linear2 *nn.Linear
	Norm1, Norm2     *nn.LayerNorm
	drop             *nn.Dropout
}

func newEncoderLayer(r *rng.Rand, c Config) *EncoderLayer {
	return &EncoderLayer{
		Attention: nn.NewAttention(r, c.Width, c.Heads, 0), Linear1: nn.NewLinear(r, c.Width, c.Hidden), Linear2: nn.NewLinear(r, c.Hidden, c.Width),
		Norm1: nn.NewLayerNorm(c.Width), Norm2: nn.NewLayerNorm(c.Width), drop: nn.NewDropout(r, c.Dropout),
	}
}

func (l *EncoderLayer) forward(p *nn.Pass, x, places *tensor.Tensor) *tensor.Tensor {
	at := x.Add(places)
	x = l.Norm1.Forward(p, x.Add(l.drop.Forward(p, attend(p, l.Attention, at, at, x))))
	y := l.Linear2.Forward(p, l.drop.Forward(p, op.Relu(l.Linear1.Forward(p, x))))
	return l.Norm2.Forward(p, x.Add(l.drop.Forward(p, y)))
}

// A DecoderLayer lets the questions look at each other, and then at the picture.
//
//	y = norm₁(y + attention(y + q, y + q, y))      y = norm₂(y + attention(y + q, keys, memory))      y = norm₃(y + W₂ relu(W₁ y))
type DecoderLayer struct {
	Attention           *nn.Attention `nn:"self_attn"`
	Cross               *nn.Attention `nn:"multihead_attn"`
	Linear1, Linear2    *nn.Linear
	Norm1, Norm2, Norm3 *nn.LayerNorm
	drop                *nn.Dropout
}

func newDecoderLayer(r *rng.Rand, c Config) *DecoderLayer {
	return &DecoderLayer{
		Attention: nn.NewAttention(r, c.Width, c.Heads, 0), Cross: nn.NewAttention(r, c.Width, c.Heads, 0),
		Linear1: nn.NewLinear(r, c.Width, c.Hidden), Linear2: nn.NewLinear(r, c.Hidden, c.Width),
		Norm1: nn.NewLayerNorm(c.Width), Norm2: nn.NewLayerNorm(c.Width), Norm3: nn.NewLayerNorm(c.Width), drop: nn.NewDropout(r, c.Dropout),
	}
}

func (l *DecoderLayer) forward(p *nn.Pass, y, questions, keys, memory *tensor.Tensor) *tensor.Tensor {
	at := y.Add(questions)
	y = l.Norm1.Forward(p, y.Add(l.drop.Forward(p, attend(p, l.Attention, at, at, y))))
	y = l.Norm2.Forward(p, y.Add(l.drop.Forward(p, attend(p, l.Cross, y.Add(questions), keys, memory))))
	z := l.Linear2.Forward(p, l.drop.Forward(p, op.Relu(l.Linear1.Forward(p, y))))
	return l.Norm3.Forward(p, y.Add(l.drop.Forward(p, z)))
}

// attend is attention whose keys and values are made of different sequences: those with their places, and without.
func attend(p *nn.Pass, a *nn.Attention, queries, keys, values *tensor.Tensor) *tensor.Tensor {
	w, b := p.Use(&a.InWeight), p.Use(&a.InBias)
	d := w.Dim(1)
	heads := func(x *tensor.Tensor, part int) *tensor.Tensor { // [n h t d/h]
		y := op.Linear(x, w.Slice(0, part*d, (part+1)*d), b.Slice(0, part*d, (part+1)*d))
		return y.Reshape(x.Dim(0), x.Dim(1), a.Heads, d/a.Heads).Transpose(1, 2)
	}
	y := op.Attention(heads(queries, 0), heads(keys, 1), heads(values, 2), op.AttentionConfig{})
	return a.Output.Forward(p, y.Transpose(1, 2).Flatten(2, 3))
}

// waves returns sines and cosines of the row and of the column of each place, [h·w d]: sines at even places, cosines at odd ones,
// first of the row, i + 1 of h as a share of 2π.
func waves(d, h, w int) *tensor.Tensor {
	half := d / 2
	x := make([]float32, 0, h*w*d)
	of := func(at, of int) {
		angle := 2 * math.Pi * float64(at+1) / (float64(of) + 1e-6)
		for i := range half {
			a := angle / math.Pow(10000, float64(i/2*2)/float64(half))
			if i%2 == 0 {
				x = append(x, float32(math.Sin(a)))
			} else {
				x = append(x, float32(math.Cos(a)))
			}
		}
	}
	for i := range h {
		for j := range w {
			of(i, h)
			of(j, w)
		}
	}
	return tensor.Of(x, h*w, d)
}
