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
	Fixed  []int64      // ids whose rows learn nothing, such as that of padding
}

// NewEmbedding returns a table of v rows of length d, standard normal, as in PyTorch.
func NewEmbedding(r *rng.Rand, v, d int) *Embedding {
	l := new(Embedding)
	l.Weight.Value = Normal(1)(r.Next(), v, d)
	return l
}

// Padding makes the row of an id zeros that learn nothing, and returns the layer.
func (l *Embedding) Padding(id int64) *Embedding {
	v, d := l.Weight.Value.Dim(0), l.Weight.Value.Dim(1)
	if id < 0 || id >= int64(v) {
		panic(tensor.Errorf("Embedding", "padding %d is outside the table %v", id, l.Weight.Value))
	}
	l.Weight.Value.Slice(0, int(id), int(id)+1).CopyFrom(tensor.Zeros(1, d))
	l.Fixed = append(l.Fixed, id)
	return l
}

// Forward returns the rows of ids.
func (l *Embedding) Forward(p *Pass, ids *tensor.Tensor) *tensor.Tensor {
	// Many gradients add up in one row of the table.
	y := op.Embedding(p.UseFull(&l.Weight), ids)
	for _, id := range l.Fixed {
		at := ids.Unsqueeze(-1)
		y = tensor.Where(at.Equal(at.FullLike(float64(id))), y.Detach(), y)
	}
	return p.lower(y)
}
