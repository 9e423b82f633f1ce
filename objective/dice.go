package objective

import "github.com/jimu-ml/jimu/tensor"

// DiceLoss is one minus Dice's coefficient, which says how far two regions overlap. Its count is the number of examples.
//
//	logits [n c …], target [n c …] of 0 and 1, or [n …] of classes; p = σ(z), or softmax over the classes
//	sum = Σᵢ mean over c of 1 − (2 Σ p y + s) / (Σ p + Σ y + s)
//	sum = Σᵢ 1 − (2 Σ_c w Σ p y + s) / (Σ_c w (Σ p + Σ y) + s)     w = 1/(Σ y)²     with Generalized
//
// The inner sums run over the positions of one map of one example. Small regions count as much as large ones, which is what
// it is for. A map that is empty in the target costs nothing where it is predicted empty, thanks to s; with Generalized, a
// class that an example does not have has no weight. Keras and others sum over the whole batch by default; then the loss
// is not a sum over examples.
//
// It panics with a [tensor.Error] if the shapes do not fit, and if a class is not among those of the logits.
//
// Milletari, Navab and Ahmadi, V-Net, 2016 (arXiv:1606.04797), equation 2, with Squared; Sudre, Li, Vercauteren, Ourselin
// and Cardoso, Generalised Dice Overlap, 2017 (arXiv:1707.03237).
type DiceLoss struct {
	Smooth      float64 // s, in positions; 0 means 1
	Squared     bool    // Σ p² and Σ y² in place of Σ p and Σ y
	Generalized bool    // classes weigh in inverse proportion to the square of their size
}

// Loss returns the loss of a batch.
func (o DiceLoss) Loss(logits, target *tensor.Tensor) Loss {
	p, y := regions("Dice", logits, target)
	s := or(o.Smooth, 1)
	both, size := p.Mul(y).Sum(2), y.Sum(2) // [n c]
	sizes := p.Sum(2).Add(size)
	if o.Squared {
		sizes = p.Square().Add(y.Square()).Sum(2)
	}
	if o.Generalized {
		square := size.Square()
		w := tensor.Where(size.Greater(size.FullLike(0)), square.Maximum(square.FullLike(1e-12)).PowScalar(-1), size.FullLike(0))
		both, sizes = both.Mul(w).Sum(1), sizes.Mul(w).Sum(1) // [n]
	}
	coefficient := both.Scale(2).AddScalar(s).Div(sizes.AddScalar(s))
	return Loss{coefficient.Neg().AddScalar(1).Sum().Scale(float64(p.Dim(0)) / float64(max(1, coefficient.Len()))), float64(p.Dim(0))}
}
