package objective

import (
	"slices"

	"github.com/jimu-ml/jimu/op"
	"github.com/jimu-ml/jimu/tensor"
)

// DistillationLoss trains a student to give the probabilities that a teacher gives. Its count is the number of rows.
//
//	student [… c] z, teacher [… c] u, logits; p = softmax(u/T), q = softmax(z/T)
//	sum = T² Σ p (ln p − ln q)
//
// The factor T² keeps the gradient's size as the temperature T grows. To the student the constant −Σ p ln p is nothing, so it
// is the cross-entropy of soft targets. The paper adds the cross-entropy of the true classes with a small weight: [Loss.With].
// Detach the teacher, unless it learns too. The unit is nats.
//
// It panics with a [tensor.Error] if the shapes differ, or the temperature is negative.
//
// Hinton, Vinyals and Dean, Distilling the Knowledge in a Neural Network, 2015 (arXiv:1503.02531), section 2.
type DistillationLoss struct {
	Temperature float64 // T; 0 means 1
}

// Loss returns the loss of a batch.
func (o DistillationLoss) Loss(student, teacher *tensor.Tensor) Loss {
	const name = "Distillation"
	z, u := pair(name, student, teacher)
	temperature := or(o.Temperature, 1)
	if temperature < 0 || z.Rank() == 0 || z.Dim(-1) == 0 {
		panic(tensor.Errorf(name, "a temperature of %g for logits of shape %v; want it above 0, and [… c]", temperature, student))
	}
	p, q := op.LogSoftmax(u.Scale(1/temperature), -1), op.LogSoftmax(z.Scale(1/temperature), -1)
	sum := p.Exp().Mul(p.Sub(q)).Sum().Scale(temperature * temperature)
	return Loss{sum, float64(z.Len() / z.Dim(-1))}
}

// FeatureDistillation trains a student's features to be like a teacher's. Its count is the number of vectors.
//
//	student [… d], teacher [… d]
//	sum = ½ Σ ‖x − y‖²
//
// These are FitNets' hints. The widths must agree: a linear layer of the student's own, thrown away afterwards, sees to it.
// For features whose length does not matter, [CosineDistance] is the same with vectors of length 1. Detach the teacher.
//
// It panics with a [tensor.Error] if the shapes differ.
//
// Romero, Ballas, Kahou, Chassang, Gatta and Bengio, FitNets: Hints for Thin Deep Nets, 2014 (arXiv:1412.6550), equation 3.
func FeatureDistillation(student, teacher *tensor.Tensor) Loss {
	const name = "FeatureDistillation"
	x, y := pair(name, student, teacher)
	if x.Rank() == 0 || x.Dim(-1) == 0 {
		panic(tensor.Errorf(name, "features of shape %v; want [… d]", student))
	}
	return Loss{x.Sub(y).Square().Sum().Scale(0.5), float64(x.Len() / x.Dim(-1))}
}

// AttentionDistillation trains a student to look where a teacher looks. Its count is the number of examples.
//
//	student [n c …] x, teacher [n k …] y; a(x) = Σ_c x²/‖Σ_c x²‖ over the other axes
//	sum = Σ ‖a(x) − a(y)‖²
//
// The numbers of channels may differ, the places may not. This is with squares and without the factor β/2, β = 1000 over
// the number of places. Detach the teacher. A map of zeros has no direction: it counts as zeros.
//
// It panics with a [tensor.Error] if the shapes do not fit.
//
// Zagoruyko and Komodakis, Paying More Attention to Attention, 2016 (arXiv:1612.03928), equation 2, squared as in its code.
func AttentionDistillation(student, teacher *tensor.Tensor) Loss {
	const name = "AttentionDistillation"
	if student.Rank() < 3 || teacher.Rank() != student.Rank() || student.Dim(0) != teacher.Dim(0) ||
		!slices.Equal(student.Shape()[2:], teacher.Shape()[2:]) || !student.DType().IsFloat() || !teacher.DType().IsFloat() {
		panic(tensor.Errorf(name, "features %s of shape %v and %s of shape %v; want floats [n c …] with the same n and places",
			student.DType(), student, teacher.DType(), teacher))
	}
	x := gaze(wide(student))
	return Loss{x.Sub(gaze(wide(teacher)).Cast(x.DType())).Square().Sum(), float64(student.Dim(0))}
}

// gaze returns where features [n c …] are large, as rows of length 1.
func gaze(x *tensor.Tensor) *tensor.Tensor {
	most := x.Detach().Abs().Flatten(1, -1).MaxKeep(1) // [n 1], so that squares of squares do not overflow
	most = tensor.Where(most.Equal(most.FullLike(0)), most.FullLike(1), most)
	n := x.Dim(0)
	a := x.Flatten(2, -1).Div(most.Unsqueeze(2)).Square().Sum(1).Reshape(n, -1) // [n places]
	size := root(a.Square().SumKeep(1))
	return a.Div(tensor.Where(size.Equal(size.FullLike(0)), size.FullLike(1), size))
}
