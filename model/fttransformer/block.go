package fttransformer

import (
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A Block lets the tokens look at each other, and then works on each of them.
type Block struct {
	Attention struct {
		Query  *nn.Linear `nn:"W_q"`
		Key    *nn.Linear `nn:"W_k"`
		Value  *nn.Linear `nn:"W_v"`
		Output *nn.Linear `nn:"W_out"`
	}
	AttentionNorm *nn.LayerNorm `nn:"attention_normalization"` // nil in the first block
	ForwardNorm   *nn.LayerNorm `nn:"ffn_normalization"`
	Forward       struct {
		Linear1, Linear2 *nn.Linear
	} `nn:"ffn"`
	heads               int
	attentionDrop, drop *nn.Dropout
}

func newBlock(r *rng.Rand, c Config, first bool) *Block {
	b := &Block{heads: c.Heads, ForwardNorm: nn.NewLayerNorm(c.Width), attentionDrop: nn.NewDropout(r, c.AttentionDropout), drop: nn.NewDropout(r, c.Dropout)}
	for _, l := range []**nn.Linear{&b.Attention.Query, &b.Attention.Key, &b.Attention.Value, &b.Attention.Output} {
		*l = nn.NewLinear(r, c.Width, c.Width)
		nn.Reset(&(*l).Bias, nn.Constant(0), r.Next())
	}
	if !first {
		b.AttentionNorm = nn.NewLayerNorm(c.Width)
	}
	b.Forward.Linear1, b.Forward.Linear2 = nn.NewLinear(r, c.Width, 2*c.Hidden), nn.NewLinear(r, c.Hidden, c.Width)
	return b
}

// forward returns the block of t [n f+1 d], or of its first token alone.
func (b *Block) forward(p *nn.Pass, t *tensor.Tensor, firstAlone bool) *tensor.Tensor {
	y := t
	if b.AttentionNorm != nil {
		y = b.AttentionNorm.Forward(p, t)
	}
	of := y
	if firstAlone {
		of, t = y.Slice(1, 0, 1), t.Slice(1, 0, 1)
	}
	t = t.Add(b.attend(p, of, y))
	y = b.Forward.Linear1.Forward(p, b.ForwardNorm.Forward(p, t))
	return t.Add(b.Forward.Linear2.Forward(p, b.drop.Forward(p, op.Reglu(y, -1))))
}

// attend lets tokens x look at tokens y.
func (b *Block) attend(p *nn.Pass, x, y *tensor.Tensor) *tensor.Tensor {
	heads := func(l *nn.Linear, t *tensor.Tensor) *tensor.Tensor { // [n h f d/h]
		return l.Forward(p, t).Reshape(t.Dim(0), t.Dim(1), b.heads, -1).Transpose(1, 2)
	}
	q, k, v := heads(b.Attention.Query, x), heads(b.Attention.Key, y), heads(b.Attention.Value, y)
	weights := b.attentionDrop.Forward(p, op.AttentionWeights(q, k, op.AttentionConfig{}))
	return b.Attention.Output.Forward(p, weights.MatMul(v).Transpose(1, 2).Flatten(2, 3))
}
