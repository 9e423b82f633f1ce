package nn

import (
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// MeanSteps is the mean over the steps of sequences.
//
//	x [n t d] → y [n d]
//
// See [op.MaskedMean] for sequences of their own lengths.
type MeanSteps struct{}

// Forward returns the mean of all steps.
func (MeanSteps) Forward(_ *Pass, x *tensor.Tensor) *tensor.Tensor { return x.Mean(1) }

// MaxSteps is the largest of each number over the steps of sequences.
//
//	x [n t d] → y [n d]
//
// See [op.MaskedMax] for sequences of their own lengths.
type MaxSteps struct{}

// Forward returns the largest of all steps.
func (MaxSteps) Forward(_ *Pass, x *tensor.Tensor) *tensor.Tensor { return x.Max(1) }

// FirstStep is the first step of sequences, as that of BERT's token [CLS].
//
//	x [n t d] → y [n d]
type FirstStep struct{}

// Forward returns the first step.
func (FirstStep) Forward(_ *Pass, x *tensor.Tensor) *tensor.Tensor { return x.Select(1, 0) }

// LastStep is the last step of sequences.
//
//	x [n t d] → y [n d]
//
// See [op.LastStep] for sequences of their own lengths.
type LastStep struct{}

// Forward returns the last step.
func (LastStep) Forward(_ *Pass, x *tensor.Tensor) *tensor.Tensor { return x.Select(1, -1) }

// AttentionPool is a mean over the steps of sequences, weighted by how well they fit a learned query.
//
//	x [n t d] → y [n d]
//	y = Σ softmax(u · tanh(W x + b)) x     softmax over the steps, u [h] learned
//
// Yang and others, Hierarchical Attention Networks for Document Classification, 2016, equations 5 to 7.
type AttentionPool struct {
	Key   *Linear      // to h
	Query tensor.Param // [h]
}

// NewAttentionPool returns a layer for steps of width d, with h numbers to judge them by. The query is uniform in ±1/√h.
func NewAttentionPool(r *rng.Rand, d, h int) *AttentionPool {
	l := &AttentionPool{Key: NewLinear(r, d, h)}
	l.Query.Value = fanIn(h)(r.Next(), h)
	return l
}

// Forward returns the weighted mean of all steps.
func (l *AttentionPool) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor { return l.Masked(p, x, nil) }

// Masked is [AttentionPool.Forward] over the steps where the mask, [n t] of Bool, is true; without any such step the
// result is 0.
func (l *AttentionPool) Masked(p *Pass, x, mask *tensor.Tensor) *tensor.Tensor {
	if x.Rank() != 3 {
		panic(tensor.Errorf("AttentionPool", "%v is not [n t d]", x))
	}
	k := l.Key.Forward(p, x).Tanh()
	q := p.Use(&l.Query).Reshape(1, 1, 1, -1).Expand(x.Dim(0), 1, 1, k.Dim(2))
	if mask != nil {
		mask = mask.Unsqueeze(1).Unsqueeze(1)
	}
	y := op.Attention(p.like(k, q), k.Unsqueeze(1), p.like(k, x).Unsqueeze(1), op.AttentionConfig{Scale: 1, Mask: mask})
	return y.Reshape(x.Dim(0), x.Dim(2))
}
