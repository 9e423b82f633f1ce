package objective

import (
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// DPOLoss trains a language model on pairs of answers of which the first was preferred, without a reward model. Its count is
// the number of pairs.
//
//	chosen, rejected [n], log-likelihoods of the answers under the model; chosenBefore, rejectedBefore [n], under the model
//	that training began with
//	h = (chosen − chosenBefore) − (rejected − rejectedBefore)
//	sum = Σ −(1 − ε) ln σ(βh) − ε ln σ(−βh)            divided by 1 − 2ε, with −ε for +ε, if Robust
//
// The log-likelihoods are sums over the tokens of an answer: [LogLikelihoods]. ε is how many of the pairs are taken to be the
// wrong way round. The unit is nats.
//
// It panics with a [tensor.Error] if the shapes differ, or if ε is not at least 0 and below ½.
//
// Rafailov, Sharma, Mitchell, Ermon, Manning and Finn, Direct Preference Optimization, 2023 (arXiv:2305.18290), equation 7;
// Mitchell, A note on DPO with noisy preferences, 2023, for ε; Chowdhury, Kini and Natarajan, Provably Robust DPO, 2024
// (arXiv:2403.00409).
type DPOLoss struct {
	Beta      float64 // β; 0 means 0.1
	Smoothing float64 // ε
	Robust    bool    // unbiased if ε of the pairs are the wrong way round
}

// Loss returns the loss of a batch.
func (o DPOLoss) Loss(chosen, rejected, chosenBefore, rejectedBefore *tensor.Tensor) Loss {
	const name = "DPO"
	x := alike(name, "log-likelihoods", chosen, rejected, chosenBefore, rejectedBefore)
	if !(o.Smoothing >= 0 && o.Smoothing < 0.5) {
		panic(tensor.Errorf(name, "a smoothing of %g for pairs of shape %v; want 0 or more and below 0.5", o.Smoothing, chosen))
	}
	h := x[0].Sub(x[2]).Sub(x[1].Sub(x[3])).Scale(or(o.Beta, 0.1))
	right, wrong := op.Softplus(h.Neg()), op.Softplus(h)
	each := right
	switch e := o.Smoothing; {
	case e == 0:
	case o.Robust:
		each = right.Scale((1 - e) / (1 - 2*e)).Sub(wrong.Scale(e / (1 - 2*e)))
	default:
		each = right.Scale(1 - e).Add(wrong.Scale(e))
	}
	return Loss{each.Sum(), float64(h.Len())}
}

// IPOLoss is [DPOLoss] with a squared distance, so that pairs on which all agree are not followed without end. Its count is
// the number of pairs.
//
//	h = (chosen − chosenBefore) − (rejected − rejectedBefore), of [n]
//	sum = Σ (h − 1/2τ)²
//
// The log-likelihoods are means over the tokens of an answer, the second result of [LogLikelihoods]: so did the authors, and
// so does TRL. It panics with a [tensor.Error] if the shapes differ.
//
// Azar, Rowland, Piot, Guo, Calandriello, Valko and Munos, A General Theoretical Paradigm to Understand Learning from Human
// Preferences, 2023 (arXiv:2310.12036), equation 17.
type IPOLoss struct {
	Tau float64 // τ; 0 means 0.1
}

// Loss returns the loss of a batch.
func (o IPOLoss) Loss(chosen, rejected, chosenBefore, rejectedBefore *tensor.Tensor) Loss {
	x := alike("IPO", "log-likelihoods", chosen, rejected, chosenBefore, rejectedBefore)
	h := x[0].Sub(x[2]).Sub(x[1].Sub(x[3]))
	return Loss{h.AddScalar(-1 / (2 * or(o.Tau, 0.1))).Square().Sum(), float64(h.Len())}
}

// SimPOLoss trains on pairs of answers without the model that training began with. Its count is the number of pairs.
//
//	chosen, rejected [n], mean log-likelihoods of a token
//	sum = Σ −ln σ(β (chosen − rejected) − γ)
//
// The means, the second result of [LogLikelihoods], keep long answers from winning by their length. The unit is nats. It
// panics with a [tensor.Error] if the shapes differ.
//
// Meng, Xia and Chen, SimPO: Simple Preference Optimization with a Reference-Free Reward, 2024 (arXiv:2405.14734), equation 6.
type SimPOLoss struct {
	Beta   float64  // β; 0 means 2
	Margin *float64 // γ; nil means 1
}

// Loss returns the loss of a batch.
func (o SimPOLoss) Loss(chosen, rejected *tensor.Tensor) Loss {
	x := alike("SimPO", "log-likelihoods", chosen, rejected)
	margin := 1.0
	if o.Margin != nil {
		margin = *o.Margin
	}
	h := x[0].Sub(x[1]).Scale(or(o.Beta, 2)).AddScalar(-margin)
	return Loss{op.Softplus(h.Neg()).Sum(), float64(h.Len())}
}
