package objective

import (
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// InfoNCELoss tells, for each query, its key among the keys of the batch. Its count is the number of queries.
//
//	queries, keys [n d], s = cos(qᵢ, kⱼ)/τ
//	sum = −Σᵢ ln softmax(s[i])[i]
//
// In-batch: the other keys are what an example is told from; micro-batches have fewer, and do not add up to the batch. See
// [CLIP] for both directions with a learned temperature, [NTXentLoss] for two views of the same. The unit is nats.
//
// It panics with a [tensor.Error] if the shapes differ or are not [n d].
//
// Van den Oord, Li and Vinyals, Representation Learning with Contrastive Predictive Coding, 2018 (arXiv:1807.03748), equation 4.
type InfoNCELoss struct {
	Temperature float64 // τ; 0 means 0.07
}

// Loss returns the loss of a batch.
func (o InfoNCELoss) Loss(queries, keys *tensor.Tensor) Loss {
	q, k := vectors("InfoNCE", queries, keys)
	s := Cosines(q, k).Scale(1 / or(o.Temperature, 0.07))
	return Loss{likelihood(s, diagonal(s), none).Sum(), float64(s.Dim(0))}
}

// diagonal returns 0 … n−1 on the device of s [n n].
func diagonal(s *tensor.Tensor) *tensor.Tensor { return tensor.Arange(s.Dim(0)).To(s.Device()) }

// CLIP tells which text belongs to which image, and the other way round. Its count is the number of pairs.
//
//	images, texts [n d], scale, a scalar; s = eˢᶜᵃˡᵉ · cos(imageᵢ, textⱼ)
//	sum = −½ Σᵢ ln softmax(s[i])[i] + ln softmax(sᵀ[i])[i]
//
// scale is a parameter, the logarithm of one over the temperature; the paper begins at ln(1/0.07) and keeps it at ln 100 or
// less, beyond which it counts as that and has no gradient.
//
// In-batch: micro-batches have fewer pairs to tell apart, and do not add up to the batch. The unit is nats.
//
// It panics with a [tensor.Error] if the shapes do not fit.
//
// Radford and others, Learning Transferable Visual Models From Natural Language Supervision, 2021 (arXiv:2103.00020), figure 3.
func CLIP(images, texts, scale *tensor.Tensor) Loss {
	x, y := vectors("CLIP", images, texts)
	if scale.Len() != 1 || !scale.DType().IsFloat() {
		panic(tensor.Errorf("CLIP", "a scale %s of shape %v; want one number", scale.DType(), scale))
	}
	factor := scale.Cast(x.DType()).Reshape()
	s := Cosines(x, y).Mul(factor.Minimum(factor.FullLike(mostCLIP)).Exp())
	both := likelihood(s, diagonal(s), none).Add(likelihood(s.T().Contiguous(), diagonal(s), none))
	return Loss{both.Sum().Scale(0.5), float64(s.Dim(0))}
}

const mostCLIP = 4.605170185988092 // ln 100

// NTXentLoss tells, for each view of an example, the other view of it among all views of the batch. Its count is the number of
// views, 2n.
//
//	a, b [n d], two views; x = their 2n rows, s = cos(xᵢ, xⱼ)/τ, without the diagonal
//	sum = −Σᵢ ln softmax(s[i])[the other view of i]
//
// In-batch: micro-batches have fewer views to tell apart, and do not add up to the batch. The unit is nats.
//
// It panics with a [tensor.Error] if the shapes differ or are not [n d].
//
// Chen, Kornblith, Norouzi and Hinton, A Simple Framework for Contrastive Learning of Visual Representations, 2020
// (arXiv:2002.05709), equation 1.
type NTXentLoss struct {
	Temperature float64 // τ; 0 means 0.1, the paper's for ImageNet
}

// Loss returns the loss of a batch.
func (o NTXentLoss) Loss(a, b *tensor.Tensor) Loss {
	x, y := vectors("NTXent", a, b)
	n := x.Dim(0)
	s := apart(tensor.Concat(0, x, y), or(o.Temperature, 0.1))
	other := make([]int64, 2*n)
	for i := range other {
		other[i] = int64((i + n) % (2 * n))
	}
	return Loss{likelihood(s, tensor.Of(other, 2*n).To(s.Device()), none).Sum(), float64(2 * n)}
}

// apart returns the cosines of all pairs of rows over a temperature, with minus infinity on the diagonal.
func apart(x *tensor.Tensor, temperature float64) *tensor.Tensor {
	return others(Cosines(x, x).Scale(1/temperature), diagonal(x))
}

// SupConLoss draws the examples of a class together, and apart from all others. Its count is the number of examples that have a
// second of their class.
//
//	embeddings [n d], target [n] of classes, s = cos(xᵢ, xⱼ)/τ
//	sum = −Σᵢ mean over j ≠ i of i's class of s[i, j] − ln Σ over k ≠ i of exp s[i, k]
//
// In-batch: micro-batches have fewer pairs, and do not add up to the batch. The host reads the classes. The unit is nats.
//
// It panics with a [tensor.Error] if the shapes do not fit.
//
// Khosla and others, Supervised Contrastive Learning, 2020 (arXiv:2004.11362), equation 2.
type SupConLoss struct {
	Temperature float64 // τ; 0 means the paper's 0.1
}

// Loss returns the loss of a batch.
func (o SupConLoss) Loss(embeddings, target *tensor.Tensor) Loss {
	x, y := embedded("SupCon", embeddings, target)
	n, count := len(y), 0.0
	w := make([]float64, n*n)
	for i := range n {
		same := 0.0
		for j := range n {
			if i != j && y[i] == y[j] {
				same++
			}
		}
		if same == 0 {
			continue
		}
		count++
		for j := range n {
			if i != j && y[i] == y[j] {
				w[i*n+j] = 1 / same
			}
		}
	}
	if count == 0 {
		return Loss{x.Sum().Scale(0), 0}
	}
	s := apart(x, or(o.Temperature, 0.1))
	pull := op.LogSoftmax(s, -1).Mul(constant(s, w).Reshape(n, n)) // −1e30 · 0 on the diagonal
	return Loss{pull.Sum().Neg(), count}
}
