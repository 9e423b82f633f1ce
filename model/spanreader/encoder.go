package spanreader

import (
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// An Encoder makes vectors of the tokens of a text, each of which has seen its neighbours.
//
//	ids [n t c] → [n t d]
type Encoder struct {
	Embedding *nn.Embedding
	Blocks    []*Block
	drop      *nn.Dropout
}

func newEncoder(r *rng.Rand, tokens int, c Config) *Encoder {
	e := &Encoder{Embedding: nn.NewEmbedding(r, tokens, c.Width), Blocks: newBlocks(r, c.Below, c), drop: nn.NewDropout(r, c.Dropout)}
	nn.Reset(&e.Embedding.Weight, nn.Normal(0.3), r.Next())
	return e
}

// Forward returns the vectors.
func (e *Encoder) Forward(p *nn.Pass, ids *tensor.Tensor) *tensor.Tensor {
	x := op.EmbeddingBag(p.Use(&e.Embedding.Weight), ids, nil, op.BagConfig{Mode: "sum"})
	x = e.drop.Forward(p, x)
	mask := there(ids).Cast(x.DType()).Unsqueeze(2)
	for _, b := range e.Blocks {
		x = b.masked(p, x, mask)
	}
	return x
}

// A Block adds to each token what a gated convolution makes of it and its neighbours.
//
//	x [n t d] → y [n t d]
//	y = x + glu(conv(layernorm(x)))
//
// Dauphin, Fan, Auli and Grangier, Language Modeling with Gated Convolutional Networks, 2016 (arXiv:1612.08083).
type Block struct {
	Norm *nn.LayerNorm
	Conv *nn.Conv1d
	drop *nn.Dropout
}

// newBlocks returns blocks that look one, two, four tokens far, and again.
func newBlocks(r *rng.Rand, n int, c Config) []*Block {
	all := make([]*Block, n)
	for i := range all {
		apart := 1 << (i % 3)
		conv := nn.NewConv1d(r, c.Width, 2*c.Width, c.Size, nn.ConvConfig{Pad: apart * (c.Size / 2), Dilation: apart})
		all[i] = &Block{Norm: nn.NewLayerNorm(c.Width), Conv: conv, drop: nn.NewDropout(r, c.Dropout)}
	}
	return all
}

// masked runs a block over tokens of which those that are not there, 0 in the mask [n t 1], say nothing to the others.
func (b *Block) masked(p *nn.Pass, x, mask *tensor.Tensor) *tensor.Tensor {
	y := b.Norm.Forward(p, x).Mul(mask).Transpose(1, 2) // [n d t]
	y = op.Glu(b.Conv.Forward(p, y), 1).Transpose(1, 2)
	return x.Add(b.drop.Forward(p, y))
}

// Forward runs the block over tokens that are all there.
func (b *Block) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	return b.masked(p, x, x.FullLike(1, x.Dim(0), x.Dim(1), 1))
}

// Masked says which words were hidden in a text: what an encoder learns of texts without questions. Its last matrix is that of
// the embeddings of words, the first ids.
//
// Devlin, Chang, Lee and Toutanova, BERT, 2018 (arXiv:1810.04805), section 3.1.
type Masked struct {
	Encoder   *Encoder
	Transform *nn.Linear
	Norm      *nn.LayerNorm
	Bias      tensor.Param // [words]
}

// NewMasked returns what is put upon a reader's encoder to learn words.
func NewMasked(r *rng.Rand, m *Model, words int) *Masked {
	d := m.Encoder.Embedding.Weight.Value.Dim(1)
	h := &Masked{Encoder: m.Encoder, Transform: nn.NewLinear(r, d, d), Norm: nn.NewLayerNorm(d)}
	h.Bias.Value = tensor.Zeros(words)
	return h
}

// Logits returns what the words are at some places of texts.
//
//	ids [n t c], at [m] places from 0 to n·t → [m words]
func (h *Masked) Logits(p *nn.Pass, ids, at *tensor.Tensor) *tensor.Tensor {
	x := h.Encoder.Forward(p, ids)
	x = x.Reshape(x.Dim(0)*x.Dim(1), x.Dim(2)).Take(0, at)
	x = h.Norm.Forward(p, op.Gelu(h.Transform.Forward(p, x)))
	bias := p.Use(&h.Bias)
	words := p.Use(&h.Encoder.Embedding.Weight).Slice(0, 0, bias.Dim(0))
	return x.MatMul(words.T()).Add(bias)
}
