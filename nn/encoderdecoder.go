package nn

import (
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// Transformer is an encoder and a decoder that looks at its result. Its parameters have PyTorch's names.
//
//	source [b s d], target [b t d] → y [b t d]
//
// Embeddings, positions and the map to the vocabulary are the caller's. There is a norm behind the encoder and another
// behind the decoder, as in PyTorch; the paper has none.
//
// Vaswani and others, Attention Is All You Need, 2017 (arXiv:1706.03762), figure 1.
type Transformer struct {
	Encoder *TransformerEncoder
	Decoder *TransformerDecoder
}

// TransformerMasks says which tokens see which. In the zero value those of the source all see each other, those of the
// target see what is up to themselves, and all of the source.
type TransformerMasks struct {
	Source AttendConfig // the source itself
	Target AttendConfig // the target itself, which is Causal unless Open
	Cross  AttendConfig // the source, from the target
	Open   bool         // the tokens of the target see what comes behind them
}

// NewTransformer returns an encoder and a decoder of so many layers each.
func NewTransformer(r *rng.Rand, layers, width, heads int, c TransformerLayerConfig) *Transformer {
	t := &Transformer{Encoder: NewTransformerEncoder(r, layers, width, heads, c), Decoder: NewTransformerDecoder(r, layers, width, heads, c)}
	t.Encoder.Norm, t.Decoder.Norm = NewLayerNorm(width), NewLayerNorm(width)
	return t
}

// Forward returns the decoder's result for target, which looks at source through the encoder.
func (t *Transformer) Forward(p *Pass, source, target *tensor.Tensor, m TransformerMasks) *tensor.Tensor {
	m.Target.Causal = !m.Open
	return t.Decoder.Forward(p, target, t.Encoder.Attend(p, source, m.Source), m.Target, m.Cross)
}
