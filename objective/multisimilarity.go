package objective

import (
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// MultiSimilarityLoss draws the examples of a class together and apart from others, each pair by how it compares with the other
// pairs of its example. Its count is the number of examples.
//
//	embeddings [n d], target [n] of classes, s = cos(xᵢ, xⱼ), p over j ≠ i of i's class, q over the others
//	sum = Σᵢ ln(1 + Σ_p exp(−α (s_p − λ)))/α + ln(1 + Σ_q exp(β (s_q − λ)))/β
//
// All pairs of the batch are taken; the paper leaves out easy ones first.
//
// In-batch: micro-batches have fewer pairs, and do not add up to the batch. The host reads the classes.
//
// It panics with a [tensor.Error] if the shapes do not fit.
//
// Wang, Han, Huang, Dong and Scott, Multi-Similarity Loss with General Pair Weighting, 2019 (arXiv:1904.06627), equation 15.
type MultiSimilarityLoss struct {
	Alpha float64 // α; 0 means the paper's 2
	Beta  float64 // β; 0 means the paper's 50
	Base  float64 // λ; 0 means the 0.5 of the paper's code
}

// Loss returns the loss of a batch.
func (o MultiSimilarityLoss) Loss(embeddings, target *tensor.Tensor) Loss {
	x, y := embedded("MultiSimilarity", embeddings, target)
	n := len(y)
	near, far := make([]float64, n*n), make([]float64, n*n) // minus infinity where a pair is not of the kind
	for i := range n {
		for j := range n {
			at := i*n + j
			if y[i] == y[j] {
				far[at] = never
			}
			if i == j || y[i] != y[j] {
				near[at] = never
			}
		}
	}
	if n == 0 {
		return Loss{x.Sum(), 0}
	}
	s := Cosines(x, x).AddScalar(-or(o.Base, 0.5))
	side := func(factor, weight float64, mask []float64) *tensor.Tensor {
		return op.Softplus(op.LogSumExp(s.Scale(factor).Add(constant(s, mask).Reshape(n, n)), 1)).Scale(1 / weight)
	}
	alpha, beta := or(o.Alpha, 2), or(o.Beta, 50)
	return Loss{side(-alpha, alpha, near).Add(side(beta, beta, far)).Sum(), float64(n)}
}
