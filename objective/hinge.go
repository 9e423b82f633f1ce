package objective

import (
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// Hinge returns the loss of support vector machines. Its count is the number of elements.
//
//	prediction [n …] x, target [n …] of 1, and of −1 or 0 for the other class: t = ±1
//	sum = Σ max(0, 1 − t x)
//
// What is right by a margin of 1 costs nothing.
//
// It panics with a [tensor.Error] if the shapes differ, even if they would broadcast.
//
// Cortes and Vapnik, Support-Vector Networks, 1995.
func Hinge(prediction, target *tensor.Tensor) Loss {
	x, t := signed("Hinge", prediction, target)
	return Loss{op.Relu(x.Mul(t).Neg().AddScalar(1)).Sum(), float64(x.Len())}
}

// SquaredHinge returns the square of what [Hinge] sums up. Its count is the number of elements.
//
//	prediction [n …] x, target [n …] of 1, and of −1 or 0 for the other class: t = ±1
//	sum = Σ max(0, 1 − t x)²
//
// It panics with a [tensor.Error] if the shapes differ, even if they would broadcast.
func SquaredHinge(prediction, target *tensor.Tensor) Loss {
	x, t := signed("SquaredHinge", prediction, target)
	return Loss{op.Relu(x.Mul(t).Neg().AddScalar(1)).Square().Sum(), float64(x.Len())}
}

// SoftMargin returns the logistic loss. Its count is the number of elements.
//
//	prediction [n …] x, target [n …] of 1, and of −1 or 0 for the other class: t = ±1
//	sum = Σ ln(1 + exp(−t x))
//
// It is [BinaryCrossEntropy] of logits, with targets of ±1. The unit is nats.
//
// It panics with a [tensor.Error] if the shapes differ, even if they would broadcast.
func SoftMargin(prediction, target *tensor.Tensor) Loss {
	x, t := signed("SoftMargin", prediction, target)
	return Loss{op.Softplus(x.Mul(t).Neg()).Sum(), float64(x.Len())}
}

// HingeEmbeddingLoss makes predictions small where the target is 1, and larger than a margin elsewhere: for distances of
// pairs that belong together or do not. Its count is the number of elements.
//
//	prediction [n …] x, target [n …] of 1, and of −1 or 0 elsewhere
//	sum = Σ x where 1, else max(0, margin − x)
//
// It panics with a [tensor.Error] if the shapes differ, even if they would broadcast.
type HingeEmbeddingLoss struct {
	Margin float64 // 0 means 1
}

// Loss returns the loss of a batch.
func (o HingeEmbeddingLoss) Loss(prediction, target *tensor.Tensor) Loss {
	x, t := signed("HingeEmbedding", prediction, target)
	apart := op.Relu(x.Neg().AddScalar(or(o.Margin, 1)))
	return Loss{tensor.Where(t.Greater(t.FullLike(0)), x, apart).Sum(), float64(x.Len())}
}
