package nn

import (
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// AdditiveAttention lets the states of a decoder look at those of an encoder, by the judgement of a small network.
//
//	x [b t d], memory [b s m] → y [b t m]
//	y = softmax(scores) memory     scores[i, j] = v · tanh(W x[i] + U memory[j] + b), of h numbers
//
// See [op.AdditiveAttention].
//
// Bahdanau, Cho and Bengio, Neural Machine Translation by Jointly Learning to Align and Translate, 2014
// (arXiv:1409.0473), section 3.1 and appendix A.1.2.
type AdditiveAttention struct {
	Query *Linear      // d to h
	Key   *Linear      // m to h, without bias
	Scale tensor.Param // v [h]
}

// NewAdditiveAttention returns a layer for states of width d that look at a memory of width m, with h numbers to judge by.
func NewAdditiveAttention(r *rng.Rand, d, m, h int) *AdditiveAttention {
	l := &AdditiveAttention{Query: NewLinear(r, d, h), Key: NewLinearNoBias(r, m, h)}
	l.Scale.Value = fanIn(h)(r.Next(), h)
	return l
}

// Forward lets the states of x look at each other.
func (l *AdditiveAttention) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	y, _ := l.Attend(p, x, x, nil)
	return y
}

// Attend lets the states of x look at memory where the mask, Bool that broadcasts to [b t s], is true; nil means everywhere.
// It returns also the weights [b t s].
func (l *AdditiveAttention) Attend(p *Pass, x, memory, mask *tensor.Tensor) (y, weights *tensor.Tensor) {
	weights = op.AdditiveAttentionWeights(l.Query.Forward(p, x), l.Key.Forward(p, memory), p.Use(&l.Scale), mask)
	return weights.MatMul(p.like(weights, memory)), weights
}

// MultiplicativeAttention lets the states of a decoder look at those of an encoder, by a bilinear form.
//
//	x [b t d], memory [b s m] → y [b t m]
//	y = softmax(x W memoryᵀ) memory
//
// Nothing is scaled, as in the paper, whose score "general" this is; without a weight it is "dot", and m = d.
//
// Luong, Pham and Manning, Effective Approaches to Attention-based Neural Machine Translation, 2015 (arXiv:1508.04025),
// section 3.1.
type MultiplicativeAttention struct {
	Weight tensor.Param // [m d], or without value
}

// NewMultiplicativeAttention returns a layer for states of width d that look at a memory of width m, uniform in ±1/√d.
func NewMultiplicativeAttention(r *rng.Rand, d, m int) *MultiplicativeAttention {
	l := new(MultiplicativeAttention)
	l.Weight.Value = fanIn(d)(r.Next(), m, d)
	return l
}

// Forward lets the states of x look at each other.
func (l *MultiplicativeAttention) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	return l.Attend(p, x, x, nil)
}

// Attend lets the states of x look at memory where the mask, Bool that broadcasts to [b t s], is true; nil means everywhere.
func (l *MultiplicativeAttention) Attend(p *Pass, x, memory, mask *tensor.Tensor) *tensor.Tensor {
	q, k, c := l.prepare(p, x, memory, mask)
	return op.Attention(q, k, k, c).Squeeze(1)
}

// Weights returns the weights of [MultiplicativeAttention.Attend], [b t s].
func (l *MultiplicativeAttention) Weights(p *Pass, x, memory, mask *tensor.Tensor) *tensor.Tensor {
	q, k, c := l.prepare(p, x, memory, mask)
	return op.AttentionWeights(q, k, c).Squeeze(1)
}

func (l *MultiplicativeAttention) prepare(p *Pass, x, memory, mask *tensor.Tensor) (q, k *tensor.Tensor, c op.AttentionConfig) {
	if x.Rank() != 3 || memory.Rank() != 3 {
		panic(tensor.Errorf("MultiplicativeAttention", "%v and %v are not [b t d] and [b s m]", x, memory))
	}
	if w := p.Use(&l.Weight); w != nil {
		x = op.Linear(p.like(w, x), w, nil)
	}
	if mask != nil {
		for mask.Rank() < 3 {
			mask = mask.Unsqueeze(0)
		}
		mask = mask.Unsqueeze(1)
	}
	return x.Unsqueeze(1), p.like(x, memory).Unsqueeze(1), op.AttentionConfig{Scale: 1, Mask: mask}
}
