package objective

import (
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// FocalLoss is the cross-entropy of classes with less weight on those that are already likely. Its count is the number of
// targets.
//
//	logits [… c], target […] of classes, w [c]
//	sum = −Σ w[y] (1 − p)^γ ln p     p = softmax(z)[y]
//
// 1 − p is taken from the other classes' logits and keeps its digits. The weights do not change the count; targets that are ignored
// do not count. For classes on another axis say Permute. The host reads the targets. The unit is nats.
//
// It panics with a [tensor.Error] if the shapes do not fit, if a class is not among those of the logits, and if γ is negative.
//
// Lin, Goyal, Girshick, He and Dollár, Focal Loss for Dense Object Detection, 2017 (arXiv:1708.02002), equation 4.
type FocalLoss struct {
	Gamma  float64   // γ; 0 means the paper's 2. Without focus this is [CrossEntropyLoss]
	Weight []float64 // w, of each class; nil means 1
	Ignore *int      // targets of this class count nothing, such as new(255) for what has no label; nil means none
}

// Loss returns the loss of a batch.
func (o FocalLoss) Loss(logits, target *tensor.Tensor) Loss {
	target, kept, count := without(target, o.Ignore)
	z, y := labelled("Focal", logits, target)
	gamma := focus("Focal", o.Gamma, z)
	hit, miss := chances(z, y)
	each := miss.Scale(gamma).Exp().Mul(hit).Neg()
	if kept != nil {
		each = each.Mul(constant(each, kept))
	}
	return Loss{weighted("Focal", each, y, o.Weight, z.Dim(1)).Sum(), count}
}

func focus(op string, gamma float64, z *tensor.Tensor) float64 {
	if gamma = or(gamma, 2); gamma < 0 {
		panic(tensor.Errorf(op, "a focus of %g for logits of shape %v; want one above 0", gamma, z))
	}
	return gamma
}

// BinaryFocalLoss is [FocalLoss] of yes-or-no targets, each from a logit of its own: the loss of dense detectors. Its count is
// the number of elements.
//
//	logits [n …], target [n …] of 0 and 1, or of probabilities
//	sum = −Σ α y (1 − p)^γ ln p + (1 − α) (1 − y) p^γ ln(1 − p)     p = σ(z)
//
// Detectors divide the sum by the number of objects: Loss{l.Sum, objects}. In between 0 and 1, torchvision takes another
// mean of the two factors. The unit is nats.
//
// It panics with a [tensor.Error] if the shapes differ, even if they would broadcast, and if γ is negative.
//
// Lin, Goyal, Girshick, He and Dollár, Focal Loss for Dense Object Detection, 2017 (arXiv:1708.02002), equation 5.
type BinaryFocalLoss struct {
	Gamma   float64 // γ; 0 means the paper's 2
	Balance float64 // α, the share of what is 1, the paper's 0.25; 0 means no balance, a factor of 1 for both
}

// Loss returns the loss of a batch.
func (o BinaryFocalLoss) Loss(logits, target *tensor.Tensor) Loss {
	z, y := pair("BinaryFocal", logits, target)
	gamma := focus("BinaryFocal", o.Gamma, z)
	up, down := op.Softplus(z), op.Softplus(z.Neg()) // −ln(1 − p) and −ln p
	yes := up.Scale(-gamma).Exp().Mul(down).Mul(y)
	no := down.Scale(-gamma).Exp().Mul(up).Mul(y.Neg().AddScalar(1))
	if o.Balance != 0 {
		yes, no = yes.Scale(o.Balance), no.Scale(1-o.Balance)
	}
	return Loss{yes.Add(no).Sum(), float64(z.Len())}
}
