package main

import (
	"context"
	"fmt"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/objective"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/optim"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
	"github.com/jimu-ml/jimu/train"
)

// gptWork trains a decoder: 4 layers of width 256 with 4 heads, on 8 sequences of 256 of 256 tokens.
var gptWork = work{"gpt", "samples/s", 8, func(d device.Device) func() error {
	const batch = 8
	size := decoderSize{layers: 4, width: 256, heads: 4, context: 256, vocabulary: 256}
	m := newDecoder(rng.New(0), size)
	x, y := tokens(5, size.vocabulary, batch, size.context).To(d), tokens(6, size.vocabulary, batch, size.context).To(d)
	opt := optim.New(optim.Adam{LR: 3e-4}, nn.Params(place(m, d)))
	return func() error {
		_, err := train.Step(context.Background(), opt, func(p *nn.Pass) objective.Loss {
			return objective.CrossEntropy(m.Forward(p, x), y)
		})
		return err
	}
}}

// bertWork is inference of an encoder, BERT-base without its head, on n sequences of 128 tokens.
func bertWork(n int) work {
	name := "bert"
	if n > 1 {
		name = fmt.Sprintf("bertb%d", n)
	}
	return work{name, "samples/s", float64(n), func(d device.Device) func() error {
		m := place(newEncoder(rng.New(0), encoderSize{layers: 12, width: 768, heads: 12, context: 512, vocabulary: 30522}), d)
		x := tokens(7, 30522, n, 128).To(d)
		return func() error {
			p := nn.NewPass(nn.PassConfig{})
			defer p.Close()
			m.Forward(p, x)
			return nil
		}
	}}
}

// decodeWork makes one token after 127 that are in the caches, with the weights as they are or rounded to so many bits. The
// vocabulary is of bytes, so that what is measured is the layers.
func decodeWork(name string, bits int) work {
	return work{name, "tokens/s", 1, func(d device.Device) func() error {
		size := decoderSize{layers: 12, width: 768, heads: 12, context: 128, vocabulary: 256}
		m := place(newDecoder(rng.New(0), size), d)
		if bits > 0 {
			m.quantize(bits)
		}
		caches := make([]*nn.KeyValueCache, size.layers)
		for i := range caches {
			caches[i] = nn.NewKeyValueCache(size.context)
		}
		decode := func(ids *tensor.Tensor, at int) {
			p := nn.NewPass(nn.PassConfig{})
			defer p.Close()
			for _, c := range caches {
				c.Truncate(at)
			}
			m.decode(p, ids, caches)
		}
		decode(tokens(8, size.vocabulary, 1, size.context-1).To(d), 0)
		next := tokens(9, size.vocabulary, 1, 1).To(d)
		return func() error {
			decode(next, size.context-1)
			return nil
		}
	}}
}

// quantize rounds the weights of the blocks.
func (m *decoder) quantize(bits int) {
	for _, b := range m.Blocks {
		for _, l := range []*nn.Layer{&b.Attention.QKV, &b.Attention.Output, &b.Up, &b.Down} {
			*l = newRoundedLinear((*l).(*nn.Linear), bits)
		}
	}
}

// A roundedLinear is a linear layer whose weight is rounded.
type roundedLinear struct {
	weight *op.Quantized
	Bias   tensor.Param
}

func newRoundedLinear(l *nn.Linear, bits int) *roundedLinear {
	r := &roundedLinear{weight: op.Quantize(l.Weight.Value, bits, 0)}
	r.Bias.Value = l.Bias.Value
	return r
}

// Forward returns the map of x.
func (l *roundedLinear) Forward(p *nn.Pass, x *tensor.Tensor) *tensor.Tensor {
	return op.LinearQuantized(x, l.weight, p.Use(&l.Bias))
}

// A decoder is the architecture of GPT: learned positions, norms in front, and a head of its own without bias.
type decoder struct {
	Tokens, Positions *nn.Embedding
	Blocks            []*nn.TransformerBlock
	Norm              *nn.LayerNorm
	Head              *nn.Linear
}

type decoderSize struct{ layers, width, heads, context, vocabulary int }

func newDecoder(r *rng.Rand, s decoderSize) *decoder {
	m := &decoder{Tokens: nn.NewEmbedding(r, s.vocabulary, s.width), Positions: nn.NewEmbedding(r, s.context, s.width)}
	for range s.layers {
		m.Blocks = append(m.Blocks, nn.NewTransformerBlock(r, s.width, s.heads, nn.TransformerConfig{Attention: nn.AttentionConfig{Causal: true}}))
	}
	m.Norm, m.Head = nn.NewLayerNorm(s.width), nn.NewLinearNoBias(r, s.width, s.vocabulary)
	return m
}

// Forward returns the logits of the tokens that follow each of ids [b t], [b t v].
func (m *decoder) Forward(p *nn.Pass, ids *tensor.Tensor) *tensor.Tensor {
	x := embedded(p, m.Tokens, m.Positions, ids, 0)
	for _, b := range m.Blocks {
		x = b.Forward(p, x)
	}
	return m.Head.Forward(p, m.Norm.Forward(p, x))
}

// decode is Forward for tokens that follow those in the caches, one for each block.
func (m *decoder) decode(p *nn.Pass, ids *tensor.Tensor, caches []*nn.KeyValueCache) *tensor.Tensor {
	x := embedded(p, m.Tokens, m.Positions, ids, caches[0].Len())
	for i, b := range m.Blocks {
		x = b.Decode(p, x, caches[i])
	}
	return m.Head.Forward(p, m.Norm.Forward(p, x))
}

// embedded returns the sums of the rows of tokens and of their positions, counted from first.
func embedded(p *nn.Pass, token, position *nn.Embedding, ids *tensor.Tensor, first int) *tensor.Tensor {
	return token.Forward(p, ids).Add(p.Use(&position.Weight).Slice(0, first, first+ids.Dim(1)))
}

// An encoder is the architecture of BERT: norms behind, every token sees every other, no head.
type encoder struct {
	Tokens, Positions, Kinds *nn.Embedding
	Norm                     *nn.LayerNorm
	Blocks                   []*nn.TransformerBlock
}

type encoderSize = decoderSize

func newEncoder(r *rng.Rand, s encoderSize) *encoder {
	m := &encoder{
		Tokens: nn.NewEmbedding(r, s.vocabulary, s.width), Positions: nn.NewEmbedding(r, s.context, s.width),
		Kinds: nn.NewEmbedding(r, 2, s.width), Norm: nn.NewLayerNorm(s.width),
	}
	for range s.layers {
		m.Blocks = append(m.Blocks, nn.NewTransformerBlock(r, s.width, s.heads, nn.TransformerConfig{PostNorm: true}))
	}
	return m
}

// Forward returns what the tokens ids [b t], all of the first kind, have become: [b t d].
func (m *encoder) Forward(p *nn.Pass, ids *tensor.Tensor) *tensor.Tensor {
	x := embedded(p, m.Tokens, m.Positions, ids, 0).Add(p.Use(&m.Kinds.Weight).Slice(0, 0, 1))
	x = m.Norm.Forward(p, x)
	for _, b := range m.Blocks {
		x = b.Forward(p, x)
	}
	return x
}

// tokens returns random ones.
func tokens(key uint64, vocabulary int, shape ...int) *tensor.Tensor {
	x := make([]int64, shape[0]*shape[1])
	for i := range x {
		x[i] = int64(rng.KeyOf(key).IntnAt(uint64(i), vocabulary))
	}
	return tensor.Of(x, shape...)
}
