package objective

import "github.com/jimu-ml/jimu/tensor"

// PolyLoss is the cross-entropy of classes with its first polynomial term made heavier. Its count is the number of targets.
//
//	logits [… c], target […] of classes
//	sum = Σ −ln p + ε (1 − p)     p = softmax(z)[y]
//
// −ln p is the series (1 − p) + (1 − p)²/2 + …; ε is added to the weight of its first term. The host reads the targets.
//
// It panics with a [tensor.Error] if the shapes do not fit, and if a class is not among those of the logits.
//
// Leng, Tan, Liu, Cubuk, Shi, Cheng and Anguelov, PolyLoss: A Polynomial Expansion Perspective of Classification Loss
// Functions, 2022 (arXiv:2204.12511), section 4.2.
type PolyLoss struct {
	Epsilon float64 // ε ≥ −1; 0 means the paper's 2 for ImageNet
}

// Loss returns the loss of a batch.
func (o PolyLoss) Loss(logits, target *tensor.Tensor) Loss {
	z, y := labelled("Poly", logits, target)
	hit, miss := chances(z, y)
	return Loss{miss.Exp().Scale(or(o.Epsilon, 2)).Sub(hit).Sum(), float64(y.Len())}
}

// GeneralizedCrossEntropyLoss lies between cross-entropy and absolute error, and forgives labels that are wrong. Its count is
// the number of targets.
//
//	logits [… c], target […] of classes
//	sum = Σ (1 − p^q)/q     p = softmax(z)[y]
//
// Near q = 0 it is the cross-entropy, at q = 1 the probability missed. An example costs 1/q at most, and its gradient
// vanishes where the target is very unlikely. The host reads the targets.
//
// It panics with a [tensor.Error] if the shapes do not fit, if a class is not among those of the logits, and unless 0 < q ≤ 1.
//
// Zhang and Sabuncu, Generalized Cross Entropy Loss for Training Deep Neural Networks with Noisy Labels, 2018
// (arXiv:1805.07836), equation 6.
type GeneralizedCrossEntropyLoss struct {
	Q float64 // q; 0 means the paper's 0.7
}

// Loss returns the loss of a batch.
func (o GeneralizedCrossEntropyLoss) Loss(logits, target *tensor.Tensor) Loss {
	const name = "GeneralizedCrossEntropy"
	q := or(o.Q, 0.7)
	if !(0 < q && q <= 1) {
		panic(tensor.Errorf(name, "an exponent of %g for logits of shape %v; want above 0 and at most 1", q, logits))
	}
	z, y := labelled(name, logits, target)
	hit, _ := chances(z, y)
	return Loss{hit.Scale(q).Exp().Neg().AddScalar(1).Scale(1 / q).Sum(), float64(y.Len())}
}
