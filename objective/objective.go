// Package objective holds what a model is trained for: functions from predictions and targets to a loss, a sum and a count.
//
// The common ones are plain functions, such as [CrossEntropy]; those with hyperparameters are also values, such as
// [CrossEntropyLoss], whose zero value is the plain function. Both are an [Objective]. Those that need more than a prediction and
// a target, such as [TripletLoss] and [CTCLoss], have a Loss method with the arguments that they need.
//
// A loss is a sum over the examples, so that those of micro-batches add up, unless the doc comment says "In-batch".
package objective

import (
	"math"
	"slices"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/tensor"
)

// An Objective says how far predictions are from targets.
type Objective interface {
	// Loss returns the loss of a batch. It panics with a [tensor.Error] if the shapes do not fit.
	Loss(prediction, target *tensor.Tensor) Loss
}

// Func is a plain function as an [Objective]: objective.Func(objective.MeanSquaredError).
type Func func(prediction, target *tensor.Tensor) Loss

// Loss calls f.
func (f Func) Loss(prediction, target *tensor.Tensor) Loss { return f(prediction, target) }

// A Loss is the value of an objective: a sum and how many items it is over. Means are for display.
//
// The sum is what gradients are taken of. That of a batch is divided by its count once, when the parameters are
// updated, so that micro-batches and workers of unequal size give exactly the gradient of the whole batch. The zero
// value is the loss of nothing.
type Loss struct {
	Sum   *tensor.Tensor // a scalar, in the objective's unit
	Count float64        // items; with weights the sum of their weights
}

// Mean returns sum/count, NaN if the count is 0. It waits for the device.
func (l Loss) Mean() float64 {
	if l.Sum == nil {
		return math.NaN()
	}
	return l.Sum.Item() / l.Count
}

// Plus returns the loss of the items of both: micro-batches of one objective. For a further objective on the same items
// see [Loss.With].
func (l Loss) Plus(m Loss) Loss {
	switch {
	case l.Sum == nil:
		return Loss{m.Sum, l.Count + m.Count}
	case m.Sum == nil:
		return Loss{l.Sum, l.Count + m.Count}
	}
	return Loss{l.Sum.Add(m.Sum), l.Count + m.Count}
}

// Scale returns the loss with its sum, and so its mean, multiplied by a.
func (l Loss) Scale(a float64) Loss {
	if l.Sum == nil {
		return l
	}
	return Loss{l.Sum.Scale(a), l.Count}
}

// With returns l with a further term on the same batch, such as a penalty:
//
//	mean = mean of l + weight · mean of term
//
// The count stays l's. Over micro-batches it is exact as long as the counts of l and of the term stay in proportion.
func (l Loss) With(weight float64, term Loss) Loss {
	if l.Sum == nil || term.Sum == nil || term.Count == 0 {
		return l
	}
	return Loss{l.Sum.Add(term.Sum.Scale(weight * l.Count / term.Count)), l.Count}
}

// wide returns x with elements of at least 32 bits, for sums.
func wide(x *tensor.Tensor) *tensor.Tensor {
	if t := wideType(x); t != x.DType() {
		return x.Cast(t)
	}
	return x
}

// wideType returns the type of what [wide] returns.
func wideType(x *tensor.Tensor) device.DType {
	if t := x.DType(); t != device.Float16 && t != device.BFloat16 {
		return t
	}
	return device.Float32
}

// pair checks that a prediction of floats and its target have one shape, and returns them in one type.
func pair(op string, prediction, target *tensor.Tensor) (x, y *tensor.Tensor) {
	if !prediction.DType().IsFloat() {
		panic(tensor.Errorf(op, "the predictions of shape %v are %s; want floats", prediction, prediction.DType()))
	}
	if !slices.Equal(prediction.Shape(), target.Shape()) {
		// Broadcasting [n] against [n 1] would silently compare all with all.
		panic(tensor.Errorf(op, "predictions of shape %v and targets of shape %v differ; Reshape one", prediction, target))
	}
	x = wide(prediction)
	return x, target.Cast(x.DType())
}

// constant returns the numbers as a vector without history on the device and of the type of like.
func constant(like *tensor.Tensor, v []float64) *tensor.Tensor {
	return tensor.Of(slices.Clone(v)).Reshape(len(v)).Cast(like.DType()).To(like.Device())
}
