package nn

import (
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// AttentionConfig says how a [MultiHeadAttention] attends. The zero value is the encoder's of the paper.
type AttentionConfig struct {
	Groups int  // heads of keys and values, each shared by heads/groups heads of queries; 0 means as many as heads
	Causal bool // a token sees those up to itself
	NoBias bool // in the projections
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
	return &MultiHeadAttention{
		QKV: linear(r, width, (heads+2*groups)*(width/heads)), Output: linear(r, width, width), Heads: heads, Causal: c.Causal,
	}
}

// Forward lets the tokens of x look at each other.
func (l *MultiHeadAttention) Forward(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	y := op.SelfAttention(l.project(p, x), l.Heads, op.AttentionConfig{Causal: l.Causal})
	return l.Output.Forward(p, y.Flatten(2, 3))
}

// project returns the queries, keys and values of x, [b t h+2g d/h].
func (l *MultiHeadAttention) project(p *Pass, x *tensor.Tensor) *tensor.Tensor {
	if x.Rank() != 3 || x.Dim(2)%l.Heads != 0 {
		panic(tensor.Errorf("MultiHeadAttention", "%v is not [b t d] with d a multiple of the %d heads", x, l.Heads))
	}
	return l.QKV.Forward(p, x).Reshape(x.Dim(0), x.Dim(1), -1, x.Dim(2)/l.Heads)
}
