package objective

import (
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// AsymmetricLoss is [BinaryCrossEntropy] for many labels of which an example has few: what it has not, and is unlikely, costs
// little, and below a threshold nothing. Its count is the number of elements.
//
//	logits [n …], target [n …] of 0 and 1; p = σ(z), q = max(p − m, 0)
//	sum = −Σ y (1 − p)^γ₊ ln p + (1 − y) q^γ₋ ln(1 − q)
//
// q counts as at least 10⁻⁸. The factors are differentiated too, as in the paper; timm can take them for constants. The unit is nats.
//
// It panics with a [tensor.Error] if the shapes differ, even if they would broadcast, and if a focus is negative.
//
// Ben-Baruch and others, Asymmetric Loss For Multi-Label Classification, 2020 (arXiv:2009.14119), equation 7.
type AsymmetricLoss struct {
	Positive float64  // γ₊; 0 is no focus
	Negative float64  // γ₋; 0 means the paper's 4
	Shift    *float64 // m; nil means the paper's 0.05
}

// Loss returns the loss of a batch.
func (o AsymmetricLoss) Loss(logits, target *tensor.Tensor) Loss {
	const name = "Asymmetric"
	z, y := pair(name, logits, target)
	if o.Positive < 0 {
		panic(tensor.Errorf(name, "a focus of %g for logits of shape %v; want 0 or more", o.Positive, logits))
	}
	gamma, m := focus(name, o.Negative, z), 0.05
	if o.Shift != nil {
		m = *o.Shift
	}
	up, down := op.Softplus(z), op.Softplus(z.Neg()) // −ln(1 − p) and −ln p
	yes := up.Scale(-o.Positive).Exp().Mul(down).Mul(y)
	q := op.Sigmoid(z).AddScalar(-m)
	q = q.Maximum(q.FullLike(1e-8))
	miss := q.Neg().AddScalar(1)
	no := q.Log().Scale(gamma).Exp().Mul(miss.Maximum(miss.FullLike(1e-7)).Log()).Mul(y.Neg().AddScalar(1))
	return Loss{yes.Sub(no).Sum(), float64(z.Len())}
}
