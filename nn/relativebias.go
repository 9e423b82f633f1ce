package nn

import (
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// RelativeBias is a learned bias of the logits of an attention, for each head and each bucket of distances.
//
//	q [b h t d], k [b g s d] → mask [h t s]
//	mask[m, i, j] = weight[bucket(i + s − t − j), m]
//
// It takes the place of positions. See [op.RelativeBuckets]; T5 has one for all layers of a stack.
type RelativeBias struct {
	Weight  tensor.Param // [buckets heads]
	Buckets op.RelativeBuckets
}

// NewRelativeBias returns biases for so many heads, standard normal, as PyTorch's embeddings are.
func NewRelativeBias(r *rng.Rand, heads int, c op.RelativeBuckets) *RelativeBias {
	l := &RelativeBias{Buckets: c}
	l.Weight.Value = Normal(1)(r.Next(), c.Len(), heads)
	return l
}

// Mask returns the biases for queries and keys of those shapes, where the last query stands at the last key.
func (l *RelativeBias) Mask(p *Pass, q, k *tensor.Tensor) *tensor.Tensor {
	w := p.UseFull(&l.Weight)
	if q.Rank() != 4 || k.Rank() != 4 || w.Dim(1) != q.Dim(1) {
		panic(tensor.Errorf("RelativeBias", "q %v and k %v are not [b h t d] and [b g s d] for the heads of the weight %v", q, k, w))
	}
	return l.Between(p, q.Dim(2), k.Dim(2))
}

// Between returns the biases, [h t s], for the last t of s tokens that look at all of them.
func (l *RelativeBias) Between(p *Pass, t, s int) *tensor.Tensor {
	w := p.UseFull(&l.Weight)
	ids := make([]int64, t*s)
	for i := range ids {
		ids[i] = int64(l.Buckets.Of(i/s + s - t - i%s))
	}
	return op.Embedding(w, tensor.Of(ids, t, s).To(w.Device())).Permute(2, 0, 1)
}
