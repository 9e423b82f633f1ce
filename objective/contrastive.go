package objective

import (
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// ContrastiveLoss draws pairs that belong together to one place, and others a margin apart. Its count is the number of pairs.
//
//	a, b [n d], together [n] of 1, and of −1 or 0 where they do not belong together; D = distance(a, b)
//	sum = ½ Σ D² where together, else max(0, margin − D)²
//
// It panics with a [tensor.Error] if the shapes do not fit.
//
// Hadsell, Chopra and LeCun, Dimensionality Reduction by Learning an Invariant Mapping, 2006, equation 4.
type ContrastiveLoss struct {
	Margin   float64  // 0 means 1
	Distance Distance // nil means Euclidean
}

// Loss returns the loss of a batch.
func (o ContrastiveLoss) Loss(a, b, together *tensor.Tensor) Loss {
	x, y := vectors("Contrastive", a, b)
	yes := flags("Contrastive", together, x, x.Dim(0))
	d := o.Distance.or()(x, y)
	each := tensor.Where(yes, d, op.Relu(d.Neg().AddScalar(or(o.Margin, 1)))).Square()
	return Loss{each.Sum().Scale(0.5), float64(x.Dim(0))}
}

// TripletLoss draws an anchor to what belongs to it, nearer by a margin than to what does not. Its count is the number of triplets.
//
//	anchor, positive, negative [n d]
//	sum = Σ max(0, D(a, p) − D(a, n) + margin)
//	sum = Σ ln(1 + exp(D(a, p) − D(a, n)))     with Soft
//
// With Swap, D(a, n) is the smaller of D(a, n) and D(p, n). To find triplets in a batch see [TripletMiningLoss].
//
// It panics with a [tensor.Error] if the shapes differ or are not [n d].
//
// Schroff, Kalenichenko and Philbin, FaceNet, 2015 (arXiv:1503.03832), equation 3, which has squared distances; Balntas, Riba,
// Ponsa and Mikolajczyk, Learning Local Feature Descriptors with Triplets, 2016, for the swap.
type TripletLoss struct {
	Margin   float64  // 0 means 1
	Distance Distance // nil means Euclidean
	Swap     bool     // the harder of the two negatives
	Soft     bool     // a margin that never ends, in place of Margin
}

// Loss returns the loss of a batch.
func (o TripletLoss) Loss(anchor, positive, negative *tensor.Tensor) Loss {
	a, p := vectors("Triplet", anchor, positive)
	_, n := vectors("Triplet", anchor, negative)
	distance := o.Distance.or()
	far := distance(a, n)
	if o.Swap {
		far = far.Minimum(distance(p, n))
	}
	return Loss{o.cost(distance(a, p), far).Sum(), float64(a.Dim(0))}
}

func (o TripletLoss) cost(near, far *tensor.Tensor) *tensor.Tensor {
	if o.Soft {
		return op.Softplus(near.Sub(far))
	}
	return op.Relu(near.Sub(far).AddScalar(or(o.Margin, 1)))
}

// MarginRankingLoss makes the first of two predictions larger than the second by a margin, or smaller. Its count is the number
// of pairs.
//
//	a, b [n …], order [n …] of 1 where a should be larger, and of −1 or 0 where b should: t = ±1
//	sum = Σ max(0, margin − t (a − b))
//
// It panics with a [tensor.Error] if the shapes differ, even if they would broadcast.
type MarginRankingLoss struct {
	Margin float64
}

// Loss returns the loss of a batch.
func (o MarginRankingLoss) Loss(a, b, order *tensor.Tensor) Loss {
	x, y := pair("MarginRanking", a, b)
	first := flags("MarginRanking", order, x, x.Shape()...)
	lead := x.Sub(y)
	lead = tensor.Where(first, lead, lead.Neg())
	return Loss{op.Relu(lead.Neg().AddScalar(o.Margin)).Sum(), float64(x.Len())}
}
