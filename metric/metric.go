// Package metric says how good a prediction is, as a number that is not differentiated.
//
// A metric is filled batch by batch, and those that workers filled apart merge into the one that a single worker would
// have filled. A [Metric] takes tensors of predictions and targets, a [TextMetric] candidates and references, a
// [DetectionMetric] the boxes or masks of a picture. The zero value of each is ready to use, unless a field says what it must
// know. None is safe for several goroutines at once.
package metric

import (
	"slices"

	"github.com/jimu-ml/jimu/device"
	"github.com/jimu-ml/jimu/tensor"
)

// A Metric is a number about predictions that are added batch by batch.
type Metric interface {
	// Name returns the metric's name in records, such as "accuracy".
	Name() string

	// Add counts a batch. It waits for the device, and panics with a [tensor.Error] if the shapes do not fit.
	Add(prediction, target *tensor.Tensor)

	// Value returns the number over all that was added, NaN if that is nothing.
	Value() float64

	// Merge adds what another metric of the same type and hyperparameters has counted. It panics with a [tensor.Error] if
	// it is not of that type.
	Merge(m Metric)

	// Reset forgets what was added.
	Reset()
}

// A TextMetric is a number about texts that are added one by one.
type TextMetric interface {
	// Name returns the metric's name in records, such as "bleu".
	Name() string

	// AddText counts a candidate, which is compared with one or more references. It panics with a [tensor.Error] if there is
	// none.
	AddText(candidate string, references ...string)

	// Value returns the number over all that was added, NaN if that is nothing.
	Value() float64

	// Merge adds what another metric of the same type and hyperparameters has counted. It panics with a [tensor.Error] if
	// it is not of that type.
	Merge(m TextMetric)

	// Reset forgets what was added.
	Reset()
}

// same returns m as the receiver's type T, for Merge.
func same[T, M any](op string, m M) T {
	t, ok := any(m).(T)
	if !ok {
		panic(tensor.Errorf(op, "%T does not merge into %T", m, t))
	}
	return t
}

// pairs returns the elements of predictions and targets, which must be of one shape.
func pairs(op string, prediction, target *tensor.Tensor) (x, y []float64) {
	if !slices.Equal(prediction.Shape(), target.Shape()) {
		panic(tensor.Errorf(op, "predictions of shape %v and targets of shape %v differ; Reshape one", prediction, target))
	}
	return tensor.Values[float64](prediction.Detach()), tensor.Values[float64](target.Detach())
}

// columns returns how many outputs predictions have that are rows of them: the length of the last axis, 1 for rank 1.
func columns(t *tensor.Tensor) int {
	if t.Rank() < 2 {
		return 1
	}
	return t.Dim(-1)
}

// decide returns the class that is predicted for each target, and the target's.
//
// Logits have the classes on an axis that the targets lack. Predictions of the shape of the targets are yes or no: logits,
// yes above the threshold, if they are floats, or the class itself.
func decide(op string, prediction, target *tensor.Tensor, axis int, threshold float64) (predicted, wanted []int64) {
	prediction, target = prediction.Detach(), target.Detach()
	if isBinary(prediction, target) {
		return answers(prediction, threshold), truth(target)
	}
	axis = classAxis(op, prediction, target, axis)
	return prediction.ArgMax(axis).Ints(), target.Ints()
}

// answers returns 1 for floats above the threshold and for true; integers as they are.
func answers(prediction *tensor.Tensor, threshold float64) []int64 {
	if !prediction.DType().IsFloat() {
		return prediction.Ints()
	}
	yes := make([]int64, prediction.Len())
	for i, z := range tensor.Values[float64](prediction) {
		if z > threshold {
			yes[i] = 1
		}
	}
	return yes
}

// isBinary reports whether predictions are of the shape of the targets, but for a last axis of length 1.
func isBinary(prediction, target *tensor.Tensor) bool {
	a, b := prediction.Shape(), target.Shape()
	if slices.Equal(a, b) {
		return true
	}
	return len(a) == len(b)+1 && a[len(a)-1] == 1 && slices.Equal(a[:len(b)], b)
}

// truth returns 1 for targets of at least a half or true; integers as they are.
func truth(target *tensor.Tensor) []int64 {
	if !target.DType().IsFloat() {
		return target.Ints()
	}
	yes := make([]int64, target.Len())
	for i, v := range tensor.Values[float64](target) {
		if v >= 0.5 {
			yes[i] = 1
		}
	}
	return yes
}

// classAxis returns the axis of the logits with the classes, having checked that the targets fit.
func classAxis(op string, logits, target *tensor.Tensor, axis int) int {
	k := axis
	if k == 0 {
		k = -1
	}
	if k < 0 {
		k += logits.Rank()
	}
	if k < 0 || k >= logits.Rank() || target.DType().IsFloat() || target.DType() == device.Bool ||
		!slices.Equal(slices.Delete(slices.Clone(logits.Shape()), k, k+1), target.Shape()) {
		panic(tensor.Errorf(op, "predictions of shape %v do not fit targets %s %v", logits, target.DType(), target))
	}
	return k
}
