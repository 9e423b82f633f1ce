package objective

import (
	"slices"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// LogLikelihoods returns the log-likelihood of each answer under a language model: what the objectives of preference take.
//
//	logits [n t v], labels [n t] of integers, −100 for the prompt and padding → sum, mean [n]
//	sumᵢ = Σ_{j < t − 1} ln softmax(zᵢⱼ)[labelᵢ,ⱼ₊₁]     mean = sum over the number of its tokens
//
// The shift is made here, as in [CausalLMLoss]. An answer without tokens has 0. The host reads the labels. The unit is nats.
//
// It panics with a [tensor.Error] if the shapes do not fit.
func LogLikelihoods(logits, labels *tensor.Tensor) (sum, mean *tensor.Tensor) {
	each, kept := TokenLogLikelihoods(logits, labels)
	sum = each.Mul(kept).Sum(1)
	n := kept.Sum(1)
	return sum, sum.Div(n.Maximum(n.FullLike(1)))
}

// TokenLogLikelihoods returns the log-likelihood of each token under a language model, and which tokens there are.
//
//	logits [n t v], labels [n t] of integers, −100 for the prompt and padding → each, mask [n t − 1]
//	eachᵢⱼ = ln softmax(zᵢⱼ)[labelᵢ,ⱼ₊₁], 0 where the label is −100; the mask is 1 where it is not
//
// It panics with a [tensor.Error] if the shapes do not fit.
func TokenLogLikelihoods(logits, labels *tensor.Tensor) (each, mask *tensor.Tensor) {
	const name = "LogLikelihoods"
	tokens(name, logits, labels)
	if labels.Rank() != 2 || labels.Dim(1) == 0 {
		panic(tensor.Errorf(name, "labels of shape %v; want [n t]", labels))
	}
	n, t, v := labels.Dim(0), labels.Dim(1)-1, logits.Dim(2)
	z := wide(logits).Slice(1, 0, t).Reshape(n*t, v).Contiguous()
	y := labels.Slice(1, 1, t+1).Cast(device.Int64).Reshape(n * t)
	kept := y.NotEqual(tensor.Scalar(Unlabelled).Cast(device.Int64).To(y.Device())).Cast(z.DType())
	return likelihood(z, y, Unlabelled).Neg().Reshape(n, t), kept.Reshape(n, t)
}

// alike checks that all are floats of one shape with a first axis, and widens them.
func alike(name, what string, x ...*tensor.Tensor) []*tensor.Tensor {
	out := make([]*tensor.Tensor, len(x))
	for i, y := range x {
		if !y.DType().IsFloat() || !slices.Equal(y.Shape(), x[0].Shape()) {
			panic(tensor.Errorf(name, "%s of shapes %v; want floats of one shape", what, shapes(x)))
		}
		out[i] = wide(y)
	}
	return out
}

func shapes(x []*tensor.Tensor) (all [][]int) {
	for _, y := range x {
		all = append(all, y.Shape())
	}
	return all
}

// RewardLoss trains a reward model on pairs of which the first was preferred: the model of Bradley and Terry. Its count is the
// number of pairs.
//
//	chosen [n] a, rejected [n] b, rewards
//	sum = Σ −ln σ(a − b − margin) + c (a + b)²
//
// Only differences of rewards matter, unless c holds their mean near 0, for which 0.01 is usual. A margin of each pair, as
// Llama 2 has, is subtracted from chosen beforehand. The unit is nats. It panics with a [tensor.Error] if the shapes differ.
//
// Bradley and Terry, Rank Analysis of Incomplete Block Designs, 1952; Ouyang and others, Training language models to follow
// instructions with human feedback, 2022 (arXiv:2203.02155), equation 1; Touvron and others, Llama 2, 2023 (arXiv:2307.09288),
// equation 2, for the margin; Eisenstein and others, Helping or Herding?, 2023 (arXiv:2312.09244), for c.
type RewardLoss struct {
	Margin float64
	Center float64 // c
}

// Loss returns the loss of a batch.
func (o RewardLoss) Loss(chosen, rejected *tensor.Tensor) Loss {
	x := alike("Reward", "rewards", chosen, rejected)
	a, b := x[0], x[1]
	each := op.Softplus(b.Sub(a).AddScalar(o.Margin))
	if o.Center != 0 {
		each = each.Add(a.Add(b).Square().Scale(o.Center))
	}
	return Loss{each.Sum(), float64(a.Len())}
}
