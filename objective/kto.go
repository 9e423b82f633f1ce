package objective

import (
	"slices"

	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// KTOLoss trains a language model on single answers that were found good or bad. Its count is the number of answers.
//
//	answer, before [n], log-likelihoods of the answers under the model and under that which training began with
//	good [n] of 1 and 0, or of booleans; drift, a scalar z
//	r = answer − before
//	sum = Σ λ_D (1 − σ(β (r − z))) for good answers, λ_U (1 − σ(β (z − r))) for bad ones
//
// The drift is how far the model has moved at all, max(0, mean r of answers to other prompts): [KTODrift] of a batch whose
// answers are shifted by one against the prompts. No gradient flows through it. 0 is a fair guess in the beginning.
//
// It panics with a [tensor.Error] if the shapes do not fit.
//
// Ethayarajh, Xu, Muennighoff, Jurafsky and Kiela, KTO: Model Alignment as Prospect Theoretic Optimization, 2024
// (arXiv:2402.01306), equation 8.
type KTOLoss struct {
	Beta        float64 // β; 0 means 0.1
	Desirable   float64 // λ_D; 0 means 1
	Undesirable float64 // λ_U; 0 means 1
}

// Loss returns the loss of a batch.
func (o KTOLoss) Loss(answer, before, good, drift *tensor.Tensor) Loss {
	const name = "KTO"
	x := alike(name, "log-likelihoods", answer, before)
	if !slices.Equal(good.Shape(), answer.Shape()) || drift.Len() != 1 {
		panic(tensor.Errorf(name, "verdicts of shape %v and a drift of shape %v for answers of shape %v; want a verdict for each, and a scalar",
			good, drift, answer))
	}
	t := x[0].DType()
	h := x[0].Sub(x[1].Cast(t)).Sub(drift.Detach().Cast(t).Reshape()).Scale(or(o.Beta, 0.1))
	yes := good.Cast(t)
	gain := op.Sigmoid(h.Neg()).Mul(yes).Scale(or(o.Desirable, 1)) // 1 − σ(h) = σ(−h), which keeps its digits
	harm := op.Sigmoid(h).Mul(yes.Neg().AddScalar(1)).Scale(or(o.Undesirable, 1))
	return Loss{gain.Add(harm).Sum(), float64(h.Len())}
}

// KTODrift returns how far a model has moved on answers that do not belong to their prompts, as a scalar without history.
//
//	answer, before [n] → max(0, mean (answer − before))
//
// It panics with a [tensor.Error] if the shapes differ.
func KTODrift(answer, before *tensor.Tensor) *tensor.Tensor {
	x := alike("KTO", "log-likelihoods", answer.Detach(), before.Detach())
	mean := x[0].Sub(x[1]).Mean()
	return mean.Maximum(mean.FullLike(0))
}
