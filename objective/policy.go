package objective

import (
	"math"
	"slices"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// PPOLoss trains a policy on what it did before the last steps, as long as it does not go far from it. Its count is the number
// of actions.
//
//	now, before [n …], log-likelihoods of the actions under the policy and under that which took them; advantage [n …] A
//	ρ = exp(now − before)
//	sum = −Σ min(ρ A, clip(ρ, 1 − ε, 1 + ε) A)
//
// Zeros in mask leave actions out, such as padding after an answer; nil leaves out none. The whole objective of the paper is
//
//	policy.With(0.5, value).With(-0.01, entropy)
//
// with [ValueLoss] and [Entropy]. A ratio above e⁴⁰ counts as e⁴⁰. The host reads the mask.
//
// It panics with a [tensor.Error] if the shapes differ.
//
// Schulman, Wolski, Dhariwal, Radford and Klimov, Proximal Policy Optimization Algorithms, 2017 (arXiv:1707.06347), equation 7.
type PPOLoss struct {
	Clip     float64 // ε; 0 means 0.2
	ClipHigh float64 // ε of ratios above 1; 0 means Clip
}

// Loss returns the loss of a batch.
func (o PPOLoss) Loss(now, before, advantage, mask *tensor.Tensor) Loss {
	const name = "PPO"
	x := alike(name, "log-likelihoods and advantages", now, before, advantage)
	each := o.clipped(x[0], x[1], x[2])
	m, count := actions(name, each, mask)
	return Loss{each.Mul(m).Sum(), count}
}

// clipped returns the loss of each action.
func (o PPOLoss) clipped(now, before, advantage *tensor.Tensor) *tensor.Tensor {
	clip := or(o.Clip, 0.2)
	d := now.Sub(before)
	ratio := d.Minimum(d.FullLike(40)).Exp()
	near := ratio.Maximum(ratio.FullLike(1 - clip)).Minimum(ratio.FullLike(1 + or(o.ClipHigh, clip)))
	return ratio.Mul(advantage).Minimum(near.Mul(advantage)).Neg()
}

// actions returns a mask as numbers, ones for nil, and how many it has.
func actions(name string, like, mask *tensor.Tensor) (m *tensor.Tensor, count float64) {
	if mask == nil {
		return like.FullLike(1, like.Shape()...), float64(like.Len())
	}
	if !slices.Equal(mask.Shape(), like.Shape()) {
		panic(tensor.Errorf(name, "a mask of shape %v for actions of shape %v", mask, like))
	}
	return mask.Detach().Cast(like.DType()), mask.Detach().Cast(device.Float64).Sum().Item()
}

// GRPOLoss is [PPOLoss] for answers of a language model, with advantages from a group of answers to the same prompt, and a
// penalty for going far from the model that training began with. Its count is the number of answers.
//
//	now, before, first [n t], log-likelihoods of the tokens; advantage [n] A; mask [n t] of the tokens that there are
//	ρ = exp(now − before), d = first − now
//	sum = Σᵢ 1/|oᵢ| Σ_t −min(ρ Aᵢ, clip(ρ, 1 − ε, 1 + ε) Aᵢ) + β (exp d − d − 1)
//
// [TokenLogLikelihoods] gives the first and the mask, [GroupAdvantages] the advantages. Without first (nil) there is no
// penalty. With Tokens each token weighs the same, whatever its answer's length: that is DAPO, and the count is the number of
// tokens. Differences above 40 count as 40. The host reads the mask.
//
// It panics with a [tensor.Error] if the shapes do not fit.
//
// Shao and others, DeepSeekMath, 2024 (arXiv:2402.03300), equations 3 and 4; Yu and others, DAPO, 2025 (arXiv:2503.14476),
// equation 8, for Tokens and ClipHigh.
type GRPOLoss struct {
	Clip     float64 // ε; 0 means 0.2
	ClipHigh float64 // ε of ratios above 1; 0 means Clip
	Beta     float64 // β; 0 means 0.04
	Tokens   bool    // count tokens, not answers
}

// Loss returns the loss of a batch.
func (o GRPOLoss) Loss(now, before, first, advantage, mask *tensor.Tensor) Loss {
	const name = "GRPO"
	x := alike(name, "log-likelihoods", now, before)
	if now.Rank() != 2 || !slices.Equal(advantage.Shape(), now.Shape()[:1]) {
		panic(tensor.Errorf(name, "log-likelihoods of shape %v with advantages of shape %v; want [n t] and [n]", now, advantage))
	}
	each := PPOLoss{o.Clip, o.ClipHigh}.clipped(x[0], x[1], advantage.Cast(x[0].DType()).Unsqueeze(1))
	if first != nil {
		d := alike(name, "log-likelihoods", first, now)[0].Sub(x[0])
		away := d.Minimum(d.FullLike(40)).Exp().Sub(d).AddScalar(-1)
		each = each.Add(away.Scale(or(o.Beta, 0.04)))
	}
	m, count := actions(name, each, mask)
	if o.Tokens {
		return Loss{each.Mul(m).Sum(), count}
	}
	n := m.Sum(1)
	return Loss{each.Mul(m).Sum(1).Div(n.Maximum(n.FullLike(1))).Sum(), float64(now.Dim(0))}
}

// GroupAdvantages returns how much better each answer is than those of its group, without history.
//
//	reward [n], of which each size in a row are answers to one prompt → (r − mean)/(std + 10⁻⁴) over the group, [n]
//
// The standard deviation divides by size − 1, and a group of equal rewards has zeros. With scale false the difference alone is
// returned, as in Dr. GRPO: there, easy and hard prompts do not weigh more. It panics with a [tensor.Error] if the groups do
// not divide the rewards.
//
// Shao and others, DeepSeekMath, 2024 (arXiv:2402.03300), section 4.1.2; Liu and others, Understanding R1-Zero-Like Training,
// 2025 (arXiv:2503.20783).
func GroupAdvantages(reward *tensor.Tensor, size int, scale bool) *tensor.Tensor {
	if reward.Rank() != 1 || size < 2 || reward.Dim(0)%size != 0 {
		panic(tensor.Errorf("GroupAdvantages", "rewards of shape %v in groups of %d; want [n], groups of 2 or more, and whole ones", reward, size))
	}
	r := wide(reward.Detach())
	if !r.DType().IsFloat() {
		r = r.Cast(device.Float32)
	}
	r = r.Reshape(reward.Len()/size, size)
	off := r.Sub(r.MeanKeep(1))
	if scale {
		off = off.Div(off.Square().SumKeep(1).Scale(1 / float64(size-1)).Sqrt().AddScalar(1e-4))
	}
	return off.Reshape(reward.Len())
}

// ValueLoss trains the critic of a policy, as long as it does not go far from what it said before. Its count is the number of
// states.
//
//	value, before [n …], what the critic says and said; returns [n …] R
//	sum = ½ Σ max((value − R)², (before + clip(value − before, −ε, ε) − R)²)
//
// The clipping is that of PPO's first code, and not in the paper; it is left out if ε is infinite. It panics with a
// [tensor.Error] if the shapes differ.
//
// Schulman and others, Proximal Policy Optimization Algorithms, 2017 (arXiv:1707.06347), equation 9; its code for the clipping.
type ValueLoss struct {
	Clip float64 // ε, in the unit of the returns; 0 means 0.2
}

// Loss returns the loss of a batch.
func (o ValueLoss) Loss(value, before, returns *tensor.Tensor) Loss {
	x := alike("Value", "values", value, before, returns)
	each := x[0].Sub(x[2]).Square()
	if clip := or(o.Clip, 0.2); !math.IsInf(clip, 1) {
		d := x[0].Sub(x[1])
		near := x[1].Add(d.Maximum(d.FullLike(-clip)).Minimum(d.FullLike(clip)))
		each = each.Maximum(near.Sub(x[2]).Square())
	}
	return Loss{each.Sum().Scale(0.5), float64(each.Len())}
}

// Entropy is the entropy of the distributions that logits stand for. Its count is their number.
//
//	logits [… c] z, p = softmax(z)
//	sum = −Σ p ln p
//
// As a bonus that keeps a policy from settling too soon it has a negative weight. The unit is nats. It panics with a
// [tensor.Error] if the logits are no floats [… c].
//
// Williams and Peng, Function Optimization using Connectionist Reinforcement Learning Algorithms, 1991.
func Entropy(logits *tensor.Tensor) Loss {
	if !logits.DType().IsFloat() || logits.Rank() == 0 || logits.Dim(-1) == 0 {
		panic(tensor.Errorf("Entropy", "logits %s of shape %v; want floats [… c]", logits.DType(), logits))
	}
	p := op.LogSoftmax(wide(logits), -1)
	return Loss{p.Exp().Mul(p).Sum().Neg(), float64(p.Len() / p.Dim(-1))}
}
