package objective

import "github.com/jimu-ml/jimu/tensor"

// HuberLoss is the squared distance near the target and the distance far from it. Its count is the number of elements.
//
//	prediction [n …], target [n …], a = |x − y|
//	sum = Σ a²/2 where a ≤ δ, else δ (a − δ/2)
//
// The gradient of an element is x − y, cut off at ±δ. The unit is the square of the target's.
//
// It panics with a [tensor.Error] if the shapes differ, even if they would broadcast, and if δ is negative.
//
// Huber, Robust Estimation of a Location Parameter, 1964.
type HuberLoss struct {
	Delta float64 // δ, in the unit of the target; 0 means 1
}

// Loss returns the loss of a batch.
func (o HuberLoss) Loss(prediction, target *tensor.Tensor) Loss {
	x, y := pair("Huber", prediction, target)
	return Loss{huber("Huber", x, y, or(o.Delta, 1)).Sum(), float64(x.Len())}
}

// huber returns Huber's loss of each element.
func huber(op string, x, y *tensor.Tensor, delta float64) *tensor.Tensor {
	if !(delta > 0) {
		panic(tensor.Errorf(op, "a threshold of %g for predictions of shape %v; want one above 0", delta, x))
	}
	a := x.Sub(y).Abs()
	near := a.Minimum(a.FullLike(delta))
	return near.Mul(a.Sub(near.Scale(0.5)))
}

// or returns v, or what it means if it is 0.
func or(v, zero float64) float64 {
	if v == 0 {
		return zero
	}
	return v
}

// SmoothL1Loss is the distance of predictions from targets, rounded off near the target. Its count is the number of
// elements.
//
//	prediction [… k], target [… k], w [k], a = |x − y|
//	sum = Σ w a²/(2β) where a < β, else w (a − β/2)
//
// It is Huber's loss with δ = β, divided by β: the gradient far away is ±w whatever β is. The weights, of the last axis, are
// for numbers of unequal scale, such as the coordinates of boxes; they do not change the count. The unit is the target's.
//
// It panics with a [tensor.Error] if the shapes differ, even if they would broadcast, if β is negative, and if there are not
// as many weights as the last axis is long.
//
// Girshick, Fast R-CNN, 2015 (arXiv:1504.08083), equation 3.
type SmoothL1Loss struct {
	Beta   float64   // β, in the unit of the target; 0 means 1
	Weight []float64 // w, of the last axis; nil means 1
}

// Loss returns the loss of a batch.
func (o SmoothL1Loss) Loss(prediction, target *tensor.Tensor) Loss {
	x, y := pair("SmoothL1", prediction, target)
	beta := or(o.Beta, 1)
	each := huber("SmoothL1", x, y, beta).Scale(1 / beta)
	if o.Weight != nil {
		if x.Rank() == 0 || len(o.Weight) != x.Dim(-1) {
			panic(tensor.Errorf("SmoothL1", "%d weights for predictions of shape %v", len(o.Weight), x))
		}
		each = each.Mul(constant(x, o.Weight))
	}
	return Loss{each.Sum(), float64(x.Len())}
}
