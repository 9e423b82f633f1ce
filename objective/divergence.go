package objective

import (
	"math"

	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// KLDivergence returns the Kullback–Leibler divergence of predicted distributions from the targets'. Its count is the number
// of distributions.
//
//	prediction [… c] ln q, target [… c] p
//	sum = Σ p (ln p − ln q)     with 0 ln 0 = 0
//
// The prediction holds logarithms, such as those of [op.LogSoftmax], the target probabilities. Its gradient is that of the
// cross-entropy −Σ p ln q; its value is 0 where the distributions are equal. It is PyTorch's with reduction="batchmean" once
// the mean is taken. The unit is nats.
//
// It panics with a [tensor.Error] if the shapes differ, even if they would broadcast, or if there is no axis.
//
// Kullback and Leibler, On Information and Sufficiency, 1951.
func KLDivergence(prediction, target *tensor.Tensor) Loss {
	x, p := distributions("KLDivergence", prediction, target)
	sure := p.Maximum(p.FullLike(1e-37)) // ln p where p is 0 is multiplied by 0
	return Loss{p.Mul(sure.Log().Sub(x)).Sum(), float64(x.Len() / x.Dim(-1))}
}

// JensenShannon returns the mean divergence of two distributions from the one halfway between, from logits. Its count is the
// number of distributions.
//
//	prediction [… c], target [… c], both logits: p, q = softmax of each, m = (p + q)/2
//	sum = ½ Σ p (ln p − ln m) + q (ln q − ln m)
//
// It is symmetric and at most ln 2 for each. Probabilities are given as their logarithms. The unit is nats.
//
// It panics with a [tensor.Error] if the shapes differ, even if they would broadcast, or if there is no axis.
//
// Lin, Divergence Measures Based on the Shannon Entropy, 1991.
func JensenShannon(prediction, target *tensor.Tensor) Loss {
	x, y := distributions("JensenShannon", prediction, target)
	x, y = op.LogSoftmax(x, -1), op.LogSoftmax(y, -1)
	// ln m = x + ln(1 + exp(y − x)) − ln 2
	m := x.Add(op.Softplus(y.Sub(x))).AddScalar(-math.Ln2)
	both := x.Exp().Mul(x.Sub(m)).Add(y.Exp().Mul(y.Sub(m)))
	return Loss{both.Sum().Scale(0.5), float64(x.Len() / x.Dim(-1))}
}

func distributions(op string, prediction, target *tensor.Tensor) (x, y *tensor.Tensor) {
	x, y = pair(op, prediction, target)
	if x.Rank() == 0 || x.Dim(-1) == 0 {
		panic(tensor.Errorf(op, "no classes on the last axis of predictions of shape %v", prediction))
	}
	return x, y
}
