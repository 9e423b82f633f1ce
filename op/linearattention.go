package op

import (
	"slices"

	"github.com/jimu-ml/jimu/tensor"
)

// LinearAttention returns means of the values, weighted by products of features of queries and keys: without a softmax, so
// that the time grows with t and not with t².
//
//	q [b h t d], k [b h s d], v [b h s e] → y [b h t e]
//	y[i] = φ(q[i]) Σ φ(k[j])ᵀ v[j] / (φ(q[i]) · Σ φ(k[j]))     φ(x) = elu(x) + 1,  over all j, or j ≤ i if causal
//
// Causal, all the sums so far are in memory: b·h·t·d·e numbers. It panics with a [tensor.Error] if the shapes do not fit, and if
// causal with s ≠ t.
//
// Katharopoulos and others, Transformers are RNNs, 2020 (arXiv:2006.16236), equations 5 to 9.
func LinearAttention(q, k, v *tensor.Tensor, causal bool) *tensor.Tensor {
	checkFloat("LinearAttention", q)
	checkType("LinearAttention", "k", k, q)
	checkType("LinearAttention", "v", v, q)
	if q.Rank() != 4 || k.Rank() != 4 || v.Rank() != 4 || !slices.Equal(q.Shape()[:2], k.Shape()[:2]) || q.Dim(3) != k.Dim(3) ||
		!slices.Equal(k.Shape()[:3], v.Shape()[:3]) || causal && q.Dim(2) != k.Dim(2) {
		panic(tensor.Errorf("LinearAttention", "q %v, k %v and v %v are not [b h t d], [b h s d] and [b h s e], with s = t if causal", q, k, v))
	}
	q, k = Elu(q, 1).AddScalar(1), Elu(k, 1).AddScalar(1)
	if !causal {
		return q.MatMul(k.T().MatMul(v)).Div(q.MatMul(k.SumKeep(2).T()))
	}
	sums := k.Unsqueeze(4).Mul(v.Unsqueeze(3)).CumSum(2) // [b h t d e]
	y := q.Unsqueeze(3).MatMul(sums).Squeeze(3)
	return y.Div(q.Mul(k.CumSum(2)).SumKeep(3))
}
