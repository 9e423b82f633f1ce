package op

import (
	"slices"

	"github.com/jimu-ml/jimu/tensor"
)

// Embedding looks rows up in a table.
//
//	weight [v d], ids […] of int64 or int32 → y […, d]
//	y[i] = weight[ids[i]]
//
// The gradient of a row is the sum over the places where it was looked up, in a fixed order. It panics with a
// [tensor.Error] if an id is outside the table.
//
// Bengio, Ducharme, Vincent and Jauvin, A Neural Probabilistic Language Model, 2003.
func Embedding(weight, ids *tensor.Tensor) *tensor.Tensor {
	if weight.Rank() != 2 {
		panic(tensor.Errorf("Embedding", "weight %v is not [v d]", weight))
	}
	checkIDs("Embedding", ids)
	shape := append(slices.Clone(ids.Shape()), weight.Dim(1))
	return weight.Take(0, ids.Reshape(ids.Len())).Reshape(shape...)
}
