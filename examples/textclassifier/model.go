package main

import (
	"github.com/jimu-ml/jimu/data/text"
	"github.com/jimu-ml/jimu/nn"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A classifier is a bag of embeddings: the mean of the vectors of a message's words, and one logit of it.
//
//	ids [n t] → vectors [n t d] → mean over the words [n d] → logit [n]
//
// The article announces a pre-trained Transformer. This is neither: it has no attention and begins with random numbers. Its
// last layer has one unit, because there is one yes or no to tell; the article leaves the number open. There is no sigmoid: the
// objective takes logits, which is more exact.
type classifier struct {
	Embedding *nn.Embedding
	Out       *nn.Linear

	padded bool // average the padding in, as the article does
}

func newClassifier(r *rng.Rand, words, width int) *classifier {
	return &classifier{Embedding: nn.NewEmbedding(r, words, width), Out: nn.NewLinear(r, width, 1)}
}

// Forward returns the logits of messages.
func (m *classifier) Forward(p *nn.Pass, ids *tensor.Tensor) *tensor.Tensor {
	v := m.Embedding.Forward(p, ids)
	var mean *tensor.Tensor
	if m.padded {
		mean = v.Mean(1)
	} else {
		mean = maskedMean(v, text.Mask(ids))
	}
	return m.Out.Forward(p, mean).Squeeze(-1)
}

// maskedMean returns the mean of the vectors v [n t d] over the places where mask [n t] is true; 0 if there is none.
//
// A mean over all places takes the padding for words, and a message then says something else in a longer batch. On these
// messages, all padded alike, that does no harm, because spam is long and the padding tells how short a message is.
func maskedMean(v, mask *tensor.Tensor) *tensor.Tensor {
	m := mask.Cast(v.DType()).Unsqueeze(-1)     // [n t 1]
	count := m.Sum(1).Maximum(m.FullLike(1, 1)) // [n 1]
	return v.Mul(m).Sum(1).Div(count)
}
