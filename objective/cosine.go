package objective

import (
	"slices"

	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// CosineDistance returns one minus the cosine of the angle between predictions and targets. Its count is the number of
// vectors.
//
//	prediction [… d], target [… d]
//	sum = Σ 1 − x·y / (max(‖x‖, ε) max(‖y‖, ε))     ε = 10⁻⁸
//
// The lengths of the vectors do not matter; one of zeros is at a right angle to all. Keras's CosineSimilarity has −cos, which
// is one less.
//
// It panics with a [tensor.Error] if the shapes differ, even if they would broadcast, or if there is no axis.
func CosineDistance(prediction, target *tensor.Tensor) Loss {
	x, y := pair("CosineDistance", prediction, target)
	if x.Rank() == 0 {
		panic(tensor.Errorf("CosineDistance", "predictions without an axis are no vectors"))
	}
	cos := unit(x).Mul(unit(y)).Sum(-1)
	return Loss{cos.Neg().AddScalar(1).Sum(), float64(cos.Len())}
}

// unit returns x with each vector of the last axis at length 1, zeros where it is shorter than 1e-8.
func unit(x *tensor.Tensor) *tensor.Tensor { return x.Div(length(x, 1e-8)) }

// length returns the lengths of the vectors of the last axis, at least eps, with the axis kept. They have no gradient where
// they are less.
func length(x *tensor.Tensor, eps float64) *tensor.Tensor {
	square := x.Square().SumKeep(-1)
	return square.Maximum(square.FullLike(eps * eps)).Sqrt()
}

// CosineEmbeddingLoss draws pairs that belong together to one direction, and others apart. Its count is the number of pairs.
//
//	a, b [n d], together [n] of 1, and of −1 or 0 where they do not belong together
//	sum = Σ 1 − cos(a, b) where together, else max(0, cos(a, b) − margin)
//
// It panics with a [tensor.Error] if the shapes do not fit.
type CosineEmbeddingLoss struct {
	Margin float64 // what cosine is left to pairs that do not belong together; −1 … 1, usually 0 … 0.5
}

// Loss returns the loss of a batch.
func (o CosineEmbeddingLoss) Loss(a, b, together *tensor.Tensor) Loss {
	x, y := vectors("CosineEmbedding", a, b)
	yes := flags("CosineEmbedding", together, x, x.Dim(0))
	cos := unit(x).Mul(unit(y)).Sum(1)
	each := tensor.Where(yes, cos.Neg().AddScalar(1), op.Relu(cos.AddScalar(-o.Margin)))
	return Loss{each.Sum(), float64(x.Dim(0))}
}

// vectors checks that a and b are vectors of one shape [n d], and returns them in one type.
func vectors(op string, a, b *tensor.Tensor) (x, y *tensor.Tensor) {
	x, y = pair(op, a, b)
	if x.Rank() != 2 {
		panic(tensor.Errorf(op, "vectors of shape %v; want [n d]", a))
	}
	return x, y
}

// flags returns which of the elements of x are above 0, as booleans on the device of like; it has the shape given.
func flags(op string, x, like *tensor.Tensor, shape ...int) *tensor.Tensor {
	if !slices.Equal(x.Shape(), shape) {
		panic(tensor.Errorf(op, "a target of shape %v; want %v", x, shape))
	}
	x = x.Detach().To(like.Device()).Cast(like.DType())
	return x.Greater(x.FullLike(0))
}
