package objective

import (
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// BinaryCrossEntropy returns the negative log-likelihood of yes-or-no targets, from logits. Its count is the number of
// elements.
//
//	logits [n …], target [n …] of 0 and 1, of booleans, or of probabilities
//	sum = −Σ y ln σ(z) + (1 − y) ln(1 − σ(z))
//
// See [BinaryCrossEntropyLoss].
func BinaryCrossEntropy(logits, target *tensor.Tensor) Loss {
	return BinaryCrossEntropyLoss{}.Loss(logits, target)
}

// BinaryCrossEntropyLoss is [BinaryCrossEntropy] with hyperparameters.
//
//	logits [… k], target [… k], w [k]
//	sum = −Σ w y ln σ(z) + (1 − y) ln(1 − σ(z))
//
// It is computed as w·y·ln(1 + e⁻ᶻ) + (1 − y)·ln(1 + eᶻ), which is finite and keeps its digits wherever z is; the
// gradient of the sum with w = 1 is σ(z) − y. The weights do not change the count, as in PyTorch. The unit is nats.
//
// With Probabilities the prediction is p = σ(z) itself, for models that end in one; digits near 0 and 1 are lost, and p counts
// as at least 10⁻⁷ and at most 1 − 10⁻⁷, with the gradient it has there, as in Keras.
//
// It panics with a [tensor.Error] if the shapes differ, even if they would broadcast.
type BinaryCrossEntropyLoss struct {
	PositiveWeight []float64 // w, of each label, which is the last axis, or one for all; nil means 1
	Probabilities  bool      // the predictions are probabilities, not logits
}

// Loss returns the loss of a batch.
func (o BinaryCrossEntropyLoss) Loss(logits, target *tensor.Tensor) Loss {
	const name = "BinaryCrossEntropy"
	z, y := pair(name, logits, target)
	hit, miss := o.costs(z)
	yes, no := y.Mul(hit), y.Neg().AddScalar(1).Mul(miss)
	switch w := o.PositiveWeight; {
	case len(w) == 0:
	case len(w) == 1:
		yes = yes.Scale(w[0])
	case z.Rank() > 0 && len(w) == z.Dim(-1):
		yes = yes.Mul(constant(z, w))
	default:
		panic(tensor.Errorf(name, "%d positive weights for logits of shape %v; want one, or one for each of the last axis", len(w), logits))
	}
	return Loss{yes.Add(no).Sum(), float64(z.Len())}
}

// costs returns −ln p and −ln(1 − p).
func (o BinaryCrossEntropyLoss) costs(z *tensor.Tensor) (hit, miss *tensor.Tensor) {
	if !o.Probabilities {
		return op.Softplus(z.Neg()), op.Softplus(z)
	}
	bare := z.Detach()
	inside := bare.Maximum(bare.FullLike(1e-7)).Minimum(bare.FullLike(1 - 1e-7))
	p := z.Sub(bare).Add(inside) // the bounds have no gradient of their own
	return p.Log().Neg(), p.Neg().AddScalar(1).Log().Neg()
}
