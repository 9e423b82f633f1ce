package objective

import (
	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// CategoricalHinge returns by how much the best wrong class comes within a margin of 1 of the right one. Its count is the
// number of targets.
//
//	logits [… c], target […] of classes
//	sum = Σ max(0, 1 − z[y] + max over k ≠ y of z[k])
//
// Keras has 0 among the wrong classes' logits, which makes no difference where the largest of them is above 0. The host
// reads the targets.
//
// It panics with a [tensor.Error] if the shapes do not fit, and if a class is not among those of the logits.
//
// Crammer and Singer, On the Algorithmic Implementation of Multiclass Kernel-based Vector Machines, 2001.
func CategoricalHinge(logits, target *tensor.Tensor) Loss {
	z, y := labelled("CategoricalHinge", logits, target)
	return Loss{op.Relu(others(z, y).Max(1).Sub(z.Gather(y)).AddScalar(1)).Sum(), float64(y.Len())}
}

// MultiMarginLoss is by how much all wrong classes come within a margin of the right one. Its count is the number of targets.
//
//	logits [… c], target […] of classes, w [c]
//	sum = Σ w[y] Σ over k ≠ y of max(0, margin − z[y] + z[k])^p / c
//
// The weights do not change the count, as in PyTorch. The host reads the targets.
//
// It panics with a [tensor.Error] if the shapes do not fit, and if a class is not among those of the logits.
//
// Weston and Watkins, Support Vector Machines for Multi-Class Pattern Recognition, 1999.
type MultiMarginLoss struct {
	Margin  float64   // 0 means 1
	Squared bool      // p is 2, not 1
	Weight  []float64 // w, of each class; nil means 1
}

// Loss returns the loss of a batch.
func (o MultiMarginLoss) Loss(logits, target *tensor.Tensor) Loss {
	z, y := labelled("MultiMargin", logits, target)
	short := op.Relu(others(z, y).Sub(z.Gather(y).Unsqueeze(1)).AddScalar(or(o.Margin, 1)))
	if o.Squared {
		short = short.Square()
	}
	return Loss{weighted("MultiMargin", short.Mean(1), y, o.Weight, z.Dim(1)).Sum(), float64(y.Len())}
}

// MultiLabelMargin returns by how much classes that an example does not have come within a margin of 1 of those that it has.
// Its count is the number of examples.
//
//	logits [n c], target [n c] of 1 for the classes of an example, else 0
//	sum = Σᵢ Σ over j of i, k not of i, of max(0, 1 − z[i, j] + z[i, k]) / c
//
// All pairs of classes are looked at: it takes n·c² numbers. PyTorch has the target as a list of classes, filled up with −1.
//
// It panics with a [tensor.Error] if the shapes differ or are not [n c].
func MultiLabelMargin(logits, target *tensor.Tensor) Loss {
	const name = "MultiLabelMargin"
	z, y := pair(name, logits, target.Detach())
	if z.Rank() != 2 {
		panic(tensor.Errorf(name, "logits of shape %v; want [n c]", logits))
	}
	short := op.Relu(z.Unsqueeze(1).Sub(z.Unsqueeze(2)).AddScalar(1)) // [n j k]
	wrong := y.Unsqueeze(2).Mul(y.Neg().AddScalar(1).Unsqueeze(1))
	return Loss{short.Mul(wrong).Sum().Scale(1 / float64(z.Dim(1))), float64(z.Dim(0))}
}
