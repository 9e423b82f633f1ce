package vit

import (
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A Block lets the patches see each other, and then maps each: the norms are in front.
//
//	x [n t d] → y [n t d]
//	h = x + attention(norm₁(x))    y = h + down(gelu(up(norm₂(h))))
type Block struct {
	Norm1     *nn.LayerNorm `nn:"layers.encoder_layer_#.ln_1"`
	Attention *nn.Attention `nn:"layers.encoder_layer_#.self_attention"`
	Norm2     *nn.LayerNorm `nn:"layers.encoder_layer_#.ln_2"`
	Up        *nn.Linear    `nn:"layers.encoder_layer_#.mlp.0"`
	Down      *nn.Linear    `nn:"layers.encoder_layer_#.mlp.3"`
	Drop      *nn.Dropout   `nn:"-"` // of what is added, and inside
}

func newBlock(r *rng.Rand, c Config) *Block {
	b := &Block{Norm1: norm(c), Attention: nn.NewAttention(r, c.Width, c.Heads, 0), Norm2: norm(c), Drop: nn.NewDropout(r, c.Dropout)}
	b.Up, b.Down = linear(r, c.Width, c.Hidden), linear(r, c.Hidden, c.Width)
	return b
}

// Forward returns the block of x.
func (b *Block) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	x = x.Add(b.Drop.Forward(p, b.Attention.Forward(p, b.Norm1.Forward(p, x))))
	y := nn.GELU{}.Forward(p, b.Up.Forward(p, b.Norm2.Forward(p, x)))
	return x.Add(b.Drop.Forward(p, b.Down.Forward(p, b.Drop.Forward(p, y))))
}

func linear(r *rng.Rand, in, out int) *nn.Linear {
	l := new(nn.Linear)
	l.Weight.Value, l.Bias.Value = nn.XavierUniform(1)(r.Next(), out, in), nn.Normal(1e-6)(r.Next(), out)
	return l
}

func norm(c Config) *nn.LayerNorm {
	l := nn.NewLayerNorm(c.Width)
	l.Eps = c.Eps
	return l
}
