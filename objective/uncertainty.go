package objective

import "github.com/jimu-ml/jimu/tensor"

// UncertaintyLoss is a sum of losses whose weights are learned: each is divided by how uncertain its task is. Its count is that
// of the first.
//
//	means L₁ … L_k, LogVariance [k] s
//	mean = Σᵢ exp(−sᵢ) Lᵢ + ½ sᵢ
//
// With sᵢ = ln σᵢ² and Lᵢ half a squared error, that is the likelihood of a Gaussian of variance σᵢ²; with Lᵢ a cross-entropy,
// that of a softmax of temperature σᵢ². So give regressions by half: [Loss.Scale](0.5). The sum may become negative. Give
// the optimizer LogVariance with the model's parameters, without weight decay; read it through the pass:
//
//	tasks.Loss(p.Use, depth.Scale(0.5), classes)
//
// Over micro-batches it is exact as long as the counts of the losses stay in proportion.
//
// Kendall, Gal and Cipolla, Multi-Task Learning Using Uncertainty to Weigh Losses for Scene Geometry and Semantics, 2017
// (arXiv:1705.07115), equations 7 and 10.
type UncertaintyLoss struct {
	LogVariance tensor.Param // s [k]
}

// NewUncertaintyLoss returns the loss of k tasks that weigh the same.
func NewUncertaintyLoss(k int) *UncertaintyLoss {
	return &UncertaintyLoss{LogVariance: tensor.Param{Value: tensor.Zeros(k)}}
}

// Loss returns the weighted sum of k losses. use is nn.Pass.Use, or nil for the values as they are. It panics with a
// [tensor.Error] if there are not k of them.
func (o *UncertaintyLoss) Loss(use func(*tensor.Param) *tensor.Tensor, losses ...Loss) Loss {
	s := o.LogVariance.Value
	if use != nil {
		s = use(&o.LogVariance)
	}
	if s.Rank() != 1 || s.Dim(0) != len(losses) {
		panic(tensor.Errorf("Uncertainty", "%d losses for log-variances of shape %v", len(losses), s))
	}
	s = wide(s)
	var sum Loss
	for i, l := range losses {
		if l.Sum == nil || l.Count == 0 {
			continue // nothing of this task in the batch
		}
		si := s.Select(0, i)
		if sum.Sum == nil {
			sum.Count = l.Count
		}
		scaled := l.Sum.Mul(si.Neg().Exp().Cast(l.Sum.DType())).Scale(sum.Count / l.Count)
		sum.Sum = plus(sum.Sum, scaled.Add(si.Scale(sum.Count/2).Cast(scaled.DType())))
	}
	return sum
}

// plus returns x + y, y if x is nil.
func plus(x, y *tensor.Tensor) *tensor.Tensor {
	if x == nil {
		return y
	}
	return x.Add(y)
}
