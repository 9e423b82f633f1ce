package nn

import (
	"math"

	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// A PositionBias makes a mask of floats that tells an attention how queries and keys stand to each other.
type PositionBias interface {
	// Mask returns what is added to the logits of q [b h t d] and k [b g s d], where the last query stands at the last key.
	Mask(p *Pass, q, k *tensor.Tensor) *tensor.Tensor
}

// RelativeKeys is a learned vector for each distance between tokens, which queries meet beside the keys.
//
//	q [b h t d], k [b g s d] → mask [b h t s]
//	mask[i, j] = q[i] · weight[most + distance] / √d     distance = j − i − (s − t), no further than most on either side
//
// All heads share the vectors. The paper's vectors for the values are left out, as they were found to add little.
//
// Shaw, Uszkoreit and Vaswani, Self-Attention with Relative Position Representations, 2018 (arXiv:1803.02155), equation 5.
type RelativeKeys struct {
	Weight tensor.Param // [2·most + 1, d]
}

// NewRelativeKeys returns vectors for heads of width d, up to that distance, Xavier uniform.
func NewRelativeKeys(r *rng.Rand, d, most int) *RelativeKeys {
	l := new(RelativeKeys)
	l.Weight.Value = XavierUniform(1)(r.Next(), 2*most+1, d)
	return l
}

// Mask returns what the queries make of their distances to the keys.
func (l *RelativeKeys) Mask(p *Pass, q, k *tensor.Tensor) *tensor.Tensor {
	w := p.UseFull(&l.Weight)
	if q.Rank() != 4 || k.Rank() != 4 || w.Dim(1) != q.Dim(3) {
		panic(tensor.Errorf("RelativeKeys", "q %v and k %v are not [b h t d] and [b g s d] for the vectors %v", q, k, w))
	}
	t, s, most := q.Dim(2), k.Dim(2), w.Dim(0)/2
	ids := make([]int64, t*s)
	for i := range ids {
		ids[i] = int64(most + min(most, max(-most, i%s-i/s-(s-t))))
	}
	vectors := op.Embedding(w, tensor.Of(ids).Reshape(t, s).To(q.Device())) // [t s d]
	q = q.Cast(w.DType()).Transpose(1, 2)                                   // [b t h d]
	return q.MatMul(vectors.T()).Transpose(1, 2).Scale(1 / math.Sqrt(float64(w.Dim(1))))
}
