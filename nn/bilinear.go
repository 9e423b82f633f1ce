package nn

import (
	"math"

	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// Bilinear is a map of two vectors that is linear in each. See [op.Bilinear].
//
//	x [… m], z [… n] → y [… out]
type Bilinear struct {
	Weight tensor.Param // [out m n]
	Bias   tensor.Param // [out], or without value
}

// NewBilinear returns a layer for vectors of lengths m and n, with weight and bias uniform in ±1/√m, as in PyTorch.
func NewBilinear(r *rng.Rand, m, n, out int) *Bilinear {
	l := new(Bilinear)
	bound := 1 / math.Sqrt(float64(max(1, m)))
	l.Weight.Value = Uniform(-bound, bound)(r.Next(), out, m, n)
	l.Bias.Value = Uniform(-bound, bound)(r.Next(), out)
	return l
}

// Forward returns the map of x and z.
func (l *Bilinear) Forward(p *Pass, x, z *tensor.Tensor) *tensor.Tensor {
	w := p.Use(&l.Weight)
	return op.Bilinear(p.like(w, x), p.like(w, z), w, p.Use(&l.Bias))
}

// EmbeddingBag looks up a row for each id of a bag, and joins them to one. See [op.EmbeddingBag].
//
//	ids [… t] of int64 or int32 → y [… d]
type EmbeddingBag struct {
	Weight tensor.Param // [v d]
	Config op.BagConfig
}

// NewEmbeddingBag returns a table of v rows of length d, standard normal, as in PyTorch. The zero Config takes means.
func NewEmbeddingBag(r *rng.Rand, v, d int, c op.BagConfig) *EmbeddingBag {
	l := &EmbeddingBag{Config: c}
	l.Weight.Value = Normal(1)(r.Next(), v, d)
	return l
}

// Forward returns a row for each bag.
func (l *EmbeddingBag) Forward(p *Pass, ids *tensor.Tensor) *tensor.Tensor {
	return p.lower(op.EmbeddingBag(p.UseFull(&l.Weight), ids, nil, l.Config))
}
