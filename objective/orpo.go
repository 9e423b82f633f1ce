package objective

import (
	"math"

	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// ORPOLoss trains on pairs of answers in one stage: the likelihood of the chosen ones, and the odds of the chosen against the
// rejected. Its count is the number of pairs.
//
//	chosen a, rejected b [n], mean log-likelihoods of a token
//	odds(x) = eˣ/(1 − eˣ)
//	sum = Σ −a − λ ln σ(ln odds(a) − ln odds(b))
//
// The means are the second result of [LogLikelihoods]. A log-likelihood above −10⁻⁶ counts as −10⁻⁶ in the odds, which are
// infinite at 0. TRL takes the first term over all tokens of a batch alike, the paper and this as a mean over each answer. The
// unit is nats. It panics with a [tensor.Error] if the shapes differ.
//
// Hong, Lee and Thorne, ORPO: Monolithic Preference Optimization without Reference Model, 2024 (arXiv:2403.07691), equations
// 6 and 7.
type ORPOLoss struct {
	Lambda float64 // λ; 0 means 0.1
}

// Loss returns the loss of a batch.
func (o ORPOLoss) Loss(chosen, rejected *tensor.Tensor) Loss {
	x := alike("ORPO", "log-likelihoods", chosen, rejected)
	h := logOdds(x[0]).Sub(logOdds(x[1]))
	each := x[0].Neg().Add(op.Softplus(h.Neg()).Scale(or(o.Lambda, 0.1)))
	return Loss{each.Sum(), float64(h.Len())}
}

// logOdds returns ln(eˣ/(1 − eˣ)) for x < 0.
func logOdds(x *tensor.Tensor) *tensor.Tensor {
	y := x.Neg()
	y = y.Maximum(y.FullLike(1e-6))
	t := y.Scale(0.5).Tanh() // 1 − e⁻ʸ = 2t/(1 + t) keeps its digits near 0
	return y.Neg().Sub(t.Log().Sub(t.AddScalar(1).Log()).AddScalar(math.Ln2))
}
