package nn

import (
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// Embedding is a table with a row for each id.
//
//	ids […] of int64 or int32 → y […, d]
//
// See [op.Embedding].
type Embedding struct {
	Weight tensor.Param // [v d]
}

// NewEmbedding returns a table of v rows of length d, standard normal, as in PyTorch.
func NewEmbedding(r *rng.Rand, v, d int) *Embedding {
	l := new(Embedding)
	l.Weight.Value = Normal(1)(r.Next(), v, d)
	return l
}

// Forward returns the rows of ids.
func (l *Embedding) Forward(p *Pass, ids *tensor.Tensor) *tensor.Tensor {
	// Many gradients add up in one row of the table.
	return p.lower(op.Embedding(p.UseFull(&l.Weight), ids))
}
