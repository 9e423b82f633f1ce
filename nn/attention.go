package nn

import (
	"math"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// AttentionConfig says how a [MultiHeadAttention] attends. The zero value is the encoder's of the paper.
type AttentionConfig struct {
	Groups   int              // heads of keys and values, each shared by heads/groups heads of queries; 0 means as many as heads
	Causal   bool             // a token sees those up to itself
	Window   int              // a token sees those less than that far away; 0 means all
	Rotary   *op.RotaryConfig // turns queries and keys by their positions, if not nil; see [op.Rotary]
	ALiBi    bool             // far tokens count less; see [op.ALiBi]
	Relative PositionBias     // learned biases by distance, if not nil: [RelativeBias], which layers may share, or [RelativeKeys]
	Dropout  float64          // of the weights, in training
	NoBias   bool             // in the projections
}

// MultiHeadAttention lets every token look at the others, in several heads at once.
//
//	x [b t d] → y [b t d]
//	q, k, v = the heads of x·Wᵀ + b    y = (softmax(q kᵀ/√(d/h)) v of all heads, side by side)·Oᵀ + o
//
// Queries, keys and values are one projection, whose rows are those of the queries' heads, then the keys', then the
// values'. See [op.SelfAttention].
type MultiHeadAttention struct {
	QKV    Layer // a map to (h+2g)·d/h: a [Linear], or what stands for one
	Output Layer // a map to d
	Heads  int
	Causal bool

	Window   int
	Rotary   *op.RotaryConfig
	ALiBi    bool
	Relative PositionBias
	Drop     *Dropout `nn:"-"` // of the weights; nil drops nothing
}

// NewMultiHeadAttention returns a layer of that width. It panics with a [tensor.Error] unless the heads divide the width,
// and the groups the heads.
func NewMultiHeadAttention(r *rng.Rand, width, heads int, c AttentionConfig) *MultiHeadAttention {
	groups := c.Groups
	if groups == 0 {
		groups = heads
	}
	if heads < 1 || groups < 1 || width%heads != 0 || heads%groups != 0 {
		panic(tensor.Errorf("MultiHeadAttention", "width %d, %d heads and %d groups do not divide", width, heads, groups))
	}
	linear := NewLinear
	if c.NoBias {
		linear = NewLinearNoBias
	}
	l := &MultiHeadAttention{
		QKV: linear(r, width, (heads+2*groups)*(width/heads)), Output: linear(r, width, width), Heads: heads, Causal: c.Causal,
		Window: c.Window, Rotary: c.Rotary, ALiBi: c.ALiBi, Relative: c.Relative,
	}
	if c.Dropout > 0 {
		l.Drop = NewDropout(r, c.Dropout)
	}
	return l
}

// Forward lets the tokens of x look at each other.
func (l *MultiHeadAttention) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	return l.Masked(p, x, nil)
}

// Masked is [MultiHeadAttention.Forward] with a mask that broadcasts to [b h t t]: Bool, true where a token sees another, or
// floats that are added to the logits.
func (l *MultiHeadAttention) Masked(p *Pass, x, mask *tensor.Tensor) *tensor.Tensor {
	qkv := l.project(p, x, 0)
	q := qkv.Slice(2, 0, l.Heads).Transpose(1, 2)
	y := op.SelfAttention(qkv, l.Heads, l.config(p, q, q, op.AttentionConfig{Causal: l.Causal, Mask: mask}))
	return l.Output.Forward(p, y.Flatten(2, 3))
}

// Weights returns the weights of [MultiHeadAttention.Masked], [b h t t].
func (l *MultiHeadAttention) Weights(p *Pass, x, mask *tensor.Tensor) *tensor.Tensor {
	qkv := l.project(p, x, 0)
	groups := (qkv.Dim(2) - l.Heads) / 2
	parts := qkv.Transpose(1, 2).Split(1, l.Heads, groups, groups)
	c := op.AttentionConfig{Causal: l.Causal, Mask: mask}
	return op.AttentionWeights(parts[0], parts[1], l.config(p, parts[0], parts[1], c))
}

// config adds what the layer is like to a mask and an order for queries q [b h t d] and keys k [b g s d].
func (l *MultiHeadAttention) config(p *Pass, q, k *tensor.Tensor, c op.AttentionConfig) op.AttentionConfig {
	c.Window = l.Window
	if l.ALiBi {
		c.Mask = joined(c.Mask, op.ALiBi(q, k))
	}
	if l.Relative != nil {
		c.Mask = joined(c.Mask, l.Relative.Mask(p, q, k))
	}
	return dropping(p, l.Drop, c)
}

// dropping adds a layer's dropout, in training.
func dropping(p *Pass, drop *Dropout, c op.AttentionConfig) op.AttentionConfig {
	if drop != nil && p.Training() {
		c.Dropout, c.Key = drop.Rate, p.Random(drop.Key)
	}
	return c
}

// joined returns a mask that hides and adds what both do, either of which may be nil.
func joined(a, b *tensor.Tensor) *tensor.Tensor {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	case a.DType() != device.Bool && b.DType() != device.Bool:
		return a.Add(b)
	case a.DType() != device.Bool:
		a, b = b, a
		fallthrough
	case b.DType() != device.Bool:
		return tensor.Where(a, b, b.FullLike(math.Inf(-1)))
	}
	return a.And(b)
}

// project returns the queries, keys and values of x, [b t h+2g d/h], the first of which stands at that position.
func (l *MultiHeadAttention) project(p *Pass, x *tensor.Tensor, first int) *tensor.Tensor {
	if x.Rank() != 3 || x.Dim(2)%l.Heads != 0 {
		panic(tensor.Errorf("MultiHeadAttention", "%v is not [b t d] with d a multiple of the %d heads", x, l.Heads))
	}
	qkv := l.QKV.Forward(p, x).Reshape(x.Dim(0), x.Dim(1), -1, x.Dim(2)/l.Heads)
	if l.Rotary == nil {
		return qkv
	}
	c := *l.Rotary
	c.First += first
	c.Heads = l.Heads + (qkv.Dim(2)-l.Heads)/2
	return op.Rotary(qkv, c)
}
