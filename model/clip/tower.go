package clip

import (
	"math"

	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A TextTower lets each token see those before it.
//
//	ids [n t] → y [n t d]
type TextTower struct {
	Tokens    *nn.Embedding `nn:"embeddings.token_embedding"`
	Positions *nn.Embedding `nn:"embeddings.position_embedding"`
	Layers    []*Layer      `nn:"encoder.layers"`
	Norm      *nn.LayerNorm `nn:"final_layer_norm"`
}

// A PictureTower lets the patches of a picture see each other, and a token that stands for the whole.
//
//	x [n c h w] → y [n d]
type PictureTower struct {
	Class     tensor.Param  `nn:"embeddings.class_embedding"` // [d]
	Project   *nn.Conv2d    `nn:"embeddings.patch_embedding"`
	Positions *nn.Embedding `nn:"embeddings.position_embedding"`
	PreNorm   *nn.LayerNorm `nn:"pre_layrnorm"` // so spelt in the files
	Layers    []*Layer      `nn:"encoder.layers"`
	PostNorm  *nn.LayerNorm `nn:"post_layernorm"`
}

// A Layer is attention and a feed-forward layer, each added to what goes in, with norms in front.
type Layer struct {
	Query      nn.Layer      `nn:"self_attn.q_proj"`
	Key        nn.Layer      `nn:"self_attn.k_proj"`
	Value      nn.Layer      `nn:"self_attn.v_proj"`
	Output     nn.Layer      `nn:"self_attn.out_proj"`
	Norm1      *nn.LayerNorm `nn:"layer_norm1"`
	Up         nn.Layer      `nn:"mlp.fc1"`
	Down       nn.Layer      `nn:"mlp.fc2"`
	Norm2      *nn.LayerNorm `nn:"layer_norm2"`
	Heads      int
	Activation nn.Layer
	Causal     bool
}

func newTextTower(r *rng.Rand, f nn.Layer, c Config) *TextTower {
	t := &TextTower{Tokens: table(r, c.Tokens, c.Text.Width), Positions: table(r, c.Context, c.Text.Width), Norm: nn.NewLayerNorm(c.Text.Width)}
	for range c.Text.Layers {
		t.Layers = append(t.Layers, newLayer(r, f, c.Text, true))
	}
	return t
}

// Forward returns what the tokens have become.
func (t *TextTower) Forward(p *nn.Pass, ids *tensor.Tensor) *tensor.Tensor {
	if most := t.Positions.Weight.Value.Dim(0); ids.Rank() != 2 || ids.Dim(1) > most {
		panic(tensor.Errorf("clip", "%v is not [n t] within a context of %d", ids, most))
	}
	x := t.Tokens.Forward(p, ids).Add(p.Use(&t.Positions.Weight).Slice(0, 0, ids.Dim(1)))
	for _, l := range t.Layers {
		x = l.Forward(p, x)
	}
	return t.Norm.Forward(p, x)
}

func newPictureTower(r *rng.Rand, f nn.Layer, input []int, c Config) *PictureTower {
	d, patches := c.Picture.Width, input[1]/c.Patch*(input[2]/c.Patch)
	t := &PictureTower{
		Project:   nn.NewConv2d(r, input[0], d, c.Patch, nn.ConvConfig{Stride: c.Patch, NoBias: true}),
		Positions: table(r, patches+1, d), PreNorm: nn.NewLayerNorm(d), PostNorm: nn.NewLayerNorm(d),
	}
	t.Class.Value = nn.Normal(deviation(d))(r.Next(), d)
	nn.Reset(&t.Project.Weight, nn.Normal(0.02), r.Next())
	for range c.Picture.Layers {
		t.Layers = append(t.Layers, newLayer(r, f, c.Picture, false))
	}
	return t
}

// Forward returns what the token that stands for the whole has become.
func (t *PictureTower) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	x = t.Project.Forward(p, x).Flatten(2, 3).Transpose(1, 2) // [n patches d]
	class := p.Use(&t.Class).Cast(x.DType()).Expand(x.Dim(0), 1, x.Dim(2))
	x = tensor.Concat(1, class, x).Add(p.Use(&t.Positions.Weight).Cast(x.DType()))
	x = t.PreNorm.Forward(p, x)
	for _, l := range t.Layers {
		x = l.Forward(p, x)
	}
	return t.PostNorm.Forward(p, x.Select(1, 0))
}

// newLayer returns a layer whose weights are drawn as CLIP's.
func newLayer(r *rng.Rand, f nn.Layer, s Size, causal bool) *Layer {
	out := deviation(s.Width)
	in := out * deviation(2*s.Layers)
	return &Layer{
		Query: linear(r, s.Width, s.Width, in, true), Key: linear(r, s.Width, s.Width, in, true), Value: linear(r, s.Width, s.Width, in, true),
		Output: linear(r, s.Width, s.Width, out, true), Norm1: nn.NewLayerNorm(s.Width), Norm2: nn.NewLayerNorm(s.Width),
		Up: linear(r, s.Width, s.Hidden, deviation(2*s.Width), true), Down: linear(r, s.Hidden, s.Width, in, true),
		Heads: s.Heads, Activation: f, Causal: causal,
	}
}

// Forward returns the layer of x.
func (l *Layer) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	h := l.Norm1.Forward(p, x)
	heads := nn.Heads{Query: l.Query, Key: l.Key, Value: l.Value, Count: l.Heads}
	x = x.Add(l.Output.Forward(p, heads.Attend(p, h, h, nn.AttendConfig{Causal: l.Causal})))
	return x.Add(l.Down.Forward(p, l.Activation.Forward(p, l.Up.Forward(p, l.Norm2.Forward(p, x)))))
}

func deviation(n int) float64 { return 1 / math.Sqrt(float64(n)) }

func linear(r *rng.Rand, in, out int, std float64, biased bool) *nn.Linear {
	l := new(nn.Linear)
	l.Weight.Value = nn.Normal(std)(r.Next(), out, in)
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
