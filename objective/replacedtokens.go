package objective

import (
	"math"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/rng"
	"github.com/jimu-ml/jimu/tensor"
)

// ReplacedTokensLoss trains a model to tell which tokens of a text were put in by another, small model: ELECTRA. Its count is
// the number of tokens that are judged.
//
//	logits [n t], replaced [n t] of integers: 1 if it was, 0 if not, −100 for padding
//	sum = −Σ y ln σ(z) + (1 − y) ln(1 − σ(z))
//
// The small model is a masked language model; [ReplacedTokensLoss.Corrupt] puts in what it guesses. The two are trained
// together, with 50 times this loss added to that of the small one. The unit is nats.
//
// It panics with a [tensor.Error] if the shapes do not fit.
//
// Clark, Luong, Le and Manning, ELECTRA, 2020 (arXiv:2003.10555), section 2.
type ReplacedTokensLoss struct{}

// Loss returns the loss of a batch.
func (ReplacedTokensLoss) Loss(logits, replaced *tensor.Tensor) Loss {
	const name = "ReplacedTokens"
	if replaced.DType().IsFloat() {
		panic(tensor.Errorf(name, "labels of shape %v are %s; want 1, 0 and −100 as integers", replaced, replaced.DType()))
	}
	z, y := pair(name, logits, replaced)
	judged := y.GreaterEqual(y.FullLike(0)).Cast(z.DType())
	each := op.Softplus(z).Sub(z.Mul(y)).Mul(judged)
	return Loss{each.Sum(), judged.Sum().Item()}
}

// Corrupt replaces the hidden tokens of a text by others, drawn from what a masked language model takes for likely.
//
//	logits [n t v] of the small model, input [n t] with masks, labels [n t] of the masked, −100 elsewhere
//	→ corrupted [n t], replaced [n t]: 1 where the token is not the right one, else 0
//
// A guess that happens to be right counts as not replaced. The draws are a function of the key; no gradient flows through
// them. Mark padding in replaced with −100 before the loss.
func (ReplacedTokensLoss) Corrupt(logits, input, labels *tensor.Tensor, key rng.Key) (corrupted, replaced *tensor.Tensor) {
	const name = "ReplacedTokens"
	tokens(name, logits, labels)
	tokens(name, logits, input)
	u := make([]float32, logits.Len())
	key.Uniform(u)
	for i, v := range u {
		u[i] = float32(-math.Log(-math.Log(float64(v) + 0x1p-25))) // Gumbel: the largest is a draw from the softmax
	}
	noise := tensor.Of(u, logits.Shape()...).To(logits.Device())
	guess := wide(logits).Detach().Cast(device.Float32).Add(noise).ArgMax(-1).Cast(device.Int64)
	input, labels = input.Cast(device.Int64), labels.Cast(device.Int64)
	kept := labels.Equal(tensor.Scalar(Unlabelled).Cast(device.Int64).To(labels.Device()))
	corrupted = tensor.Where(kept, input, guess)
	right := kept.Or(guess.Equal(labels))
	return corrupted, right.Not().Cast(device.Int64)
}
