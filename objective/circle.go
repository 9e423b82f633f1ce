package objective

import (
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// CircleLoss draws the examples of a class together and others apart, each pair the more the farther it is from its goal. Its
// count is the number of examples that have a second of their class and one of another.
//
//	embeddings [n d], target [n] of classes, s = cos(xᵢ, xⱼ), p over j ≠ i of i's class, q over the others
//	sum = Σᵢ ln(1 + Σ_q exp(γ max(s_q + m, 0) (s_q − m)) · Σ_p exp(−γ max(1 + m − s_p, 0) (s_p − 1 + m)))
//
// The weights max(…) are differentiated too, as in Keras; the authors' code takes them for constants.
//
// In-batch: micro-batches have fewer pairs, and do not add up to the batch. The host reads the classes.
//
// It panics with a [tensor.Error] if the shapes do not fit.
//
// Sun and others, Circle Loss: A Unified Perspective of Pair Similarity Optimization, 2020 (arXiv:2002.10857), equation 6.
type CircleLoss struct {
	Margin float64 // m; 0 means the paper's 0.25
	Scale  float64 // γ; 0 means the paper's 256, for faces; Keras has 80
}

// Loss returns the loss of a batch.
func (o CircleLoss) Loss(embeddings, target *tensor.Tensor) Loss {
	x, y := embedded("Circle", embeddings, target)
	n, count := len(y), 0.0
	near, far := make([]float64, n*n), make([]float64, n*n) // minus infinity where a pair is not of the kind
	used := make([]float64, n)
	for i := range n {
		same, other := 0, 0
		for j := range n {
			at := i*n + j
			near[at], far[at] = never, never
			switch {
			case y[i] != y[j]:
				other, far[at] = other+1, 0
			case i != j:
				same, near[at] = same+1, 0
			}
		}
		if same > 0 && other > 0 {
			used[i], count = 1, count+1
		}
	}
	if count == 0 {
		return Loss{x.Sum().Scale(0), 0}
	}
	m, scale := or(o.Margin, 0.25), or(o.Scale, 256)
	s := Cosines(x, x)
	pull := op.Relu(s.Neg().AddScalar(1 + m)).Mul(s.AddScalar(m - 1)).Scale(-scale)
	push := op.Relu(s.AddScalar(m)).Mul(s.AddScalar(-m)).Scale(scale)
	total := op.LogSumExp(pull.Add(constant(s, near).Reshape(n, n)), 1).Add(op.LogSumExp(push.Add(constant(s, far).Reshape(n, n)), 1))
	return Loss{op.Softplus(total).Mul(constant(s, used)).Sum(), count}
}
